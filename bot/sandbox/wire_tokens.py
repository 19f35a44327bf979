"""Tokens of the pretend buses: OAuth 2 client credentials. They do not survive a restart, as is usual."""

from base64 import b64encode
from dataclasses import dataclass, field
from hmac import compare_digest
from secrets import token_urlsafe
from time import monotonic

from aiohttp import web

LIFE = 3600  # seconds


@dataclass(frozen=True)
class Key:
    """What an office is given to connect with. The sandbox's is no secret."""

    key: str = "sandbox"
    secret: str = "sandbox"  # noqa: S105  # of a stand-in, which guards nothing
    customer: str = "SANDBOX"


@dataclass
class WireTokens:
    key: Key
    life: int = LIFE
    given: dict[str, float] = field(default_factory=dict)

    async def give(self, request: web.Request) -> web.Response:
        """POST, Basic key:secret, grant_type=client_credentials."""
        basic = b64encode(f"{self.key.key}:{self.key.secret}".encode()).decode()
        form = await request.post()
        if not compare_digest(request.headers.get("Authorization", ""), f"Basic {basic}"):
            return web.json_response({"error": "invalid_client"}, status=401)
        if form.get("grant_type") != "client_credentials":
            return web.json_response({"error": "unsupported_grant_type"}, status=400)
        self.given[token := token_urlsafe(24)] = monotonic() + self.life
        return web.json_response({"access_token": token, "token_type": "Bearer", "expires_in": self.life})

    def is_good(self, token: str) -> bool:
        return self.given.get(token, 0.0) > monotonic()

    def expire(self) -> None:
        self.given.clear()
