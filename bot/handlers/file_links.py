"""Links by which a file can be fetched without the chat's cookie: for channels that cannot hand it over themselves.

Whoever has the link has the file, so it says nothing of what it is, cannot be made up, and ends.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.storage.vault import Vault, WrongKeyError
from bot.texts.message import ShownFile

LASTS = timedelta(days=7)
PLACE = "file link"


@dataclass(frozen=True)
class FileLinks:
    """`base`: the address citizens use; None: there is none, so no link either."""

    key: bytes = field(repr=False)  # 32 bytes, for this purpose alone
    base: str | None
    now: Callable[[], datetime]

    def of(self, file: ShownFile, address: str) -> str | None:
        """`address`: of the chat it was made for."""
        if self.base is None:
            return None
        until = int((self.now() + LASTS).timestamp())
        sealed = Vault(self.key).seal(PLACE, json.dumps([file.ref, address, until]).encode())
        return f"{self.base.rstrip('/')}/f/{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"

    def opened(self, token: str) -> tuple[str, str] | None:
        """The ref and the address it was made for. None: made up, or over."""
        try:
            sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            ref, address, until = json.loads(Vault(self.key).open(PLACE, sealed))
        except (WrongKeyError, ValueError):
            return None
        return (ref, address) if self.now() <= datetime.fromtimestamp(until, UTC) else None
