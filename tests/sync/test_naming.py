"""An owner says which of her connections she means, in the chat, as she calls it."""

from datetime import date

import pytest
from pydantic import BaseModel

from agents.embedded.arguments import read_arguments
from tools.connections.schemas import DisconnectRequest
from tools.connectors.core.config import VendorConfig, load_vendors
from tools.sync.schemas import ListRunsRequest, SyncNowRequest

TODAY = date(2026, 11, 30)
SAYING = [
    (SyncNowRequest, "sync {} now"),
    (SyncNowRequest, "get the newest from {} please"),
    (ListRunsRequest, "when did {} last sync"),
    (ListRunsRequest, "did the {} sync work"),
    (DisconnectRequest, "disconnect {}"),
    (DisconnectRequest, "take away your access to our {} account"),
]


@pytest.mark.parametrize("config", load_vendors().values(), ids=lambda config: config.vendor)
@pytest.mark.parametrize(("request_", "said"), SAYING, ids=str)
def test_every_vendor_can_be_named(request_: type[BaseModel], said: str, config: VendorConfig) -> None:
    for name in (*config.called, *(one.upper() for one in config.called)):
        read = read_arguments(request_.model_json_schema(), said.format(name), TODAY)
        assert not read.missing
        assert read.values["connection"].casefold() == name.casefold()


@pytest.mark.parametrize(("request_", "said"), SAYING, ids=str)
def test_an_account_is_named_in_quotes(request_: type[BaseModel], said: str) -> None:
    read = read_arguments(request_.model_json_schema(), said.format("“Corner Shop”"), TODAY)
    assert dict(read.values) == {"connection": "Corner Shop"}, "and nothing else is read from what is quoted"


def test_what_is_missing_is_asked_for_in_words() -> None:
    (missing,) = read_arguments(SyncNowRequest.model_json_schema(), "sync it all", TODAY).missing
    assert missing == "which connection: its vendor, its name in quotes, or its id"
