"""What connections offer to models, routes and MCP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from storage.kernel.actor import Module, Permission
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.connections.schemas import (
    ConnectionView,
    ConnectorList,
    DisconnectRequest,
    ListConnectorsRequest,
    VendorView,
)
from tools.connections.service import ConnectionService
from tools.kit.blocks import Column, Presentation, TableBlock
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml

_STATES = {"active": "connected", "needs_reconnect": "needs to be connected again", "disconnected": "disconnected"}


def capabilities(service: ConnectionService) -> tuple[AnyCapability, ...]:
    """The vendors that can be connected, and ending a connection. A new one needs its owner at the vendor's own page, so no
    model makes one."""

    async def connectors(uow: ReadUnitOfWork, request: ListConnectorsRequest) -> ConnectorList:
        return await service.list_connectors(uow, request)

    async def disconnect(uow: WriteUnitOfWork, request: DisconnectRequest) -> ConnectionView:
        return await service.disconnect_named(uow, request)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="data-lineage.list-connectors",
            module=Module.DATA_LINEAGE,
            title="Connectors",
            description=(
                "Lists the connectors: which vendors (Shopify, Stripe, QuickBooks, Gmail …) can be connected, which "
                "accounts are, and whether any needs to be connected again."
            ),
            request=ListConnectorsRequest,
            result=ConnectorList,
            handler=connectors,
            present=present_connectors,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["data-lineage.list-connectors"]),
        ),
        Capability(
            id="data-lineage.disconnect",
            module=Module.DATA_LINEAGE,
            title="Disconnect an account",
            description=(
                "Ends the connection to one account at a vendor (Shopify, Stripe …): its credentials are revoked and "
                "forgotten, and what it brought in stays. Names the account or the vendor."
            ),
            request=DisconnectRequest,
            result=ConnectionView,
            handler=disconnect,
            present=present_disconnected,
            permission=Permission.DATA_IMPORT,
            effect=Effect.WRITE,
            examples=tuple(examples["data-lineage.disconnect"]),
        ),
    )


def present_connectors(result: ConnectorList) -> Presentation:
    """What is connected, what needs its owner, and what else can be connected."""
    facts: dict[str, Any] = {"connectors": [item.model_dump(mode="json") for item in result.items]}
    text = " ".join(_told(result.items))
    made = [(kind, one) for kind in result.items for one in kind.connections]
    if not made:
        return Presentation(text=text, facts=facts)
    columns = (
        Column(name="connector", type="string", label="Connector"),
        Column(name="account", type="string", label="Account"),
        Column(name="state", type="string", label="State"),
        Column(name="synced", type="datetime", label="Last sync"),
    )
    rows = tuple(
        (kind.title, one.name, _STATES[one.status], one.last_sync_at.isoformat() if one.last_sync_at else None)
        for kind, one in made
    )
    return Presentation(text=text, facts=facts, blocks=(TableBlock(title="Connectors", columns=columns, rows=rows),))


def present_disconnected(result: ConnectionView) -> Presentation:
    text = f"{result.name} is disconnected: its credentials are forgotten, and what it brought in stays."
    return Presentation(text=text, facts=result.model_dump(mode="json"))


def _told(kinds: tuple[VendorView, ...]) -> Iterator[str]:
    made = [(kind, one) for kind in kinds for one in kind.connections]
    active = [f"{one.name} ({kind.title})" for kind, one in made if one.status == "active"]
    broken = [f"{one.name} ({kind.title})" for kind, one in made if one.status == "needs_reconnect"]
    yield f"Connected: {', '.join(active)}." if active else "No account is connected."
    if broken:
        yield f"To be connected again: {', '.join(broken)}."
    if free := [
        kind.title for kind in kinds if kind.ways and not any(one.status == "active" for one in kind.connections)
    ]:
        yield f"Can be connected: {', '.join(free)}."
    if closed := [kind.title for kind in kinds if not kind.ways]:
        yield f"Not set up in this installation: {', '.join(closed)}."
    yield "Files can be uploaded at any time."
