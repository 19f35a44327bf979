"""Whether an event comes from Zalo: the digest it brings, against the one only Zalo and we can make.

"mac=" + sha256(app id + body + time + secret): plain SHA-256, not HMAC, over the bytes as they came. The sources
disagree about the secret (of the Official Account, or of the app) and about where the time stands (in the body, or in
a header of its own): what the settings allow is tried, and what fitted is logged.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from bot.handlers.foreign import milliseconds, moment, parsed, words_at
from bot.settings import SettingsError

SIGNATURE = "X-ZEvent-Signature"
TIME = "X-ZEvent-Timestamp"
MARK = "mac="
LONGEST = 40  # characters of a time

Key = Literal["oa", "app"]
Place = Literal["body", "header"]


@dataclass(frozen=True)
class Signed:
    """How a call was signed, and the time that was signed with it; None when that is no time."""

    key: Key
    place: Place
    at: datetime | None


@dataclass(frozen=True, repr=False)
class Signatures:
    app_id: str
    secrets: Mapping[Key, bytes]
    places: tuple[Place, ...] = ("body", "header")

    @classmethod
    def of(cls, app_id: str, app_secret: str, oa_secret: str = "", key: str = "either", place: str = "either") -> Self:
        """As the settings have it. Raises SettingsError when no secret is left: an empty one would sign anything."""
        given: dict[Key, str] = {"oa": oa_secret, "app": app_secret}
        secrets = {name: secret.encode() for name, secret in given.items() if secret and key in (name, "either")}
        if not secrets:
            raise SettingsError(f"NOIDAI_ZALO_SIGNED_WITH={key} needs NOIDAI_ZALO_{key.upper()}_SECRET")
        both: tuple[Place, ...] = ("body", "header")
        return cls(app_id, secrets, tuple(one for one in both if place in (one, "either")))

    def check(self, body: bytes, headers: Mapping[str, str]) -> Signed | None:
        """None: it is not from Zalo, or was changed on the way."""
        given = headers.get(SIGNATURE, "").strip().lower().removeprefix(MARK).encode("utf-8", "replace")
        if not given:
            return None
        times: dict[Place, str] = {"body": words_at(parsed(body), "timestamp"), "header": headers.get(TIME, "").strip()}
        for place in self.places:
            time = times[place]
            if not time or len(time) > LONGEST:
                continue
            for key, secret in self.secrets.items():
                if hmac.compare_digest(digest(self.app_id, body, time, secret).encode(), given):
                    count = milliseconds(time)
                    return Signed(key, place, moment(count) if count else None)
        return None


def digest(app_id: str, body: bytes, time: str, secret: bytes) -> str:
    """
    >>> digest("1", b"{}", "2", b"3") == hashlib.sha256(b"1{}23").hexdigest()
    True
    """
    return hashlib.sha256(b"".join((app_id.encode(), body, time.encode("utf-8", "replace"), secret))).hexdigest()
