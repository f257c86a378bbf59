"""The reference for readiness: what any FastAPI application costs. `python -m evals.bench.bare_server PORT`."""

import sys

import uvicorn
from fastapi import FastAPI


def _application() -> FastAPI:
    application = FastAPI()

    @application.get("/")
    def index() -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]: FastAPI keeps it
        return {"status": "ok"}

    return application


if __name__ == "__main__":
    uvicorn.run(_application(), host="127.0.0.1", port=int(sys.argv[1]), log_level="critical")
