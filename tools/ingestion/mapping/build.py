"""Nodes → the records that the one normaliser writes. What a vendor leaves to arithmetic is worked out here:
a line's net from its price, tax taken out of prices that hold it, an order's discount spread over its lines."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, cast
from zoneinfo import ZoneInfo

from storage.kernel.money import MICROS
from tools.ingestion.cells import over, spread, times
from tools.ingestion.mapping.node import Node
from tools.ingestion.mapping.values import NO_CURRENCY
from tools.ingestion.records import (
    AddressRecord,
    CalendarEventRecord,
    CatalogueRecord,
    ContactRecord,
    CustomerFileRecord,
    CustomerRecord,
    DealRecord,
    LineRecord,
    MessageRecord,
    OrderRecord,
    ProductRecord,
    Record,
    RefundRecord,
    SourceRow,
    StockRecord,
    TransactionRecord,
    VariantRecord,
    When,
)

_STATUSES: Final = ("completed", "pending", "cancelled")
_REFUND_KINDS: Final = ("refund", "return", "cancellation", "chargeback")
_DEAL_STATUSES: Final = ("open", "won", "lost")


@dataclass(frozen=True, slots=True)
class Naming:
    """What ids of one account are told apart by. `namespace` goes before the ids of people and goods, which all
    sources share one table for; `object` before keys, which are unique within the connection."""

    namespace: str
    object: str
    source_id: str
    currency: str | None
    today: date
    zone: ZoneInfo

    def key(self, node: Node) -> str:
        """A row's own key: what the mapping names, else the object's id."""
        named = node.value("key")
        own = f"{node.of or self.object}:{named or self.source_id}"
        return f"{own}:{node.place}" if named is None and node.place else own

    def id(self, value: str | None) -> str | None:
        return f"{self.namespace}:{value}" if value is not None else None


def build(node: Node, source: SourceRow, naming: Naming) -> Record | None:
    """The record of one node (see `split`); None where it says nothing to know the thing by."""
    return _BUILDERS[node.row](node, source, naming)


def split(node: Node) -> list[Node]:
    """A product with several variants is a record for each of them."""
    variants = node.parts.get("variants", ()) if node.row == "product" else ()
    if len(variants) <= 1:
        return [node]
    return [replace(node, parts={**node.parts, "variants": [variant]}) for variant in variants]


# ── people and goods ─────────────────────────────────────────────────────────────────────────────────────────


def _customer_record(node: Node, source: SourceRow, naming: Naming) -> CustomerFileRecord | None:
    customer = _known(node, naming)
    return CustomerFileRecord(source, customer) if customer is not None else None


def _customer(node: Node, naming: Naming) -> CustomerRecord:
    get = node.values.get
    address = node.part("address")
    return CustomerRecord(
        id=naming.id(get("id")),
        name=get("name") or get("company"),
        contact_name=get("contact_name"),
        company=get("company"),
        email=get("email"),
        phone=get("phone"),
        segment=get("segment"),
        address=_address(address) if address else None,
        first_seen_at=_at(node, "first_seen_at"),
        deleted=get("deleted"),
    )


def _known(customer: Node | None, naming: Naming) -> CustomerRecord | None:
    """Somebody that a record names: nobody where neither an id nor an address tells her from her namesakes."""
    if customer is None:
        return None
    record = _customer(customer, naming)
    return record if record.id or record.email else None


def _address(node: Node) -> AddressRecord:
    return AddressRecord(**node.values)


def _product(node: Node | None, naming: Naming) -> ProductRecord | None:
    if node is None:
        return None
    get = node.values.get
    record = ProductRecord(
        id=naming.id(get("id")),
        sku=get("sku"),
        title=get("title"),
        category=get("category"),
        subcategory=get("subcategory"),
        brand=get("brand"),
        supplier=get("supplier"),
        status=get("status"),
        currency=get("currency") or naming.currency,
        list_price_micros=get("list_price"),
        deleted=get("deleted"),
        is_named_by_id=get("id") is not None,
    )
    return record if record.id or record.sku or record.title else None


def _variant(node: Node | None) -> VariantRecord | None:
    if node is None:
        return None
    title = node.value("title") or node.value("sku") or node.value("id")
    return VariantRecord(title, node.value("sku"), node.value("barcode"), node.value("price")) if title else None


def _catalogue(node: Node, source: SourceRow, naming: Naming) -> CatalogueRecord | None:
    product = _product(node, naming)
    if product is None:
        return None
    variant = node.part("variants")
    facts = variant or node
    on_hand, observed = facts.value("on_hand"), cast("When | None", facts.value("observed_at"))
    stock = StockRecord(observed.on if observed else naming.today, on_hand, facts.value("location") or "")
    return CatalogueRecord(
        source,
        product,
        _variant(variant),
        facts.value("cost"),
        product.currency or NO_CURRENCY,
        stock if on_hand is not None else None,
    )


def _stock(node: Node, source: SourceRow, naming: Naming) -> CatalogueRecord | None:
    product = ProductRecord(id=naming.id(node.value("product")), sku=node.value("sku"))
    if product.id is None and product.sku is None:
        return None
    observed = cast("When | None", node.value("observed_at"))
    variant = node.value("variant")
    stock = StockRecord(
        on=observed.on if observed else naming.today,
        on_hand_e6=node.value("on_hand"),
        location=node.value("location") or "",
        reorder_level_e6=node.value("reorder_level"),
        on_order_e6=node.value("on_order"),
    )
    return CatalogueRecord(source, product, VariantRecord(variant) if variant else None, stock=stock)


# ── sales ────────────────────────────────────────────────────────────────────────────────────────────────────


def _order(node: Node, source: SourceRow, naming: Naming) -> OrderRecord:
    key = naming.key(node)
    currency = node.value("currency") or naming.currency or NO_CURRENCY
    when = cast("When", node.value("at"))
    status = node.value("status")
    included = bool(node.value("tax_included"))
    address = node.part("address")
    order = OrderRecord(
        source=source,
        key=key,
        number=node.value("number"),
        when=when,
        currency=currency,
        customer=_known(node.part("customer"), naming),
        address=_address(address) if address else None,
        status=status if status in _STATUSES else "completed",
        shipped_on=node.value("shipped_on"),
        due_on=node.value("due_on"),
        channel=node.value("channel"),
        salesperson=node.value("salesperson"),
        ship_method=node.value("ship_method"),
        payment_method=node.value("payment_method"),
        discount_code=node.value("discount_code"),
        campaign=node.value("campaign"),
        shipping_micros=node.value("shipping"),
        tax_micros=node.value("tax"),
        total_micros=node.value("total"),
        amount_micros=node.value("amount"),
        is_credit_note=node.row == "credit_note",
        original_keys=tuple(node.value("originals") or ()),
        has_own_key=True,
    )
    order.lines = [_line(part, key, source, naming, tax_included=included) for part in node.parts.get("lines", ())]
    _spread_discount(order, node.value("discount") or 0)
    refunds = node.parts.get("refunds", ())
    negative = sum(part.value("amount") for part in refunds) < 0
    for part in refunds:
        order.refunds.append(_refund(part, order, source, naming, tax_included=included, negative=negative))
    if order.is_credit_note:
        _spread_over_refunds(order)
    return order


def _line(node: Node, order_key: str, source: SourceRow, naming: Naming, *, tax_included: bool) -> LineRecord:
    get = node.values.get
    quantity, price = get("quantity"), get("unit_price")
    gross, discount, net = get("gross"), get("discount"), get("net")
    tax = get("tax")
    count = MICROS if quantity is None else quantity
    if net is None and discount is None and (after := get("unit_net")) is not None:
        net = times(after, count)
    if gross is None:
        if price is not None and not (net is not None and discount is not None):
            gross = times(price, count)
        else:
            gross = (net or 0) + (discount or 0)
    if net is None:
        net = gross - (discount or 0)
    inside = get("tax_inside") or (tax if tax_included else None)
    if inside:
        untaxed = net - inside
        gross = _divided_like(gross, untaxed, net)
        price = _divided_like(price, untaxed, net) if price is not None else None
        net = untaxed
    if price is None and quantity:
        price = over(gross, quantity)
    product = _product(node.part("product"), naming)
    title = get("title") or (product.title if product else None)
    return LineRecord(
        source=source,
        key=f"{order_key}:{get('key') or node.place}",
        product=product,
        variant=_variant(node.part("variant")),
        title=title,
        sku=get("sku") or (product.sku if product else None),
        quantity_e6=quantity,
        unit_price_micros=price,
        gross_micros=gross,
        discount_micros=gross - net,
        net_micros=net,
        tax_micros=tax,
        cost_micros=get("cost"),
    )


def _divided_like(amount: int, part: int, whole: int) -> int:
    """`amount` × `part` ÷ `whole`; as it is where the whole is nothing."""
    return spread(amount, [abs(part), abs(whole) - abs(part)])[0] if abs(whole) > abs(part) else amount


def _spread_discount(order: OrderRecord, discount: int) -> None:
    """An order's own discount, which its lines do not hold yet, taken off them in proportion."""
    order.discount_micros = abs(discount)
    if not order.discount_micros or not order.lines:
        return
    weights = [max(0, line.net_micros) for line in order.lines]
    for line, part in zip(order.lines, spread(order.discount_micros, weights), strict=True):
        line.net_micros -= part
        line.discount_micros += part


def _spread_over_refunds(note: OrderRecord) -> None:
    """A credit note's own discount was given on what was sold: so much less is given back."""
    weights = [max(0, refund.amount_micros) for refund in note.refunds]
    if not any(weights):
        return
    for refund, part in zip(note.refunds, spread(note.discount_micros, weights), strict=True):
        refund.amount_micros -= part


def _refund(
    node: Node, order: OrderRecord, source: SourceRow, naming: Naming, *, tax_included: bool, negative: bool
) -> RefundRecord:
    """Vendors write what is given back with either sign. In a credit note, a line of the other sign than the whole (a
    fee for taking goods back) is what is not given back; elsewhere where the mapping says that amounts are `signed`."""
    signed = bool(node.value("signed"))
    amount, tax, shipping = (
        (value if signed else abs(value)) if (value := node.value(name)) is not None else None
        for name in ("amount", "tax", "shipping")
    )
    amount = amount or 0
    if order.is_credit_note and not signed:
        amount = -node.value("amount") if negative else node.value("amount")
        tax = -tax if tax is not None and amount < 0 else tax
    if tax_included and tax:
        if amount or not shipping:
            amount -= tax
        else:
            shipping -= tax
    kind = node.value("kind")
    line = node.value("line")
    return RefundRecord(
        source=source,
        key=f"{order.key}:back:{node.value('key') or node.place}",
        when=node.value("at") or cast("When", order.when),
        kind=kind if kind in _REFUND_KINDS else "refund",
        amount_micros=amount,
        product=_product(node.part("product"), naming),
        title=node.value("title"),
        quantity_e6=abs(node.value("quantity")) if node.value("quantity") is not None else None,
        tax_micros=tax,
        shipping_micros=shipping,
        reason=node.value("reason"),
        line_key=f"{order.key}:{line}" if line is not None else None,
    )


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────


def _transaction(node: Node, source: SourceRow, naming: Naming) -> TransactionRecord:
    get = node.values.get
    order = get("order")
    return TransactionRecord(
        source=source,
        key=f"{naming.key(node)}:{get('kind')}",
        kind=node.value("kind"),
        when=node.value("at"),
        currency=get("currency") or naming.currency or NO_CURRENCY,
        amount_micros=node.value("amount"),
        fee_micros=get("fee"),
        account=get("account"),
        category=get("category"),
        counterparty=get("counterparty"),
        description=get("description"),
        status=get("status"),
        customer=_known(node.part("customer"), naming),
        order_key=order,
        settled_currency=get("settled_currency") if get("settled") is not None else None,
        settled_micros=get("settled"),
    )


# ── relations, mail, calendar ────────────────────────────────────────────────────────────────────────────────


def _contact(node: Node, source: SourceRow, naming: Naming) -> ContactRecord:
    address = node.part("address")
    return ContactRecord(
        source=source,
        key=naming.key(node),
        name=node.value("name"),
        email=node.value("email"),
        phone=node.value("phone"),
        company=node.value("company"),
        title=node.value("title"),
        stage=node.value("stage"),
        owner=node.value("owner"),
        address=_address(address) if address else None,
        created_at=_at(node, "created_at"),
        deleted=node.value("deleted"),
    )


def _deal(node: Node, source: SourceRow, naming: Naming) -> DealRecord:
    status, probability = node.value("status"), node.value("probability")
    return DealRecord(
        source=source,
        key=naming.key(node),
        title=node.value("title"),
        pipeline=node.value("pipeline"),
        stage=node.value("stage"),
        status=status if status in _DEAL_STATUSES else "open",
        owner=node.value("owner"),
        company=node.value("company"),
        contact_keys=tuple(node.value("contacts") or ()),
        currency=node.value("currency") or naming.currency,
        amount_micros=node.value("amount"),
        probability=float(probability) if probability is not None else None,
        expected_on=node.value("expected_on"),
        opened_at=_at(node, "opened_at"),
        closed_at=_at(node, "closed_at"),
        deleted=node.value("deleted"),
    )


def _message(node: Node, source: SourceRow, naming: Naming) -> MessageRecord:
    return MessageRecord(
        source=source,
        key=naming.key(node),
        thread=node.value("thread"),
        subject=node.value("subject"),
        preview=node.value("preview"),
        sender=node.value("sender"),
        sender_name=node.value("sender_name"),
        recipients=tuple(node.value("recipients") or ()),
        folder=node.value("folder"),
        labels=tuple(node.value("labels") or ()),
        sent_at=_at(node, "sent_at"),
        is_read=node.value("is_read"),
        deleted=node.value("deleted"),
    )


def _calendar_event(node: Node, source: SourceRow, naming: Naming) -> CalendarEventRecord:
    starts, ends = cast("When | None", node.value("starts_at")), cast("When | None", node.value("ends_at"))
    whole = node.value("all_day")
    if whole is None:
        whole = starts is not None and starts.minute is None
    if whole:
        starts, ends = _whole_day(starts, naming.zone), _whole_day(ends, naming.zone, until=True)
    return CalendarEventRecord(
        source=source,
        key=naming.key(node),
        title=node.value("title"),
        location=node.value("location"),
        organiser=node.value("organiser"),
        attendees=tuple(node.value("attendees") or ()),
        status=node.value("status"),
        all_day=whole,
        starts_at=starts.at if starts else None,
        ends_at=ends.at if ends else None,
        starts_on=starts.on if starts else None,
        ends_on=ends.on if ends else None,
        deleted=node.value("deleted"),
    )


def _whole_day(when: When | None, zone: ZoneInfo, *, until: bool = False) -> When | None:
    """The day as the source wrote it: its midnight, wherever, is not the tenant's evening before. An event lasts `until` the
    day after its last, also where the source names the last second of that."""
    if when is None or when.minute is None or when.offset_minutes is None:
        return when
    local = when.at + timedelta(minutes=when.offset_minutes)
    day = local.date() + timedelta(days=1 if until and local.time() != time() else 0)
    return When(datetime.combine(day, time(), zone).astimezone(UTC), day)


def _at(node: Node, name: str) -> datetime | None:
    when = cast("When | None", node.value(name))
    return when.at.astimezone(UTC) if when is not None else None


_BUILDERS: Final[dict[str, Callable[[Node, SourceRow, Naming], Record | None]]] = {
    "order": _order,
    "credit_note": _order,
    "customer": _customer_record,
    "product": _catalogue,
    "stock": _stock,
    "transaction": _transaction,
    "contact": _contact,
    "deal": _deal,
    "message": _message,
    "calendar_event": _calendar_event,
}
