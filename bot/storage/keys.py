"""The key personal data is sealed with: from the settings, or from a file made at the first start."""

import os
import secrets
from pathlib import Path

KEY_BYTES = 32


class DataKeyError(Exception):
    """The key cannot be used; the message says why, never the key."""


def key_from(given: str | None, file: Path) -> bytes:
    """Raises DataKeyError."""
    try:
        key = bytes.fromhex((given if given is not None else kept(file)).strip())
    except ValueError:
        key = b""
    except OSError as error:
        raise DataKeyError(f"{file}: {error.strerror}") from error
    if len(key) != KEY_BYTES:
        where = "NOIDAI_DATA_KEY" if given is not None else str(file)
        raise DataKeyError(f"{where}: not {2 * KEY_BYTES} hexadecimal digits")
    return key


def kept(file: Path) -> str:
    if not file.exists():
        make(file)
    return file.read_text("ascii")


def make(file: Path) -> None:
    """Readable by its owner only. Whoever comes second leaves the first one's key."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as opened:
        opened.write(secrets.token_hex(KEY_BYTES))
