"""The chat page, and the JavaScript of the charts on it."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from api.deps import ServicesDep

STATIC = Path(__file__).parents[1] / "static"
router = APIRouter(include_in_schema=False)
# Vega compiles the expressions of a chart to functions, which is what 'unsafe-eval' allows; charts come from here only.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@router.get("/")
async def page() -> FileResponse:
    return FileResponse(
        STATIC / "index.html", headers={"Cache-Control": "no-cache", "Content-Security-Policy": PAGE_POLICY}
    )


@router.get("/static/vega.js")
async def vega(services: ServicesDep) -> FileResponse:
    """Vega, Vega-Lite and their embedding, as globals of the page."""
    return FileResponse(
        await services.vega.file(), media_type="text/javascript", headers={"Cache-Control": "private, max-age=86400"}
    )
