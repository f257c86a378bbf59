"""The chat page, and the JavaScript of the charts on it."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, ConfigDict

from api.demo import DEMO_EMAIL, DEMO_PASSWORD, has_demo
from api.deps import ServicesDep
from api.settings import Environment

STATIC = Path(__file__).parents[1] / "static"
router = APIRouter(include_in_schema=False)
# Everything comes from here, and nothing is evaluated: static/chart.js has Vega interpret its expressions for that.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.get("/")
async def page() -> FileResponse:
    return FileResponse(
        STATIC / "index.html", headers={"Cache-Control": "no-cache", "Content-Security-Policy": PAGE_POLICY}
    )


class PageFiles(StaticFiles):
    """The page's own files. They are asked about at every visit: modules of two releases do not fit together."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


class DemoSignIn(BaseModel):
    model_config = ConfigDict(frozen=True)

    email: str
    password: str


class PageInfo(BaseModel):
    """What the page may know before anybody has signed in."""

    model_config = ConfigDict(frozen=True)

    demo: DemoSignIn | None


@router.get("/page.json")
async def page_info(services: ServicesDep) -> PageInfo:
    """The demo shop's sign-in, where there is one."""
    if services.settings.env is not Environment.DEVELOPMENT or not await has_demo(services):
        return PageInfo(demo=None)
    return PageInfo(demo=DemoSignIn(email=DEMO_EMAIL, password=DEMO_PASSWORD))


@router.get("/static/vega.js")
async def vega(services: ServicesDep) -> FileResponse:
    """Vega, Vega-Lite and their embedding, as globals of the page."""
    return FileResponse(
        await services.vega.file(), media_type="text/javascript", headers={"Cache-Control": "private, max-age=86400"}
    )
