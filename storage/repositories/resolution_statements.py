"""The statements by which rows that may be one are read and put together, made once."""

from typing import Any, Final

from sqlalchemy import Select, String, bindparam, case, delete, func, null, or_, select, union, update
from sqlalchemy.orm import InstrumentedAttribute

from storage.models.base import Base
from storage.models.commerce import (
    Address,
    Customer,
    Order,
    OrderLine,
    Product,
    ProductVariant,
    Refund,
    StockLevel,
    Transaction,
)
from storage.models.ingestion import VISIBLE_BATCH_STATES, BatchChange, Connector, IngestionBatch
from storage.models.relations import Contact, Message
from storage.models.resolution import ResolutionDecision, ResolutionPair
from storage.statements import prepared

MERGED: Final = "one:"
"""What the source key of a row begins with that stands for several: no source wrote it."""
Merged = type[Customer] | type[Product]
_FACTS: Final[dict[Merged, tuple[tuple[type[Any], Any, Any], ...]]] = {
    Customer: (
        (Order, Order.customer_id, Order.source_customer_id),
        (Refund, Refund.customer_id, Refund.source_customer_id),
        (Transaction, Transaction.customer_id, Transaction.source_customer_id),
    ),
    Product: (
        (OrderLine, OrderLine.product_id, OrderLine.source_product_id),
        (Refund, Refund.product_id, Refund.source_product_id),
    ),
}
"""Things that merge, and the facts that are theirs: table, whose it counts as, and whose it is in its source."""
_IDS: Final = bindparam("ids", expanding=True, type_=String)
_BATCHES: Final = bindparam("batch_ids", expanding=True, type_=String)
_SILENT: Final = {"synchronize_session": False}


def of_source(statement: Any, model: type[Base], batch_id: Any) -> Select[Any]:
    """A statement over rows of a class, with the source that made each."""
    return (
        statement.select_from(model)
        .outerjoin(IngestionBatch, IngestionBatch.id == batch_id)
        .outerjoin(Connector, Connector.id == IngestionBatch.connector_id)
    )


_PLACE: Final = (Address.line1, Address.city, Address.postal_code, Address.country_code)
CUSTOMERS: Final = (
    of_source(
        select(
            Customer.id, Customer.source_key, IngestionBatch.connector_id, Connector.type.label("vendor"), Customer.name,
            Customer.contact_name, Customer.company, Customer.email, Customer.phone, *_PLACE, Customer.merged_into_id,
        ),
        Customer,
        Customer.created_by_batch_id,
    )
    .outerjoin(Address, Address.id == Customer.address_id)
    .where(Customer.source_key.not_like(f"{MERGED}%"))
)  # fmt: skip
CONTACTS: Final = (
    of_source(
        select(
            Contact.id, Contact.source_key, IngestionBatch.connector_id, Connector.type.label("vendor"), Contact.name,
            null(), Contact.company, Contact.email, Contact.phone, *_PLACE, Contact.customer_id.label("merged_into_id"),
        ),
        Contact,
        Contact.created_by_batch_id,
    )
    .outerjoin(Address, Address.id == Contact.address_id)
    .where(Contact.deleted_at.is_(None))
)  # fmt: skip
SOME_CUSTOMERS: Final = prepared(CUSTOMERS.where(Customer.id.in_(_IDS)))
SOME_CONTACTS: Final = prepared(CONTACTS.where(Contact.id.in_(_IDS)))
PENDING: Final = prepared(
    select(IngestionBatch.id, IngestionBatch.status, IngestionBatch.written)
    .where(
        IngestionBatch.status.in_((*VISIBLE_BATCH_STATES, "undoing", "undone")),
        IngestionBatch.resolved_at.is_(None),
    )
    .order_by(IngestionBatch.id)
)


def _touched(model: type[Any]) -> Any:
    changed = select(BatchChange.unified_id).where(
        BatchChange.batch_id.in_(_BATCHES), BatchChange.unified_type == model.__tablename__
    )
    return prepared(union(select(model.id).where(model.created_by_batch_id.in_(_BATCHES)), changed))


TOUCHED: Final = {model: _touched(model) for model in (Customer, Contact, Message, Product, ProductVariant)}
# What is NULL is left out by the reader: where the statement says so, SQLite takes the index of all that are not.
STANDING_FOR: Final = prepared(
    union(
        select(Customer.merged_into_id).where(Customer.id.in_(_IDS)),
        select(Contact.customer_id).where(Contact.id.in_(_IDS)),
    )
)
MEMBERS: Final = prepared(
    union(
        select(Customer.id).where(Customer.merged_into_id.in_(_IDS)),
        select(Contact.id).where(Contact.customer_id.in_(_IDS)),
        # A contact may be a customer that stands for itself alone.
        select(Customer.id).where(Customer.id.in_(_IDS), Customer.source_key.not_like(f"{MERGED}%")),
    )
)
STANDING: Final = {
    model: prepared(select(model.id, model.merged_into_id).where(model.id.in_(_IDS))) for model in (Customer, Product)
}


def _moved(
    model: Merged, fact: type[Any], counted: InstrumentedAttribute[Any], told: InstrumentedAttribute[Any]
) -> Any:
    own = func.coalesce(told, counted)
    whole = (
        select(func.coalesce(model.merged_into_id, model.id)).where(model.id == own).correlate(fact).scalar_subquery()
    )
    now = func.coalesce(whole, own)
    moved = {counted.key: now, told.key: case((now == own, None), else_=own)}
    if model is Product:
        called = select(Product.title).where(Product.id == now).correlate(fact).scalar_subquery()
        moved["merged_title"] = case((now == own, None), else_=called)
    return update(fact).values(moved).execution_options(**_SILENT)


def _moved_of_batches(
    model: Merged, fact: type[Any], counted: InstrumentedAttribute[Any], told: InstrumentedAttribute[Any]
) -> Any:
    merged = select(model.id).where(model.id == counted, model.merged_into_id.is_not(None)).correlate(fact)
    changed = select(BatchChange.unified_id).where(
        BatchChange.batch_id.in_(_BATCHES), BatchChange.unified_type == fact.__tablename__
    )
    return _moved(model, fact, counted, told).where(
        or_(fact.created_by_batch_id.in_(_BATCHES), fact.id.in_(changed)), or_(told.is_not(None), merged.exists())
    )


MOVE_FACTS: Final = {
    model: tuple(prepared(_moved(model, fact, counted, told).where(counted.in_(_IDS))) for fact, counted, told in facts)
    for model, facts in _FACTS.items()
}
MOVE_FACTS_OF_BATCHES: Final = tuple(
    prepared(_moved_of_batches(model, *fact)) for model, facts in _FACTS.items() for fact in facts
)
_WHOLE_OF_STOCK: Final = (
    select(func.coalesce(Product.merged_into_id, Product.id))
    .where(Product.id == StockLevel.product_id)
    .correlate(StockLevel)
    .scalar_subquery()
)
MOVE_STOCK: Final = prepared(
    update(StockLevel)
    .where(or_(StockLevel.product_id.in_(_IDS), StockLevel.counted_product_id.in_(_IDS)))
    .values(counted_product_id=func.coalesce(_WHOLE_OF_STOCK, StockLevel.product_id))
    .execution_options(**_SILENT)
)
_WHOLE_OF_MESSAGE: Final = (
    select(Customer.merged_into_id).where(Customer.id == Message.customer_id).correlate(Message).scalar_subquery()
)
MOVE_MESSAGES: Final = prepared(
    update(Message)
    .where(Message.customer_id.in_(_IDS), _WHOLE_OF_MESSAGE.is_not(None))
    .values(customer_id=_WHOLE_OF_MESSAGE)
    .execution_options(**_SILENT)
)
DROP_PAIRS: Final = tuple(
    prepared(delete(ResolutionPair).where(column.in_(_IDS)).execution_options(**_SILENT))
    for column in (ResolutionPair.left_id, ResolutionPair.right_id)
)
DECISIONS: Final = prepared(
    select(ResolutionDecision.left_key, ResolutionDecision.right_key, ResolutionDecision.same)
    .where(ResolutionDecision.kind == bindparam("of_kind"))
    .order_by(ResolutionDecision.id)
)
