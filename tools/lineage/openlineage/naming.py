"""What jobs and datasets are called, after OpenLineage's naming conventions: a dataset's namespace is the place that it lies at,
its name the way to it there. Ids stand for names: a file, a shop or a mailbox may be called after a person. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from storage.repositories.ingestion import UNIFIED
from tools.lineage.openlineage.columns import Columns
from tools.lineage.openlineage.events import (
    ColumnLineageFacet,
    Dataset,
    DatasetFacets,
    DatasetTypeFacet,
    InputField,
    LineageOfColumn,
    SchemaFacet,
    SchemaField,
    SourceFacet,
    Transformation,
    VersionFacet,
)
from tools.lineage.reading import PLUMBING

TOPIC: Final = "openlineage"
"""Of the outbox."""
SUMS: Final = "rollup_sums"
"""What days and months are added up in."""


@dataclass(frozen=True, slots=True)
class Names:
    """Of one tenant in one installation, which `namespace` tells from others."""

    namespace: str
    tenant_id: str

    def job(self, kind: str, of: str | None = None) -> str:
        return ".".join(filter(None, (self.tenant_id, kind, of)))

    @property
    def store(self) -> str:
        """The namespace of the unified tables."""
        return f"smb://{self.namespace}"

    def table(self, table: str) -> str:
        return f"{self.tenant_id}.{table}"

    def file(self, connector_id: str) -> tuple[str, str]:
        """Namespace and name of a family of files."""
        return f"file://{self.namespace}", f"/{self.tenant_id}/{connector_id}"

    def object(self, vendor: str, connector_id: str, object_: str) -> tuple[str, str]:
        """Namespace and name of a kind of object of a vendor's account."""
        return f"{vendor}://{connector_id}", object_


def schema_of(names: Sequence[str], type_: str | None = None) -> SchemaFacet:
    return SchemaFacet(fields=tuple(SchemaField(name=name, type=type_) for name in names))


def source_facet(namespace: str) -> SourceFacet:
    return SourceFacet.model_validate({"name": namespace, "uri": namespace})


def table_facets(
    table: str, names: Names, version: str | None, lineage: ColumnLineageFacet | None = None
) -> DatasetFacets:
    """Of a unified table: its columns, and which run wrote it last."""
    model = UNIFIED.get(table)
    columns = model.__table__.columns if model is not None else ()
    fields = tuple(SchemaField(name=c.key, type=str(c.type)) for c in columns if c.key not in PLUMBING)
    return DatasetFacets(
        schema=SchemaFacet(fields=fields) if fields else None,
        data_source=source_facet(names.store),
        version=VersionFacet(dataset_version=version) if version is not None else None,
        dataset_type=DatasetTypeFacet(dataset_type="TABLE"),
        column_lineage=lineage,
    )


def lineage_facet(sources: Sequence[tuple[Dataset, Columns]]) -> ColumnLineageFacet | None:
    """Of one unified table, from each of the datasets that it is made of; None where none of its columns is."""
    fields: dict[str, list[InputField]] = {}
    for dataset, columns in sources:
        for column, needed in columns.items():
            fields.setdefault(column, []).extend(
                InputField(
                    namespace=dataset.namespace,
                    name=dataset.name,
                    field=one.field,
                    transformations=(
                        Transformation(type="INDIRECT" if one.use == "CONDITIONAL" else "DIRECT", subtype=one.use),
                    ),
                )
                for one in needed
            )
    made = {column: LineageOfColumn(input_fields=tuple(inputs)) for column, inputs in fields.items()}
    return ColumnLineageFacet(fields=made) if made else None
