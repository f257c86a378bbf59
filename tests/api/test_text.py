"""Text that no store can hold is refused, or made harmless, and is never a fault: PostgreSQL takes no NUL, and no
encoding half a surrogate pair."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import PASSWORD, Caller
from tests.api.test_files import imported

pytestmark = pytest.mark.anyio
NUL, HALF = r"a\u0000b", r"a\ud800b"

BODIES = {
    "a title": ("POST", "/api/chat/threads", '{"title": "ODD"}', "/title"),
    "a business": ("PATCH", "/api/tenants/current", '{"name": "ODD"}', "/name"),
    "a key": ("POST", "/api/auth/api-keys", '{"name": "ODD", "role": "viewer"}', "/name"),
    "a password": ("POST", "/api/auth/login", '{"email": "ana@example.com", "password": "ODD"}', "/password"),
    "a token": ("POST", "/api/auth/refresh", '{"refresh_token": "ODD"}', "/refresh_token"),
    "a question": ("POST", "/api/modules/mini-foundry/query", '{"question": "revenue ODD"}', "/question"),
    "a name of a field": ("POST", "/api/chat/threads", '{"ODD": 1}', ""),
}
PATHS = (
    ("GET", "/api/chat/threads/ODD"),
    ("GET", "/api/jobs/ODD"),
    ("GET", "/api/chat/runs/ODD/events"),
    ("POST", "/api/chat/runs/ODD/cancel"),
    ("DELETE", "/api/connectors/files/ODD"),
    ("DELETE", "/api/auth/api-keys/ODD"),
    ("PATCH", "/api/tenants/current/members/ODD"),
)


async def sent(owner: Caller, method: str, path: str, body: str) -> httpx.Response:
    """A body as no well-behaved client would write it."""
    return await owner.request(method, path, content=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("odd", [NUL, HALF])
async def test_a_body_with_such_a_text_is_refused_where_it_stands(
    owner: Caller, odd: str, subtests: pytest.Subtests
) -> None:
    for title, (method, path, body, pointer) in BODIES.items():
        with subtests.test(title):
            response = await sent(owner, method, path, body.replace("ODD", odd))
            assert response.status_code == 422, response.text
            assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


async def test_such_a_path_names_nothing_and_such_a_query_is_refused(owner: Caller, subtests: pytest.Subtests) -> None:
    for method, path in PATHS:
        with subtests.test(path):
            response = await sent(owner, method, path.replace("ODD", "a%00b"), '{"role": "viewer"}')
            assert response.status_code == 404, response.text
    response = await owner.get("/api/tenants/current/audit?entity_type=a%00b")
    assert response.status_code == 422


@pytest.mark.parametrize("odd", [NUL, HALF])
async def test_a_pasted_message_is_made_harmless(owner: Caller, odd: str) -> None:
    said = f'{{"id": "1", "role": "user", "content": "revenue {odd}"}}'
    rest = '"state": {}, "tools": [], "context": [], "forwardedProps": {}'
    run = f'{{"threadId": "odd", "runId": "odd", "messages": [{said}], {rest}}}'
    assert "RUN_FINISHED" in (await sent(owner, "POST", "/api/chat/runs", run)).text
    completion = f'{{"model": "smb", "messages": [{{"role": "user", "content": "revenue {odd}"}}]}}'
    assert (await sent(owner, "POST", "/v1/chat/completions", completion)).status_code == 200


async def test_a_row_of_a_file_with_such_a_text_is_rejected_and_the_rest_goes_in(owner: Caller) -> None:
    lines = [
        rf'{{"order_id": "{n}", "date": "2026-10-0{n}", "product": "{product}", "quantity": 1, "unit price": 2.5}}'
        for n, product in enumerate(("Tea", "Coffee", NUL, "Cake", "Milk"), start=1)
    ]
    job: dict[str, Any] = await imported(owner, "\n".join(lines).encode(), "orders.jsonl")
    assert job["state"] == "succeeded", job
    assert (job["result"]["created"], job["result"]["rejected"]) == (4, 1)


async def test_a_body_that_nobody_reads_may_be_anything(owner: Caller) -> None:
    thread = (await owner.post("/api/chat/threads", json={"title": "x"})).json()
    assert (await sent(owner, "DELETE", f"/api/chat/threads/{thread['id']}", "{not json")).status_code == 204


async def test_a_body_nested_beyond_reason_is_refused(client: httpx.AsyncClient) -> None:
    body = f'{{"email": "ana@example.com", "password": {"[" * 50_000}{PASSWORD!r}'
    response = await client.post("/api/auth/login", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422), response.text
