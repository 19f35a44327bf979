"""Who we are at MyVNPost, and the calls over HTTP: the token, kept and renewed, and what went wrong on the way."""

import asyncio
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from aiohttp import ClientSession, ClientTimeout
from yarl import URL

from bot.services.http import Call, NoAnswerError, sent
from bot.services.post.gateway import PostError

PATIENCE = 30.0  # seconds for one call


@dataclass(frozen=True)
class Account:
    """What the post gives with a contract. Nothing of it has a default that would pass for real.

    `url`: https://connect-my.vnpost.vn, or https://my-uat.vnpost.vn/MYVNP_API to try things out.
    `desk_phone`: of whoever the post may call about a dossier at the desk; no order goes without a receiver's phone.
    `service`: the product of the contract, ETN011 and ETN031 are fast documents (Nhanh, tài liệu).
    """

    url: str
    username: str
    password: str = field(repr=False)
    customer: str  # customerCode, "T000180585"
    desk_phone: str
    contract: str | None = None  # contractCode
    service: str = "ETN011"


@dataclass(frozen=True)
class Answer:
    """`content` None and not `readable`: it was no JSON."""

    status: int
    content: Any
    readable: bool = True

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def wants_token(self) -> bool:
        """401 and 403 are known to mean a token that is no longer good; success: false may mean it too."""
        return self.status in (401, 403) or (isinstance(self.content, dict) and self.content.get("success") is False)


class Connection:
    """Calls with a token. It says nothing of how long it lives, so it is kept until it is refused."""

    def __init__(self, http: ClientSession, account: Account, patience: float = PATIENCE) -> None:
        self._http, self._account = http, account
        self._patience = ClientTimeout(total=patience)
        self._token: str | None = None
        self._renewing = asyncio.Lock()

    async def get(self, path: str, **query: str) -> Answer:
        return await self._call("GET", path, query, None)

    async def post(self, path: str, body: Any) -> Answer:
        return await self._call("POST", path, {}, body)

    async def _call(self, method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        """Raises PostError, retryable, when there is no answer at all. A refused token is renewed once."""
        token = await self._token_after(None)
        answer = await self._sent(method, path, query, body, {"token": token})
        if answer.wants_token:
            token = await self._token_after(token)
            answer = await self._sent(method, path, query, body, {"token": token})
        return answer

    async def _token_after(self, refused: str | None) -> str:
        """One renewal for all who were refused with the same token."""
        async with self._renewing:
            if self._token is None or self._token == refused:
                self._token = None
                self._token = await self._new_token()
            return self._token

    async def _new_token(self) -> str:
        """A wrong password is no answer to a citizen's order: it waits until the password is right."""
        account = self._account
        who = {"username": account.username, "password": account.password, "customerCode": account.customer}
        answer = await self._sent("POST", "/GetAccessToken", {}, who, {})
        token = answer.content.get("token") if isinstance(answer.content, dict) else None
        if not answer.good or answer.wants_token or not isinstance(token, str) or not sendable(token):
            raise PostError(f"MyVNPost gives no token: HTTP {answer.status}", retryable=True)
        return token

    async def _sent(self, method: str, path: str, query: dict[str, str], body: Any, headers: dict[str, str]) -> Answer:
        url = URL(self._account.url.rstrip("/") + path)
        call = Call(f"MyVNPost {path}", method, url, {"Accept": "application/json", **headers}, query=query, body=body)
        try:
            status, text = await sent(self._http, call, self._patience)
        except NoAnswerError as error:
            raise PostError(f"{call.name}: {error}", retryable=True) from None
        return Answer(status, *read(text))


def read(text: bytes) -> tuple[Any, bool]:
    """The JSON of an answer, and whether there was any; money stays exact."""
    try:
        return (json.loads(text.decode("utf-8-sig"), parse_float=Decimal) if text.strip() else None), True
    except (ValueError, RecursionError):
        return None, False


def sendable(token: str) -> bool:
    """As a header: what came must not be able to end it."""
    return 0 < len(token) <= 8192 and token.isascii() and token.isprintable()
