"""Customers, products and places: found by what identifies them, completed, or made."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from storage.models.commerce import Address, Customer, Product, ProductVariant
from storage.repositories.resolution import MERGED
from tools.ingestion.chunk import Chunk, Known, Remembered, Values, differing
from tools.ingestion.identity import (
    address_hash,
    address_parts,
    customer_key,
    folded,
    is_other_person,
    is_other_title,
    own_key,
    product_key,
    titled_key,
)
from tools.ingestion.places import country_code
from tools.ingestion.records import AddressRecord, CustomerRecord, ProductRecord, SourceRow, VariantRecord

_CUSTOMER: Final = (
    "name",
    "contact_name",
    "company",
    "email",
    "phone",
    "segment",
    "address_id",
    "first_seen_at",
    "deleted_at",
)
_PRODUCT: Final = (
    "title",
    "sku",
    "category",
    "subcategory",
    "brand",
    "supplier",
    "status",
    "currency",
    "list_price_micros",
    "deleted_at",
)
_VARIANT: Final = ("title", "sku", "barcode", "price_micros")


class Things:
    """Resolves the things that one chunk's records name. `load` first; the rest never waits for the database."""

    def __init__(self, chunk: Chunk) -> None:
        self._chunk = chunk
        self._memory = chunk.memory
        self._batches: set[str] = set()
        self._wholes = chunk.memory.wholes

    # ── loading ──────────────────────────────────────────────────────────────────────────────────────────

    async def load(
        self, customers: Iterable[CustomerRecord], products: Iterable[ProductRecord], addresses: Iterable[AddressRecord]
    ) -> None:
        """Fetches whatever is stored of these, in a few statements."""
        connector = self._chunk.context.connector_id
        places = {self._place(address) for address in addresses}
        await self._load(Address, "content_hash", places, (), self._memory.addresses)
        keys: set[str] = set()
        emails: set[str] = set()
        for customer in customers:
            key = customer_key(customer)
            if key not in self._memory.customers:
                keys |= {key, own_key(key, connector)}
            if customer.email is not None and f"email:{customer.email}" not in self._memory.customers:
                emails.add(customer.email)
        await self._load(Customer, "source_key", keys, _CUSTOMER, self._memory.customers)
        await self._load_by_email(emails)
        titles: dict[str, set[str]] = defaultdict(set)
        for product in products:
            titles[product_key(product)].update([product.title] if product.title else [])
        await self._load(Product, "source_key", titles, _PRODUCT, self._memory.products)
        await self._load(Product, "source_key", self._titled_keys(titles), _PRODUCT, self._memory.products)
        await self.load_sources_of()

    def _titled_keys(self, titles: dict[str, set[str]]) -> set[str]:
        """The further keys of ids that come with more than one title, here or in the store."""
        found: set[str] = set()
        for key, own in titles.items():
            row = self._memory.products.get(key)
            known = self._title(row) if row is not None else None
            if len(own | ({known} if known else set())) > 1:
                found.update(titled_key(key, title) for title in own)
        return found

    def _place(self, record: AddressRecord) -> str:
        """The content hash of a place."""
        parts = address_parts(record)
        known = self._memory.places.get(parts)
        if known is None:
            known = self._memory.places[parts] = address_hash(parts)
        return known

    async def _load(
        self, model: type[Any], key: str, keys: Iterable[str], names: tuple[str, ...], into: Remembered
    ) -> None:
        missing = {k for k in keys if k not in into}
        merges = ("merged_into_id",) if model in (Customer, Product) else ()
        columns = [getattr(model, name) for name in ("id", key, "created_by_batch_id", *names, *merges)]
        for values in await self._chunk.find(getattr(model, key), missing, columns):
            into.put(values[key], self._known(values))

    async def _load_by_email(self, emails: set[str]) -> None:
        names = ("id", "source_key", "created_by_batch_id", *_CUSTOMER, "merged_into_id")
        columns = [getattr(Customer, name) for name in names]
        for values in await self._chunk.find(Customer.email, emails, columns):
            if values["source_key"].startswith(MERGED):
                continue
            row = self._memory.customers.get(values["source_key"]) or self._known(values)
            self._memory.customers.put(values["source_key"], row)
            self._memory.customers.put(f"email:{values['email']}", row)

    def _known(self, values: Values) -> Known:
        batch_id = values["created_by_batch_id"]
        if batch_id is not None:
            self._batches.add(batch_id)
        if values.get("merged_into_id") is not None:
            self._wholes[values["id"]] = values["merged_into_id"]
        return Known(values["id"], values, own=batch_id == self._chunk.context.batch_id)

    async def load_sources_of(self, rows: Iterable[Known] = ()) -> None:
        """Fetches which source made each row that was loaded, and each of `rows`."""
        wanted = self._batches | {row.values["created_by_batch_id"] for row in rows} - {None}
        if missing := wanted - self._memory.connectors.keys():
            self._memory.connectors.update(await self._chunk.uow.ingestion.connectors_of_batches(missing))

    def is_foreign(self, row: Known) -> bool:
        """Whether another source made the row."""
        batch_id = row.values.get("created_by_batch_id")
        if row.own or batch_id is None:
            return False
        return self._memory.connectors.get(batch_id) not in (None, self._chunk.context.connector_id)

    def whole(self, id_: str | None) -> str | None:
        """What a customer or product counts as: the row that stands for it and others, else itself."""
        return self._wholes.get(id_, id_) if id_ is not None else None

    def counted_as(self, name: str, id_: str | None) -> Values:
        """The two columns of a fact that say whose it is: what it counts as, and what its source knows it as where that is
        another. `name` is customer or product."""
        whole = self.whole(id_)
        return {f"{name}_id": whole, f"source_{name}_id": id_ if id_ != whole else None}

    # ── resolving ────────────────────────────────────────────────────────────────────────────────────────

    def address(self, record: AddressRecord | None, source: SourceRow) -> str | None:
        if record is None:
            return None
        key = self._place(record)
        row = self._memory.addresses.get(key)
        if row is None:
            values: Values = {
                "content_hash": key,
                "line1": record.line1,
                "line2": record.line2,
                "city": record.city,
                "state": record.state,
                "region": record.region,
                "postal_code": record.postal_code,
                "country": record.country,
                "country_code": country_code(record.country) if record.country else None,
            }
            row = self._make(Address, values, source)
            self._memory.addresses.put(key, row)
        else:
            self._chunk.change(Address, row, {}, source)
        return row.id

    def customer(self, record: CustomerRecord | None, source: SourceRow, *, has_the_say: bool = False) -> str | None:
        """The customer's id. A list of customers `has_the_say`; what an order says only fills gaps."""
        if record is None:
            return None
        key = customer_key(record)
        row = self._memory.customers.get(key)
        if row is None and record.email is not None and record.id is None:
            row = self._memory.customers.get(f"email:{record.email}")
        if (
            row is not None
            and self.is_foreign(row)
            and is_other_person(
                (row.values.get("name"), row.values.get("company"), row.values.get("contact_name")), record
            )
        ):
            key = own_key(key, self._chunk.context.connector_id)
            row = self._memory.customers.get(key)
        values: Values = {
            "name": record.name,
            "contact_name": record.contact_name,
            "company": record.company,
            "email": record.email,
            "phone": record.phone,
            "segment": record.segment,
            "address_id": self.address(record.address, source),
            "first_seen_at": record.first_seen_at,
            "deleted_at": self._chunk.now if record.deleted else None,
        }
        if row is None:
            row = self._make(Customer, {"source_key": key, **values}, source, counts=has_the_say)
            self._memory.customers.put(key, row)
            if record.email is not None:
                self._memory.customers.put(f"email:{record.email}", row)
        else:
            self._chunk.change(
                Customer, row, _differing(row, values, record.deleted, fill_only=not has_the_say), source
            )
        return row.id

    def product(self, record: ProductRecord | None, source: SourceRow, *, has_the_say: bool = False) -> str | None:
        if record is None:
            return None
        key = product_key(record)
        row = self._memory.products.get(key)
        renamed = row is not None and is_other_title(self._title(row), record.title)
        if row is not None and renamed and (not record.is_named_by_id or self.is_foreign(row)):
            key = titled_key(key, record.title or "")
            row = self._memory.products.get(key)
        values: Values = {
            "title": record.title,
            "sku": record.sku,
            "category": record.category,
            "subcategory": record.subcategory,
            "brand": record.brand,
            "supplier": record.supplier,
            "status": record.status,
            "currency": record.currency,
            "list_price_micros": record.list_price_micros,
            "deleted_at": self._chunk.now if record.deleted else None,
        }
        if row is None:
            values["title"] = record.title or record.id or record.sku
            row = self._make(Product, {"source_key": key, **values}, source, counts=has_the_say)
            self._memory.products.put(key, row)
            return row.id
        changed = _differing(row, values, record.deleted, fill_only=not has_the_say)
        if record.title is not None and self._title(row) is None:
            changed["title"] = record.title
        self._chunk.change(Product, row, changed, source)
        return row.id

    @staticmethod
    def _title(row: Known) -> str | None:
        """A product's title; None where only its key stands in for one."""
        title, key = row.values.get("title"), str(row.values.get("source_key"))
        return None if key.partition(":")[2] == title and not key.startswith("title:") else title

    def variant(
        self, product_id: str | None, record: VariantRecord | None, source: SourceRow, *, has_the_say: bool = False
    ) -> str | None:
        """The variant's id. A list of products `has_the_say`, as with products."""
        if product_id is None or record is None:
            return None
        key = f"{product_id}|{folded(record.title)}"
        row = self._memory.variants.get(key)
        values: Values = {
            "title": record.title,
            "sku": record.sku,
            "barcode": record.barcode,
            "price_micros": record.price_micros,
        }
        if row is None:
            values |= {"product_id": product_id, "source_key": folded(record.title)}
            row = self._make(ProductVariant, values, source)
            self._memory.variants.put(key, row)
        else:
            self._chunk.change(ProductVariant, row, differing(row, values, fill_only=not has_the_say), source)
        return row.id

    async def load_variants(self, pairs: Iterable[tuple[ProductRecord, VariantRecord]]) -> None:
        """Fetches the stored variants of the products that records name; after `load`."""
        ids = {
            row.id
            for product, _ in pairs
            for key in (product_key(product), titled_key(product_key(product), product.title or ""))
            if (row := self._memory.products.get(key)) is not None
        }
        columns = [
            getattr(ProductVariant, name)
            for name in ("id", "product_id", "source_key", "created_by_batch_id", *_VARIANT)
        ]
        for values in await self._chunk.find(ProductVariant.product_id, ids, columns):
            key = f"{values['product_id']}|{values['source_key']}"
            if key not in self._memory.variants:
                self._memory.variants.put(key, self._known(values))

    def _make(self, model: type[Any], values: Values, source: SourceRow, *, counts: bool = False) -> Known:
        id_ = self._chunk.add(model, values, source, "created" if counts else None)
        return Known(id_, values, own=True)


def _differing(row: Known, values: Values, deleted: bool | None, *, fill_only: bool) -> Values:
    """As `differing`; a thing is marked as deleted once, and loses the mark when its source has it again."""
    changed = differing(row, values, fill_only=fill_only)
    if row.values.get("deleted_at") is not None:
        changed.pop("deleted_at", None)
        if deleted is False and not fill_only:
            changed["deleted_at"] = None
    return changed
