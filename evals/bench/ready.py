"""From the start of the process to the first 200 of /health/ready, on a store that is filled already."""

from evals.bench.figures import Budget, Figure, Sample
from evals.bench.processes import serving_bare, serving_product
from evals.bench.workbench import Workbench

RUNS = 5
BUDGET_SECONDS = 5.0


async def measure(bench: Workbench) -> list[Figure]:
    shop = await bench.filled_shop()
    bench.say("ready: a first start that is not counted")
    async with serving_product(shop.home):
        pass
    ours: list[float] = []
    bare: list[float] = []
    for run in range(bench.runs(RUNS)):
        bench.say(f"ready: start {run + 1}")
        async with serving_product(shop.home) as server:
            ours.append(server.seconds)
        async with serving_bare(bench.folder) as server:
            bare.append(server.seconds)
    figure = Figure(
        "ready to serve",
        "s",
        Sample(ours),
        Sample(bare),
        "uvicorn and FastAPI with one route",
        Budget("p95", BUDGET_SECONDS),
    )
    return [figure]
