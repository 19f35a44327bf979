"""OAuth 2 client credentials: how a token is asked for, and what of the answer is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import encode_basic_auth
from yarl import URL

from bot.services.http import Call

EARLY = 60.0  # seconds before its end that a token is renewed; of a short one, a tenth of its life
UNSAID = 60.0  # seconds a token is kept whose life is not told


@dataclass(frozen=True)
class Credentials:
    """OAuth 2 client credentials (DOMAIN §3.1)."""

    url: URL
    key: str = field(repr=False)
    secret: str = field(repr=False)


def asking(credentials: Credentials, name: str) -> Call:
    return Call(
        f"{name} token",
        "POST",
        credentials.url,
        headers={"Authorization": encode_basic_auth(credentials.key, credentials.secret, "utf-8")},
        form={"grant_type": "client_credentials"},
    )


def token_of(answer: Mapping[str, Any]) -> tuple[str, float] | None:
    """The token and for how many seconds to keep it. None: there is none that could stand in a header."""
    token = answer.get("access_token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        return None
    return token, lasting(answer.get("expires_in"))


def lasting(life: object) -> float:
    """Seconds to keep a token that is said to live so long.

    >>> lasting(3600), lasting("100"), lasting(None), lasting(-1)
    (3540.0, 90.0, 60.0, 0.0)
    """
    try:
        seconds = float(str(life))
    except ValueError:
        return UNSAID
    if not 0 <= seconds < float("inf"):
        return 0.0
    return seconds - min(EARLY, seconds / 10)
