"""Links to files for channels that cannot hand over a file itself: whoever has the link has the file, for a while."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64Error
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bot.storage.vault import Vault, WrongKeyError
from bot.texts.message import ShownFile

PLACE = "file link"  # what the token is sealed for
BASE = "/f/"
DAYS = 7
TOKEN = re.compile(r"[\w-]{40,1000}", re.ASCII)


class NoFileLinkError(Exception):
    """Not one of ours, or not all of it."""


class FileLinkExpiredError(Exception):
    """It was ours, and its time is over."""


class Linked(NamedTuple):
    """The file a link is for, and the address it was made for: "zalo:…"."""

    ref: str
    address: str


@dataclass(frozen=True)
class FileLinks:
    """A token holds all that is needed to find the file, sealed: it can be neither read nor made without the key.

    `key`: 32 bytes, for nothing else. `base`: the address citizens use; None: it is not known, so there are no links.
    `now`: with its zone.
    """

    key: bytes = field(repr=False)
    base: str | None
    now: Callable[[], datetime]

    def of(self, file: ShownFile, address: str) -> str | None:
        """For whoever the file was shown to. None: no public address."""
        if self.base is None:
            return None
        return self.base.rstrip("/") + BASE + self.token(Linked(file.ref, address))

    def token(self, linked: Linked) -> str:
        until = self.now() + timedelta(days=DAYS)
        content = json.dumps([linked.ref, linked.address, int(until.timestamp())], separators=(",", ":"))
        return urlsafe_b64encode(Vault(self.key).seal(PLACE, content.encode())).decode().rstrip("=")

    def opened(self, token: str) -> Linked:
        """Raises NoFileLinkError, FileLinkExpiredError."""
        if not TOKEN.fullmatch(token):
            raise NoFileLinkError
        try:
            sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            ref, address, until = json.loads(Vault(self.key).open(PLACE, sealed))
        except (WrongKeyError, NotBase64Error, ValueError) as error:
            raise NoFileLinkError from error
        if datetime.fromtimestamp(until, UTC) <= self.now():
            raise FileLinkExpiredError
        return Linked(ref, address)
