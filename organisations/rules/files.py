"""Which files may be kept: recognised by what is in them, never by their name."""

from dataclasses import dataclass
from enum import StrEnum

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
# A picture is unpacked in memory, four bytes a pixel; telephones make up to 50 million.
MAX_PIXELS = 51_000_000


class FileType(StrEnum):
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"


# What a browser is told, and the endings a file of this type may have; the first is given to one that has none.
CONTENT_TYPES = {FileType.PDF: "application/pdf", FileType.JPEG: "image/jpeg", FileType.PNG: "image/png"}
ENDINGS = {FileType.PDF: (".pdf",), FileType.JPEG: (".jpg", ".jpeg"), FileType.PNG: (".png",)}

NAME_LENGTH = 150


@dataclass(frozen=True)
class CleanFile:
    """A file that was recognised and cleaned, with the name it came under."""

    name: str
    type: FileType
    data: bytes


def recognised(data: bytes) -> FileType | None:
    """What the first bytes say it is; None for anything that is not kept here."""
    if data.startswith(b"%PDF-"):
        return FileType.PDF
    if data.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    return None


def whole_pdf(data: bytes) -> bool:
    """Whether the file is a PDF from its first byte to its last: it ends as one, and carries no archive at its end.

    A file that is two things at once is a PDF to us and a program to somebody else; what follows the end mark, or an
    archive's table of contents where unpackers look for it, makes it one.
    """
    end = data.rstrip(b"\x00\t\n\f\r ")
    return end.endswith(b"%%EOF") and b"PK\x05\x06" not in data[-(65_535 + 22) :]


def safe_name(name: str, type_: FileType) -> str:
    """The name under which the file is handed out: no more than letters on one line, with an ending that is true."""
    stem = "".join(" " if char in '\\/:*?"<>|' else char for char in name if char.isprintable()).strip()
    ending = ENDINGS[type_][0]
    for allowed in ENDINGS[type_]:
        if stem.lower().endswith(allowed):
            stem, ending = stem[: -len(allowed)], stem[-len(allowed) :]
            break
    return (stem.strip(" .")[:NAME_LENGTH].rstrip(" .") or "document") + ending
