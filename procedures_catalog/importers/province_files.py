"""The province layer at rest: one YAML file a procedure, marked with the list it came from."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import AnyUrl

from procedures_catalog.catalog import read_folder
from procedures_catalog.files import CatalogueError
from procedures_catalog.models import Procedure

MARK = "# imported: "


def write_folder(
    target: Path,
    changes: Mapping[str, Mapping[str, Any]],
    province: str | None,
    source_file: str,
    moment: datetime,
    base: Mapping[str, Procedure],
) -> dict[str, str]:
    """The changes as files, in place of those of an earlier import; files without the mark are a person's and stay.

    Written beside, read once as the bot will read it, and then exchanged for the old folder.
    Returns the codes for which a person's file stands, with its name. Raises CatalogueError.
    """
    target = target.resolve()  # a link stays one
    by_hand = hand_written(target)
    kept = {code: file.name for file in by_hand for code in changes if file.name.startswith(code)}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as beside:
            new = Path(beside) / "new"
            new.mkdir()
            for file in by_hand:
                (shutil.copytree if file.is_dir() else shutil.copy2)(file, new / file.name)
            for code, change in changes.items():
                if code not in kept:
                    head = f"{MARK}{source_file}, {moment:%Y-%m-%d}{f', {province}' if province else ''}\n"
                    (new / f"{code}.yaml").write_text(head + as_yaml(change), "utf-8")
            checked(new, target, base)
            exchange(new, target, Path(beside) / "old")
    except OSError as error:
        raise CatalogueError([f"{target}:1: file: cannot be written: {error.strerror or error}"]) from error
    return kept


def hand_written(target: Path) -> list[Path]:
    """The files of the folder that no import wrote. Raises CatalogueError when it is no folder."""
    if target.exists() and not target.is_dir():
        raise CatalogueError([f"{target}:1: file: is no folder; the layer of a province is one"])
    files = sorted(target.iterdir()) if target.is_dir() else []
    return [file for file in files if file.is_dir() or not is_imported(file)]


def is_imported(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(MARK)) == MARK.encode()


def checked(new: Path, target: Path, base: Mapping[str, Procedure]) -> None:
    try:
        read_folder(new, base)
    except CatalogueError as error:
        raise CatalogueError(fault.replace(str(new), str(target)) for fault in error.faults) from error


def exchange(new: Path, target: Path, old: Path) -> None:
    """The new folder for the old; the old one comes back when the new one cannot take its place."""
    if target.exists():
        target.rename(old)
    try:
        new.chmod(0o755)  # public facts; the one who imports need not be the one who serves
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise


def as_yaml(change: Mapping[str, Any]) -> str:
    return yaml.safe_dump(plain(change), allow_unicode=True, sort_keys=False, width=120)


def plain(value: Any) -> Any:
    """The value as YAML has it: sums as numbers, days as days."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, AnyUrl):
        return str(value)
    if isinstance(value, str | date) or not isinstance(value, Iterable):
        return value
    return [plain(one) for one in value]
