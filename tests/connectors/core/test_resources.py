"""What a file of resources can say, and how pages are asked for by it: without a vendor, by hand-made answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tools.connectors.core.errors import VendorRejected, VendorUnavailable
from tools.connectors.core.listing import EndlessError, make_whole, read_page, read_resource
from tools.connectors.core.resources import Listing, Nested, Resource, ResourcesError, filled, parse_resources
from tools.ingestion.mapping.payload import parse_payload

pytestmark = pytest.mark.anyio


@dataclass
class Said:
    raw: bytes
    status: int = 200

    @property
    def body(self) -> Any:
        return parse_payload(self.raw) if self.raw[:1] in (b"{", b"[") else None


@dataclass
class Scripted:
    """A client that answers what it is told to, and keeps what it was asked."""

    answers: list[Any]
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    title: str = "Example"

    async def request(self, method: str, path: str, **parts: Any) -> Said:
        self.asked.append({"method": method, "path": path, **parts})
        answer = self.answers.pop(0)
        if answer in (204, 304):
            return Said(b"", answer)
        return Said(answer if isinstance(answer, bytes) else json.dumps(answer).encode())


async def pages(client: Scripted, resource: Resource, **how: Any) -> list[Any]:
    found: list[Any] = []
    state: dict[str, Any] | None = {}
    assert resource.list is not None
    while state is not None:
        # What is kept between two pages is JSON: a run may go on in another process.
        kept: dict[str, Any] = json.loads(json.dumps(state))
        page = await read_resource(client, resource, resource.list, kept, since=how.get("since"), settings={})
        found += [one.value for one in page.items]
        state = page.next
    return found


def test_a_placeholder_alone_becomes_the_value_itself_and_one_without_a_value_leaves_its_part_out() -> None:
    values: Mapping[str, Any] = {"size": 50, "places": ["a", "b"], "since": "2026", "token": None}
    template = {
        "n": "{size}",
        "ids": "{places}",
        "q": "after '{since}', {size}",
        "after": "{token}",
        "f": {"x": "{token}"},
    }
    assert filled(template, values) == {"n": 50, "ids": ["a", "b"], "q": "after '2026', 50"}
    assert filled("{ shop { name } }", values) == "{ shop { name } }"


async def test_a_query_is_no_template_and_its_variables_are() -> None:
    listing = Listing.model_validate(
        {"path": "/g", "size": 3, "items": "data.sales[*]",
         "graphql": {"query": "query { sales {id} }", "variables": {"first": "{size}", "after": "{token}"}}}
    )  # fmt: skip
    client = Scripted([{"data": {"sales": [{"id": 1}]}}])
    await read_page(client, listing, {}, since=None, settings={"id": "trap"}, kept=None)
    assert client.asked[0]["json"] == {"query": "query { sales {id} }", "variables": {"first": 3}}
    assert client.asked[0]["method"] == "POST"


GRAPHQL: dict[str, Any] = {
    "path": "/g",
    "size": 8,
    "items": "data.sales.nodes[*]",
    "paging": {"by": "token", "path": "data.sales.end", "more": "data.sales.more"},
    "graphql": {"query": "q", "variables": {"first": "{size}"}, "denied": ["DENIED"], "too_dear": ["DEAR"]},
}


def refusal(code: str, message: str = "No.") -> dict[str, Any]:
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


async def test_a_page_that_is_too_dear_is_halved_and_the_next_pages_stay_so() -> None:
    one = {"data": {"sales": {"nodes": [{"id": 1}], "end": "e1", "more": True}}}
    two = {"data": {"sales": {"nodes": [{"id": 2}], "end": "e2", "more": False}}}
    client = Scripted([refusal("DEAR"), refusal("DEAR"), one, two])
    resource = Resource.model_validate({"object": "sale", "list": GRAPHQL})
    assert await pages(client, resource) == [{"id": 1}, {"id": 2}]
    assert [asked["json"]["variables"]["first"] for asked in client.asked] == [8, 4, 2, 2]


async def test_a_query_that_is_too_dear_for_a_single_object_is_refused() -> None:
    client = Scripted([refusal("DEAR", "Too dear.")] * 4)
    with pytest.raises(VendorRejected, match=r"Too dear\."):
        await read_page(client, Listing.model_validate(GRAPHQL), {}, since=None, settings={}, kept=None)


async def test_errors_beside_data_are_never_overlooked() -> None:
    data = {"data": {"sales": {"nodes": [{"id": 1}], "more": False}}}
    listing = Listing.model_validate(GRAPHQL)
    page = await read_page(Scripted([{**data, **refusal("DENIED", "Not this.")}]), listing, {}, since=None, settings={}, kept=None)  # fmt: skip
    assert (len(page.items), page.denied) == (1, ("Not this.",))
    with pytest.raises(VendorRejected, match="Broken"):
        await read_page(Scripted([{**data, **refusal("OTHER", "Broken.")}]), listing, {}, since=None, settings={}, kept=None)  # fmt: skip
    with pytest.raises(VendorRejected) as none_of_it:
        await read_page(Scripted([{"data": {"sales": None}, **refusal("DENIED")}]), listing, {}, since=None, settings={}, kept=None)  # fmt: skip
    assert none_of_it.value.status == 403


async def test_a_list_is_asked_for_once_for_each_place_or_for_some_at_a_time() -> None:
    places = {"places": [{"id": name} for name in "abc"]}
    resource = Resource.model_validate(
        {"object": "sale", "for_each": {"name": "places", "group": 2, "list": {"path": "/places", "items": "places[*]"}},
         "list": {"method": "POST", "path": "/sales", "body": {"in": "{places}", "cursor": "{token}"}, "items": "sales[*]",
                  "paging": {"by": "token", "path": "cursor"}}}
    )  # fmt: skip
    client = Scripted([places, {"sales": [1], "cursor": "x"}, {"sales": [2]}, {"sales": [3]}])
    assert await pages(client, resource) == [1, 2, 3]
    assert [asked["json"] for asked in client.asked[1:]] == [
        {"in": ["a", "b"]}, {"in": ["a", "b"], "cursor": "x"}, {"in": ["c"]},
    ]  # fmt: skip
    assert await pages(Scripted([{"places": []}]), resource) == []


DEEP: dict[str, Any] = {
    "path": "/sales",
    "params": {"from": "{begin}", "cursor": "{token}"},
    "items": "sales[*]",
    "paging": {"by": "token", "path": "cursor", "most": 4, "reached": "at"},
}


async def test_a_list_that_is_too_deep_is_begun_anew_where_it_has_come_to() -> None:
    answers = [{"sales": [{"at": str(n)}, {"at": str(n + 1)}], "cursor": f"c{n}"} for n in (1, 3, 4, 6)]
    client = Scripted([*answers, {"sales": [{"at": "7"}]}])
    resource = Resource.model_validate({"object": "sale", "list": DEEP})
    found = await pages(client, resource, since="0")
    assert [one["at"] for one in found] == ["1", "2", "3", "4", "4", "5", "6", "7", "7"]
    assert [asked["params"] for asked in client.asked] == [
        {"from": "0"}, {"from": "0", "cursor": "c1"}, {"from": "4"}, {"from": "4", "cursor": "c4"}, {"from": "7"},
    ]  # fmt: skip


async def test_a_list_with_too_much_at_one_place_is_not_read_for_ever() -> None:
    client = Scripted([{"sales": [{"at": "1"}, {"at": "1"}], "cursor": "c"}] * 6)
    with pytest.raises(EndlessError):
        await pages(client, Resource.model_validate({"object": "sale", "list": DEEP}), since="0")


async def test_an_answer_that_is_full_to_the_brim_is_not_taken_for_all() -> None:
    listing = Listing.model_validate(
        {"path": "/c", "items": "rows[gone=true]", "brim": {"path": "rows[*]", "count": 3}}
    )
    page = await read_page(Scripted([{"rows": [{"gone": True}, {}]}]), listing, {}, since=None, settings={}, kept=None)
    assert len(page.items) == 1
    with pytest.raises(EndlessError):
        await read_page(Scripted([{"rows": [{}, {}, {}]}]), listing, {}, since=None, settings={}, kept=None)


async def test_lists_inside_parts_of_an_object_are_made_whole_each_by_its_own_key() -> None:
    nested = Nested.model_validate(
        {"each": "refunds[*]", "at": "lines.nodes", "more": "lines.more",
         "list": {"path": "/refunds/{id}", "params": {"cursor": "{token}"}, "items": "lines[*]", "paging": {"by": "token", "path": "cursor"}}}
    )  # fmt: skip
    item: dict[str, Any] = {"id": 1, "refunds": [
        {"id": 7, "lines": {"nodes": [1], "more": True}}, {"id": 8, "lines": {"nodes": [5], "more": False}},
    ]}  # fmt: skip
    client = Scripted([{"lines": [1, 2], "cursor": "x"}, {"lines": [3]}])
    await make_whole(client, item, nested, {})
    assert [one["lines"]["nodes"] for one in item["refunds"]] == [[1, 2, 3], [5]]
    assert [asked["path"] for asked in client.asked] == ["/refunds/7", "/refunds/7"]


async def test_an_object_of_which_only_the_key_is_told_takes_its_place() -> None:
    nested = Nested.model_validate(
        {"at": "charge.balance", "more": "charge.captured", "id": "charge.balance", "one": True, "list": {"path": "/balances/{id}"}}
    )  # fmt: skip
    item: dict[str, Any] = {"charge": {"balance": "b7", "captured": 500}}
    client = Scripted([{"id": "b7", "amount": 5}])
    await make_whole(client, item, nested, {})
    assert item["charge"]["balance"] == {"id": "b7", "amount": 5}
    assert [asked["path"] for asked in client.asked] == ["/balances/b7"]
    await make_whole(client, payout := {"charge": {"balance": "b8"}}, nested, {})
    assert payout == {"charge": {"balance": "b8"}}
    assert len(client.asked) == 1


async def test_a_list_inside_an_object_whose_pages_lead_in_a_circle_is_not_read_for_ever() -> None:
    nested = Nested.model_validate(
        {"at": "lines", "more": "more", "list": {"path": "/l", "items": "lines[*]", "params": {"cursor": "{token}"}, "paging": {"by": "token", "path": "next"}}}
    )  # fmt: skip
    for tokens in (["a", "a"], ["a", "b", "a"]):
        client = Scripted([{"lines": [1], "next": token} for token in tokens])
        with pytest.raises(VendorRejected, match="its pages lead in a circle"):
            await make_whole(client, {"id": 1, "more": True, "lines": []}, nested, {})
        assert len(client.asked) == len(tokens)


async def page(answer: Any, items: str, **more: Any) -> int:
    """How many objects an answer is taken to have; `answer` is JSON, or bytes as they came."""
    listing = Listing.model_validate({"path": "/sales", "items": items, **more})
    return len((await read_page(Scripted([answer]), listing, {}, since="2026", settings={}, kept=None)).items)


@pytest.mark.parametrize(
    ("answer", "items"),
    [
        ({}, "sales[*]"),
        ({"sales": None}, "sales[*]"),
        ({"sales": "none"}, "sales[*]"),
        ({"sales": {"error": 1}}, "sales[*]"),
        ({"status": "error", "message": "We are busy."}, "sales[*]"),
        ({"answer": None}, "answer.sales[*]"),
        ({"error": 1}, "answer.sales[*] | sales[*]"),
        ({"sales": []}, "[*]"),
        ({"sale_id": 7}, "sale"),
        (None, "sales[*]"),
        (5, "sales[*]"),
        (b"<html>We are back soon.</html>", "sales[*]"),
        (b"", "sales[*]"),
    ],
)
async def test_an_answer_without_its_list_is_no_empty_list(answer: Any, items: str) -> None:
    """Else what has changed meanwhile would be passed over for good: the next run asks from this one on."""
    with pytest.raises(VendorUnavailable, match="Example cannot be reached now: its answer"):
        await page(answer, items)


@pytest.mark.parametrize(
    ("answer", "items", "more"),
    [
        ({"sales": []}, "sales[*]", {}),
        ({"answer": {}}, "answer.sales[*]", {}),
        ({"answer": {"sales": []}}, "answer.sales[*].lines[*]", {}),
        ([], "[*]", {}),
        ({}, "sales[*]", {"may_be_missing": True}),
        ({"cursor": None}, "sales[*]", {"may_be_missing": True}),
        (204, "sales[*]", {}),
        (304, "sales[*]", {}),
    ],
)
async def test_a_list_that_is_empty_or_may_be_left_out_is_one(answer: Any, items: str, more: dict[str, Any]) -> None:
    assert await page(answer, items, **more) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{vendor: e, resources: [{object: a, list: {path: /a}}, {object: a, list: {path: /b}}]}", "need names"),
        ("{vendor: e, resources: [{object: a, complete: all, changes: {path: /a}}]}", "there is no `list`"),
        ("{vendor: e, resources: [{object: a, complete: window, list: {path: /a}}]}", "there is no `window`"),
        ("{vendor: e, resources: [{object: a, list: {path: /a, paging: {by: token, path: t, most: 5}}}]}", "goes with"),
        ("{vendor: e, resources: [{object: a, list: {path: /a, items: 'a..b'}}]}", "is no path"),
        ("{vendor: e, resources: [{object: a, list: {path: /a, lines: 3}}]}", "Extra inputs"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_when_it_is_read(text: str, said: str) -> None:
    with pytest.raises(ResourcesError, match=said):
        parse_resources(text, "e/resources.yaml")
