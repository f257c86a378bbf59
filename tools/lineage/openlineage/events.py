"""OpenLineage events (openlineage.io/spec/2-0-2), as far as we make them. Pure.

Written here instead of taken from openlineage-python: that brings two more HTTP clients, attrs and dateutil along, and sends
from a queue in memory, where ours are in the outbox before anything is sent.
"""

from datetime import datetime
from importlib.metadata import version
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AnyUrl, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

VERSION: Final = version("smb-command")
PRODUCER: Final = f"urn:smb-command:{VERSION}"
_SPEC: Final = "https://openlineage.io/spec"
EventType = Literal["START", "RUNNING", "COMPLETE", "ABORT", "FAIL"]
TERMINAL: Final = frozenset(["COMPLETE", "ABORT", "FAIL"])


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


_Moment = Annotated[AwareDatetime, PlainSerializer(_text, return_type=str, when_used="json")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class _Facet(_Part):
    producer: AnyUrl = Field(default=AnyUrl(PRODUCER), alias="_producer")
    schema_url: AnyUrl = Field(alias="_schemaURL")


def _of(name: str, spec: str) -> Any:
    """The address of a facet's official schema, as the field's default."""
    return Field(default=AnyUrl(f"{_SPEC}/facets/{spec}/{name}.json#/$defs/{name}"), alias="_schemaURL")


# ── of a run ─────────────────────────────────────────────────────────────────────────────────────────────────


class ParentRun(_Part):
    run_id: UUID


class JobName(_Part):
    namespace: str = Field(min_length=1)
    name: str = Field(min_length=1)


class ParentFacet(_Facet):
    schema_url: AnyUrl = _of("ParentRunFacet", "1-2-0")
    run: ParentRun
    job: JobName


class NominalTimeFacet(_Facet):
    schema_url: AnyUrl = _of("NominalTimeRunFacet", "1-0-1")
    nominal_start_time: _Moment


class ErrorFacet(_Facet):
    """`message` names the kind of failure alone: what failed, in words, may name people and stays with the run."""

    schema_url: AnyUrl = _of("ErrorMessageRunFacet", "1-0-1")
    message: str
    programming_language: str = "Python"


class EngineFacet(_Facet):
    schema_url: AnyUrl = _of("ProcessingEngineRunFacet", "1-1-1")
    name: str = "smb-command"
    version: str = VERSION
    openlineage_adapter_version: str = VERSION


class RunFacets(_Part):
    parent: ParentFacet | None = None
    nominal_time: NominalTimeFacet | None = None
    error_message: ErrorFacet | None = None
    processing_engine: EngineFacet = Field(default=EngineFacet(), alias="processing_engine")


class Run(_Part):
    run_id: UUID
    facets: RunFacets = RunFacets()


# ── of a job ─────────────────────────────────────────────────────────────────────────────────────────────────


class JobTypeFacet(_Facet):
    schema_url: AnyUrl = _of("JobTypeJobFacet", "2-0-4")
    processing_type: Literal["BATCH"] = "BATCH"
    integration: Literal["SMB"] = "SMB"
    job_type: str


class JobFacets(_Part):
    job_type: JobTypeFacet


class Job(JobName):
    facets: JobFacets


# ── of a dataset ─────────────────────────────────────────────────────────────────────────────────────────────


class SchemaField(_Part):
    name: str
    type: str | None = None


class SchemaFacet(_Facet):
    schema_url: AnyUrl = _of("SchemaDatasetFacet", "1-2-0")
    fields: tuple[SchemaField, ...]


class SourceFacet(_Facet):
    schema_url: AnyUrl = _of("DatasourceDatasetFacet", "1-0-1")
    name: str
    uri: AnyUrl


class VersionFacet(_Facet):
    schema_url: AnyUrl = _of("DatasetVersionDatasetFacet", "1-0-1")
    dataset_version: str


class DatasetTypeFacet(_Facet):
    schema_url: AnyUrl = _of("DatasetTypeDatasetFacet", "1-0-1")
    dataset_type: Literal["TABLE", "FILE", "JOB_OUTPUT"]


class Transformation(_Part):
    """DIRECT: the value is made of the field. INDIRECT: the field decides whether it is."""

    type: Literal["DIRECT", "INDIRECT"]
    subtype: Literal["TRANSFORMATION", "AGGREGATION", "CONDITIONAL"]


class InputField(_Part):
    namespace: str
    name: str
    field: str
    transformations: tuple[Transformation, ...]


class LineageOfColumn(_Part):
    input_fields: tuple[InputField, ...]


class ColumnLineageFacet(_Facet):
    schema_url: AnyUrl = _of("ColumnLineageDatasetFacet", "1-2-0")
    fields: dict[str, LineageOfColumn]


class DatasetFacets(_Part):
    described: SchemaFacet | None = Field(default=None, alias="schema")
    data_source: SourceFacet | None = None
    version: VersionFacet | None = None
    dataset_type: DatasetTypeFacet | None = None
    column_lineage: ColumnLineageFacet | None = None


class Dataset(_Part):
    namespace: str = Field(min_length=1)
    name: str = Field(min_length=1)
    facets: DatasetFacets = DatasetFacets()


class InputStatisticsFacet(_Facet):
    schema_url: AnyUrl = _of("InputStatisticsInputDatasetFacet", "1-0-0")
    row_count: int | None = Field(default=None, ge=0)
    size: int | None = Field(default=None, ge=0)
    file_count: int | None = Field(default=None, ge=0)


class ColumnMetrics(_Part):
    null_count: int = Field(ge=0)
    count: int = Field(ge=0)


class QualityMetricsFacet(_Facet):
    schema_url: AnyUrl = _of("DataQualityMetricsInputDatasetFacet", "1-0-3")
    row_count: int = Field(ge=0)
    column_metrics: dict[str, ColumnMetrics]


class Assertion(_Part):
    assertion: str
    success: bool
    column: str | None = None
    expected: str | None = None
    actual: str | None = None


class AssertionsFacet(_Facet):
    schema_url: AnyUrl = _of("DataQualityAssertionsDatasetFacet", "1-1-0")
    assertions: tuple[Assertion, ...]


class InputFacets(_Part):
    input_statistics: InputStatisticsFacet | None = None
    data_quality_metrics: QualityMetricsFacet | None = None
    data_quality_assertions: AssertionsFacet | None = None


class InputDataset(Dataset):
    input_facets: InputFacets | None = None


class OutputStatisticsFacet(_Facet):
    schema_url: AnyUrl = _of("OutputStatisticsOutputDatasetFacet", "1-0-2")
    row_count: int | None = Field(default=None, ge=0)
    size: int | None = Field(default=None, ge=0)


class OutputFacets(_Part):
    output_statistics: OutputStatisticsFacet | None = None


class OutputDataset(Dataset):
    output_facets: OutputFacets | None = None


# ── the event ────────────────────────────────────────────────────────────────────────────────────────────────


class RunEvent(_Part):
    """One transition of a run. As JSON by `as_json`: in the spec's names, without what is not known."""

    event_type: EventType
    event_time: _Moment
    run: Run
    job: Job
    inputs: tuple[InputDataset, ...] = ()
    outputs: tuple[OutputDataset, ...] = ()
    producer: AnyUrl = AnyUrl(PRODUCER)
    schema_url: AnyUrl = Field(default=AnyUrl(f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"), alias="schemaURL")

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
