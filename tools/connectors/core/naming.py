"""How owners and models name a connection."""

from typing import Annotated

from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from tools.connectors.core.config import load_vendors


class _Offered:
    """Tells whoever reads a schema what the vendors are called; the longest first, since one may begin another."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        names = {name for config in load_vendors().values() for name in config.called}
        return {**handler(core), "examples": sorted(names, key=lambda name: (-len(name), name))}


ConnectionName = Annotated[
    str,
    Field(min_length=1, max_length=300, description="Which connection: its vendor, its name in quotes, or its id."),
    _Offered(),
]
"""A text that says which of a tenant's connections is meant."""
