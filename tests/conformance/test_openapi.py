"""The OpenAPI document holds: whatever is sent, no fault, and no answer that is not declared."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from evals.standins.serving import loopback_socket
from storage.database import DatabaseConfig
from tests.api.conftest import PASSWORD, settings_for

EXAMPLES = 5
PROVEN_EXAMPLES = 12
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ENDLESS = "/api/events"


@pytest.fixture(scope="module")
def url(embedded_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, in a thread: the examples are sent one after the other, by many tests."""
    home = tmp_path_factory.mktemp("conformance")
    store = home / "smb.db"
    store.write_bytes(embedded_template.read_bytes())
    # Generated requests sign in wrongly more often than people do.
    config = settings_for(home, DatabaseConfig(f"sqlite:///{store}"), login_attempts=1_000_000)
    with loopback_socket() as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(config), log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def signed_in(url: str) -> dict[str, str]:
    body = {"email": "ana@example.com", "password": PASSWORD, "tenant_name": "Corner Shop"}
    made = httpx.post(f"{url}/api/auth/register", json=body, timeout=60, trust_env=False).json()
    return {"Authorization": f"Bearer {made['access_token']}", "X-Tenant-ID": made["tenant"]["id"]}


@pytest.mark.parametrize("examples", [EXAMPLES, pytest.param(PROVEN_EXAMPLES, marks=pytest.mark.prove)])
def test_nothing_that_is_sent_makes_it_fail(url: str, signed_in: dict[str, str], examples: int):
    document = schemathesis.openapi.from_url(f"{url}/openapi.json", timeout=60)
    operations = [result.ok() for result in document.exclude(path=ENDLESS).get_all_operations()]
    assert len(operations) > 30
    for operation in operations:
        _try(operation, signed_in, examples)


def _try(operation: Any, signed_in: dict[str, str], examples: int) -> None:
    """Sends that many generated requests to one operation."""
    headers = dict(signed_in)
    if operation.path == "/api/auth/logout":
        # It would end the sign-in that the other operations are tried with.
        del headers["Authorization"]

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def sent(case: Any) -> None:
        # Modules that a generated patch switches off would be tried no more.
        if operation.path == "/api/tenants/current" and isinstance(case.body, dict):
            case.body.pop("modules", None)
        case.call_and_validate(headers=headers, checks=CHECKS, timeout=60)

    sent()


def test_the_document_has_what_the_contract_promises(url: str):
    document = httpx.get(f"{url}/openapi.json", trust_env=False).json()
    paths = document["paths"]
    for method, path in (
        ("post", "/api/auth/register"),
        ("post", "/api/auth/login"),
        ("post", "/api/auth/refresh"),
        ("post", "/api/auth/logout"),
        ("get", "/api/auth/me"),
        ("get", "/api/auth/api-keys"),
        ("post", "/api/auth/api-keys"),
        ("delete", "/api/auth/api-keys/{key_id}"),
        ("post", "/api/auth/password/forgot"),
        ("post", "/api/auth/password/reset"),
        ("get", "/api/tenants/current"),
        ("patch", "/api/tenants/current"),
        ("get", "/api/tenants/current/members"),
        ("post", "/api/tenants/current/members"),
        ("patch", "/api/tenants/current/members/{user_id}"),
        ("delete", "/api/tenants/current/members/{user_id}"),
        ("get", "/api/tenants/current/usage"),
        ("get", "/api/tenants/current/audit"),
        ("get", "/api/connectors"),
        ("post", "/api/connectors/{type}/authorize"),
        ("get", "/api/connectors/oauth/callback"),
        ("post", "/api/connectors/oauth/callback"),
        ("post", "/api/connectors/{type}/connect"),
        ("delete", "/api/connectors/{connection_id}"),
        ("post", "/api/connectors/files"),
        ("get", "/api/connectors/files/{file_id}"),
        ("post", "/api/connectors/files/{file_id}/commit"),
        ("get", "/api/connectors/files/{file_id}/rejects"),
        ("delete", "/api/connectors/files/{file_id}"),
        ("post", "/api/modules/mini-foundry/query"),
        ("get", "/api/modules/mini-foundry/insights"),
        ("put", "/api/modules/mini-foundry/insights/{insight_id}/hidden"),
        ("get", "/api/modules/mini-foundry/kpis"),
        ("post", "/api/modules/mini-foundry/kpis"),
        ("put", "/api/modules/mini-foundry/kpis/{kpi_id}"),
        ("get", "/api/modules/mini-foundry/kpis/{kpi_id}/progress"),
        ("get", "/api/modules/mini-foundry/alerts"),
        ("post", "/api/modules/mini-foundry/alerts"),
        ("post", "/api/modules/mini-foundry/alerts/{alert_id}/test"),
        ("get", "/api/modules/mini-foundry/alerts/{alert_id}/checks"),
        ("get", "/api/notifications"),
        ("get", "/api/modules/mini-foundry/dashboards"),
        ("post", "/api/modules/mini-foundry/dashboards"),
        ("get", "/api/modules/mini-foundry/dashboards/{dashboard_id}"),
        ("put", "/api/modules/mini-foundry/dashboards/{dashboard_id}"),
        ("delete", "/api/modules/mini-foundry/dashboards/{dashboard_id}"),
        ("get", "/api/modules/mini-foundry/dashboards/{dashboard_id}/widgets"),
        ("post", "/api/modules/mini-foundry/dashboards/{dashboard_id}/widgets"),
        ("get", "/api/modules/mini-foundry/dashboards/{dashboard_id}/data"),
        ("get", "/api/modules/mini-foundry/dashboards/{dashboard_id}/export"),
        ("get", "/api/data-lineage/sources"),
        ("get", "/api/data-lineage/quality-scores"),
        ("get", "/api/data-lineage/flow"),
        ("get", "/api/data-lineage/entity/{type}/{id}"),
        ("get", "/api/data-lineage/trends"),
        ("get", "/api/data-lineage/events"),
        ("get", "/api/data-lineage/runs/{run_id}/events"),
        ("get", "/api/data-lineage/spells"),
        ("get", "/api/data-lineage/rules"),
        ("post", "/api/data-lineage/rules"),
        ("post", "/api/data-lineage/rules/test"),
        ("get", "/api/data-lineage/rules/{rule_id}"),
        ("put", "/api/data-lineage/rules/{rule_id}"),
        ("delete", "/api/data-lineage/rules/{rule_id}"),
        ("post", "/api/chat/runs"),
        ("get", "/api/chat/runs/{run_id}/events"),
        ("post", "/api/chat/runs/{run_id}/cancel"),
        ("get", "/api/chat/threads"),
        ("post", "/api/chat/threads"),
        ("patch", "/api/chat/threads/{thread_id}"),
        ("delete", "/api/chat/threads/{thread_id}"),
        ("get", "/api/chat/threads/{thread_id}/messages"),
        ("get", "/api/jobs/{job_id}"),
        ("get", "/api/jobs/{job_id}/events"),
        ("get", "/api/events"),
        ("post", "/v1/chat/completions"),
        ("get", "/v1/models"),
        ("get", "/health/live"),
        ("get", "/health/ready"),
        ("get", "/metrics"),
    ):
        assert method in paths.get(path, {}), f"{method} {path}"
    operations = [operation for item in paths.values() for operation in item.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation.get("description") or operation.get("summary") for operation in operations)
    assert "application/problem+json" in paths["/api/auth/login"]["post"]["responses"]["401"]["content"]
    headers = {parameter["name"] for parameter in paths["/api/tenants/current"]["patch"]["parameters"]}
    assert {"X-Tenant-ID", "Idempotency-Key"} <= headers
