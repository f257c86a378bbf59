"""One pass over a file's bytes before anything is read from it: size, line lengths, NUL bytes, encoding."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from storage.kernel.errors import CopilotError, ErrorKind

_CHUNK = 1 << 20
_LONGEST_LINE = 16 << 20
_SAMPLE = 256 << 10
_FEWEST_WIDE = 4
"""Sixteen-bit units from which the place of NUL bytes says anything."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What small shops' programs write; tried by charset-normalizer where a file is not UTF-8.
_SINGLE_BYTE = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "mac_roman", "cp850", "shift_jis", "gb18030", "big5"]
# Letters and signs of western languages as Windows-1252 has them in its upper half.
_WESTERN = "äöüÄÖÜßéèêëàâçîïôûùœñáíóúãõåøæ£€’“”–…°«»´ìòÉÀÇÑ"


@dataclass(frozen=True, slots=True)
class TextScan:
    encoding: str
    mixed: bool
    has_nul: bool


def scan_text(path: Path) -> TextScan:
    """Finds a text file's encoding by reading all of it.

    Raises CopilotError: INVALID for an empty file, UNSUPPORTED for one that has no lines.
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise CopilotError(ErrorKind.INVALID, "The file is empty.", hint="Export it again and check that it has rows.")
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return TextScan(encoding, mixed=False, has_nul=False)
    if (wide := _utf16_without_mark(head)) is not None:
        return TextScan(wide, mixed=False, has_nul=False)
    return _scan_lines(path)


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[0::2], head[1::2]
    if len(odd) < _FEWEST_WIDE:
        return None
    if odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.4 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return None


def _scan_lines(path: Path) -> TextScan:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    has_nul = False
    wide = stray = since_newline = 0
    strays = bytearray()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            has_nul = has_nul or b"\0" in chunk
            newline = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            since_newline = since_newline + len(chunk) if newline < 0 else len(chunk) - newline
            if since_newline > _LONGEST_LINE:
                raise CopilotError(
                    ErrorKind.UNSUPPORTED,
                    "The file has a line of more than 16 MB, so it is no table.",
                    hint="Export it as CSV, XLSX or JSON Lines.",
                )
            text = decoder.decode(chunk)
            if text.isascii():
                continue
            found = [char for char in text if char > "\x7f"]
            escaped = [char for char in found if "\udc80" <= char <= "\udcff"]
            stray += len(escaped)
            wide += len(found) - len(escaped)
            if escaped and len(strays) < _SAMPLE:
                strays += _neighbourhoods(chunk)
    if not stray:
        return TextScan("utf-8", mixed=False, has_nul=has_nul)
    if wide >= stray / 20:
        return TextScan("utf-8", mixed=True, has_nul=has_nul)
    return TextScan(_single_byte(bytes(strays)), mixed=False, has_nul=has_nul)


def _neighbourhoods(chunk: bytes) -> bytes:
    """The lines of a chunk that hold bytes beyond ASCII: what an encoding can be told from."""
    return b"\n".join(line for line in chunk.splitlines() if not line.isascii())[:_SAMPLE]


def _single_byte(sample: bytes) -> str:
    western = sample.decode("cp1252", "replace")
    beyond = [char for char in western if char > "\x7f"]
    if sum(char in _WESTERN for char in beyond) >= 0.8 * len(beyond):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_SINGLE_BYTE).best()
    return best.encoding if best is not None else "cp1252"
