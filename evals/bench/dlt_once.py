"""The same lists of a Stripe account, loaded by dlt: run by `.venv-bench/bin/python` as a script with JSON, prints what it took.

dlt only lands raw tables: nothing is unified, linked or made undoable. It runs with what it recommends: lists read in
parallel, and of its loaders the fastest for each database as measured here (SQLite: parquet before typed-jsonl;
PostgreSQL: csv before parquet and insert_values).
"""
# ruff: noqa: T201 - a command
# pyright: reportMissingImports=false
# dlt has an environment of its own.

import json
import resource
import sys
import time
from typing import Any

_LISTS = ("customers", "products", "prices", "charges", "refunds", "payouts", "invoices", "credit_notes", "balance_transactions")  # fmt: skip
_LOADERS = {"sqlite": "parquet", "postgresql": "csv"}


def load(task: dict[str, str]) -> dict[str, float]:
    """`database` is a URL as dlt takes it, `folder` where dlt may work, `origin` and `key` the vendor's."""
    import dlt
    from dlt.sources.rest_api import rest_api_source

    kind = task["database"].partition(":")[0]
    make: Any = dlt.destinations.sqlalchemy if kind == "sqlite" else dlt.destinations.postgres
    pipeline: Any = dlt.pipeline("bench", destination=make(task["database"]), dataset_name="bench", pipelines_dir=task["folder"])  # fmt: skip
    source: Any = rest_api_source(_source(task["origin"], task["key"]))
    before, started = _cpu_seconds(), time.perf_counter()
    pipeline.run(source, loader_file_format=_LOADERS[kind]).raise_on_failed_jobs()
    seconds, cpu = time.perf_counter() - started, _cpu_seconds() - before
    known = set(pipeline.default_schema.data_table_names())
    with pipeline.sql_client() as client:
        objects = sum(
            client.execute_sql(f"SELECT count(*) FROM {client.make_qualified_table_name(name)}")[0][0]  # noqa: S608  a name of ours
            for name in _LISTS
            if name in known
        )
    return {"seconds": seconds, "cpu_seconds": cpu, "objects": objects}


def _source(origin: str, key: str) -> Any:
    """What the product's resources.yaml says of the same lists."""
    expanded = {"charges": {"expand[]": "data.balance_transaction"}}
    return {
        "client": {
            "base_url": f"{origin}/v1/",
            "auth": {"type": "bearer", "token": key},
            "headers": {"Stripe-Version": "2026-10-28.endive"},
            "paginator": {
                "type": "cursor",
                "cursor_path": "data[-1].id",
                "cursor_param": "starting_after",
                "has_more_path": "has_more",
            },
        },
        "resource_defaults": {"primary_key": "id", "parallelized": True, "endpoint": {"data_selector": "data"}},
        "resources": [
            {"name": name, "endpoint": {"path": name, "params": {"limit": 100, **expanded.get(name, {})}}}
            for name in _LISTS
        ],
    }


def _cpu_seconds() -> float:
    """What this process and those that it started have used."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    print(json.dumps(load(json.loads(sys.argv[1]))))
