"""Imported layers at rest: one header line, then one procedure a line, sealed by a checksum."""

import hashlib
import os
import re
import tempfile
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from procedures_catalog.files import CatalogueError, plain
from procedures_catalog.models import Fact, Procedure

AGAIN = "import it again"
CODE = re.compile(rb'\{"code":"([^"]+)"')


class Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["noidai-layer"]
    version: Literal[1]
    layer: str
    imported_at: AwareDatetime
    source_file: str
    rows: int
    sha256: str


def write_layer(
    path: Path, procedures: Iterable[Procedure], layer: str, source_file: str, imported_at: datetime
) -> Header:
    """The procedures sorted by code; the old file stays whole until the new one is. Raises CatalogueError."""
    body = [
        procedure.model_dump_json(exclude_defaults=True).encode() + b"\n"
        for procedure in sorted(procedures, key=lambda one: one.code)
    ]
    header = Header(
        format="noidai-layer",
        version=1,
        layer=layer,
        imported_at=imported_at,
        source_file=source_file,
        rows=len(body),
        sha256=digest(body),
    )
    write_atomically(path, [header.model_dump_json().encode() + b"\n", *body])
    return header


def write_atomically(path: Path, lines: Iterable[bytes]) -> None:
    """Written beside and then renamed, so that nobody ever reads half a file. Raises CatalogueError."""
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as stream:
            temporary = Path(stream.name)
            stream.writelines(lines)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)  # public facts; the one who imports need not be the one who serves
        temporary.replace(path)
    except OSError as error:
        raise CatalogueError([f"{path}:1: file: cannot be written: {error.strerror or error}"]) from error
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def digest(body: Iterable[bytes]) -> str:
    seal = hashlib.sha256()
    for line in body:
        seal.update(line)
    return seal.hexdigest()


def load_layer(path: Path) -> list[Procedure]:
    """All procedures of the file as values; equal parts are held once. Raises CatalogueError."""
    held: dict[Any, Any] = {}
    return [sharing(parsed(path, number, line), held) for number, line in enumerate(sealed_body(path), 2)]


def sharing(procedure: Procedure, held: dict[Any, Any]) -> Procedure:
    """The procedure with its parts replaced by equal ones met before: a third less memory for the whole country."""

    def once(part: Any) -> Any:
        return held.setdefault(part, part)

    parts = {
        name: tuple(map(once, value)) if isinstance(value, tuple) else once(value)
        for name, value in procedure
        if isinstance(value, str | tuple | Fact)  # numbers and truth values are small, and 1 equals True
    }
    return procedure.model_copy(update=parts)


class SealedLayer(Mapping[str, Procedure]):
    """The procedures of a layer file, kept as bytes and read when asked for; the last ones stay read."""

    def __init__(self, path: Path, remember: int = 128) -> None:
        """Raises CatalogueError."""
        self._path = path
        self._remember = remember
        self._recent: OrderedDict[str, Procedure] = OrderedDict()
        self._lock = Lock()
        self._lines = {code_of(path, number, line): (number, line) for number, line in enumerate(sealed_body(path), 2)}

    def __getitem__(self, code: str) -> Procedure:
        with self._lock:
            procedure = self._recent.pop(code, None) or parsed(self._path, *self._lines[code])
            self._recent[code] = procedure
            if len(self._recent) > self._remember:
                self._recent.popitem(last=False)
        return procedure

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def code_of(path: Path, number: int, line: bytes) -> str:
    match = CODE.match(line)
    if match is None:
        raise CatalogueError([f"{path}:{number}: code: the line does not begin with one"])
    return match[1].decode()


def parsed(path: Path, number: int, line: bytes) -> Procedure:
    try:
        return Procedure.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "line"
        raise CatalogueError([f"{path}:{number}: {place}: {plain(first['msg'])}; {AGAIN}"]) from error


def sealed_body(path: Path) -> list[bytes]:
    """The lines after the header, once they are shown to be those the import wrote. Raises CatalogueError."""
    try:
        first, *body = path.read_bytes().splitlines(keepends=True) or [b""]
    except OSError as error:
        raise CatalogueError([f"{path}:1: file: cannot be read: {error.strerror or error}"]) from error
    header = read_header(path, first)
    if len(body) != header.rows:
        raise CatalogueError([f"{path}:{len(body) + 1}: file: has {len(body)} procedures, not {header.rows}; {AGAIN}"])
    if digest(body) != header.sha256:
        raise CatalogueError([f"{path}:1: sha256: the file was changed or damaged after its import; {AGAIN}"])
    return body


def read_header(path: Path, line: bytes) -> Header:
    try:
        return Header.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "header"
        raise CatalogueError([f"{path}:1: {place}: no layer of this version: {plain(first['msg'])}"]) from error
