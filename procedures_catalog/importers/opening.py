"""Other people's files opened without trusting them: what they really are, how big they unpack, when they were made.

A name proves nothing: the portal's Word export ends in .doc and is a .docx, and an error page is saved as .json.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from lzma import LZMAError
from pathlib import Path
from typing import BinaryIO

from procedures_catalog.files import CatalogueError

MB = 1 << 20
LARGEST_TEXT = 400 * MB  # the whole country as JSON with every word is about 200 MB
LARGEST_DOCUMENT = 100 * MB  # one .docx or .xlsx, unpacked
MOST_FILES = 50_000

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HTML = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|title)\b", re.IGNORECASE | re.DOTALL
)
DOCTYPE = re.compile(b"<\0?!\0?(?:D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)")
BROKEN = (  # what zipfile raises over a damaged or foreign archive
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    EOFError,
    LZMAError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    zlib.error,
)


class UnreadableError(Exception):
    """One file that cannot be used; the message is for people and names no file."""


@dataclass(frozen=True)
class Piece:
    """One file of a folder or of an archive, or the file itself."""

    name: str
    body: bytes
    day: date  # when it was last written


def refused(path: Path, reason: str, line: int = 1) -> CatalogueError:
    return CatalogueError([f"{path}:{line}: file: {reason}"])


def kind(head: bytes) -> str:
    """zip, ole, html, rtf, pdf or text, told by the first bytes."""
    marks = {b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", OLE: "ole", b"{\\rtf": "rtf", b"%PDF": "pdf"}
    told = next((name for mark, name in marks.items() if head.startswith(mark)), None)
    return told or ("html" if HTML.match(head.removeprefix(b"\xef\xbb\xbf")) else "text")


def why_not(body: bytes, wanted: str) -> str:
    """What the bytes are instead of what was wanted, and what to do about it."""
    match kind(body):
        case "html":
            return "is an HTML page, perhaps an error page, and not " + wanted + "; fetch it again"
        case "ole" if "EncryptedPackage".encode("utf-16-le") in body:
            return "is protected by a password; save it without one"
        case "ole" if "Workbook".encode("utf-16-le") in body:
            return "is an old Excel file (.xls); save it as .xlsx"
        case "ole":
            return "is an old Word file (.doc); save it as .docx"
        case "rtf" | "pdf" as other:
            return f"is {other.upper()} and not {wanted}; save it as {wanted}"
        case _:
            return f"is not {wanted}, or damaged"


def whole(path: Path, largest: int = LARGEST_TEXT) -> bytes:
    """The bytes of the file. Raises CatalogueError also when there are too many."""
    try:
        with path.open("rb") as stream:
            body = stream.read(largest + 1)
    except OSError as error:
        raise refused(path, f"cannot be read: {error.strerror or error}") from error
    if len(body) > largest:
        raise refused(path, f"is larger than {largest // MB} MB")
    return body


@contextmanager
def unzipped(body: bytes | BinaryIO, wanted: str, largest: int = LARGEST_DOCUMENT) -> Iterator[zipfile.ZipFile]:
    """The archive, when its directory is whole and it does not unpack to more than `largest` bytes.

    zipfile never gives more of a member than the directory declares, so that the sum cannot be lied about.
    Raises UnreadableError, also for what goes wrong while the archive is in use.
    """
    try:
        with zipfile.ZipFile(BytesIO(body) if isinstance(body, bytes) else body) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
            if unpacked > largest:
                raise UnreadableError(f"unpacks to {unpacked // MB} MB; more than {largest // MB} MB are refused")
            if any(one.flag_bits & 1 for one in archive.infolist()):
                raise UnreadableError("is protected by a password; save it without one")
            yield archive
    except BROKEN as error:
        raise UnreadableError(f"is not {wanted}, or damaged: {error}") from error


def document_body(body: bytes, wanted: str) -> bytes:
    """The bytes of a .docx or .xlsx once they are safe to hand to a library. Raises UnreadableError."""
    if kind(body) != "zip":
        raise UnreadableError(why_not(body, wanted))
    with unzipped(body, wanted) as archive:
        for one in archive.infolist():
            if one.filename.endswith((".xml", ".rels")):
                with archive.open(one) as stream:
                    if DOCTYPE.search(stream.read(4096)):  # Office never writes one; it is how entities come in
                        raise UnreadableError(f"has a document type in {one.filename}, as no Office file has")
    return body


def pieces(source: Path, endings: tuple[str, ...]) -> Sequence[Path | str]:
    """The files of the folder, or the members of the archive, with one of the endings, in order."""
    if source.is_dir():
        files = [path for path in source.rglob("*") if is_meant(path.name, endings) and path.is_file()]
        if len(files) > MOST_FILES:
            raise refused(source, f"holds more than {MOST_FILES} files")
        return sorted(files)
    try:
        with source.open("rb") as stream, unzipped(stream, "a zip archive", MOST_FILES * MB) as archive:
            names = [one.filename for one in archive.infolist() if is_meant(Path(one.filename).name, endings)]
    except OSError as error:
        raise refused(source, f"cannot be read: {error.strerror or error}") from error
    except UnreadableError as error:
        raise refused(source, str(error)) from error
    if len(names) > MOST_FILES:
        raise refused(source, f"holds more than {MOST_FILES} files")
    return sorted(names)


def is_meant(name: str, endings: tuple[str, ...]) -> bool:
    """Not the lock files of Office, nor the shadow files of other systems."""
    return name.lower().endswith(endings) and not name.startswith(("~$", "._"))


def opened(source: Path, piece: Path | str) -> Piece:
    """One of `pieces`. Raises UnreadableError."""
    if isinstance(piece, Path):
        return from_file(piece, str(piece.relative_to(source)) if source.is_dir() else piece.name)
    with source.open("rb") as stream, unzipped(stream, "a zip archive", MOST_FILES * MB) as archive:
        member = archive.getinfo(piece)
        if member.file_size > LARGEST_DOCUMENT:
            raise UnreadableError(f"unpacks to more than {LARGEST_DOCUMENT // MB} MB")
        return Piece(piece, archive.read(member), date(*member.date_time[:3]))


def from_file(path: Path, name: str) -> Piece:
    try:
        if path.stat().st_size > LARGEST_DOCUMENT:
            raise UnreadableError(f"is larger than {LARGEST_DOCUMENT // MB} MB")
        return Piece(name, path.read_bytes(), day_of(path))
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror or error}") from error


def day_of(path: Path) -> date:
    """The day the file was last written: no earlier than its content was read."""
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone().date()
