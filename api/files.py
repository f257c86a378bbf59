"""Routes that give files: what they declare of them, and how they give them."""

from fastapi.responses import Response

from tools.foundry.exports import MEDIA_TYPES, ExportedFile


def files(*formats: str) -> dict[int | str, dict[str, object]]:
    """What a route that gives files of these formats declares."""
    content = {MEDIA_TYPES[one]: {"schema": {"type": "string", "format": "binary"}} for one in formats}
    return {200: {"description": "The file.", "content": content}}


def as_download(file: ExportedFile) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.body, media_type=file.media_type, headers=headers)
