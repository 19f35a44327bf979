"""How we show who we are to an agency's system: not at all, by something that stays, or by a token that is given."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import ClientSession, ClientTimeout
from yarl import URL

from bot.services.dossiers.gateway import RefusedError, SystemDownError
from bot.services.http import Call, NoAnswerError, sent
from bot.services.tokens import Credentials, asking, lasting, token_of

PASSING = (408, 425, 429)  # besides 5xx: of a place that gives tokens, these say nothing about our key


@dataclass(frozen=True)
class Proof:
    """What goes with a call: in its headers, or among the fields of its JSON."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)


class Auth(Protocol):
    async def proof(self) -> Proof:
        """For the next call. Raises SystemDownError, RefusedError."""
        ...

    def taken(self, proof: Proof) -> None:
        """The system took it."""
        ...

    def refused(self, proof: Proof) -> None:
        """It answered 401. Raises SystemDownError when another try may go better, RefusedError when not."""
        ...


@dataclass(frozen=True)
class Fixed:
    key: str  # of the system, for messages
    shown: Proof = field(default_factory=Proof)

    async def proof(self) -> Proof:
        return self.shown

    def taken(self, proof: Proof) -> None:
        """Nothing is learnt from it."""

    def refused(self, proof: Proof) -> None:
        raise RefusedError(f"{self.key}: HTTP 401, the key is not accepted")


@dataclass(frozen=True)
class Given:
    """Where a token is given, how it is found in the answer, and how it is shown."""

    call: Call
    find: Callable[[Mapping[str, Any]], tuple[str, float] | None]
    show: Callable[[str], Proof]


def by_client_credentials(key: str, credentials: Credentials, header: str, scheme: str) -> Given:
    """OAuth 2, as at the Keycloak of an iGate (realm `digo`) or at a provincial bus."""
    return Given(asking(credentials, key), token_of, lambda token: Proof({header: scheme + token}))


def by_login(key: str, url: URL, user: str, password: str) -> Given:
    """As clients of the portal's format do: {"username", "password"} brings {"session"}, a field of every call."""
    body = {"username": user, "password": password}
    return Given(
        Call(f"{key} login", "POST", url, {}, body=body), session_of, lambda token: Proof({}, {"session": token})
    )


def session_of(answer: Mapping[str, Any]) -> tuple[str, float] | None:
    session = answer.get("session")
    return (session, lasting(answer.get("expires_in"))) if isinstance(session, str) and session else None


@dataclass
class ByToken:
    """One that was good once and is refused has run out: it is dropped, and the next try gets another.

    One that never was good tells that our key is wrong.
    """

    key: str
    session: ClientSession
    given: Given
    patience: ClientTimeout
    now: Callable[[], float] = time.monotonic
    _proof: Proof | None = field(default=None, repr=False)
    _until: float = 0.0
    _was_good: bool = False
    _one_asks: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def proof(self) -> Proof:
        async with self._one_asks:
            if self._proof is None or self.now() >= self._until:
                self._proof = await self._renewed()
            return self._proof

    def taken(self, proof: Proof) -> None:
        self._was_good = self._was_good or proof is self._proof

    def refused(self, proof: Proof) -> None:
        if proof is not self._proof:  # renewed meanwhile
            raise SystemDownError(f"{self.key}: HTTP 401, the token is old")
        was_good, self._was_good, self._proof = self._was_good, False, None
        if not was_good:
            raise RefusedError(f"{self.key}: HTTP 401, a new token is not accepted")
        raise SystemDownError(f"{self.key}: HTTP 401, the token has run out")

    async def _renewed(self) -> Proof:
        asked = self.now()
        token = self.given.find(await self._ask())
        if token is None:
            raise SystemDownError(f"{self.given.call.name}: none in the answer")
        self._until, self._was_good = asked + token[1], False
        return self.given.show(token[0])

    async def _ask(self) -> Mapping[str, Any]:
        name = self.given.call.name
        status, text = await self._sent()
        if 400 <= status < 500 and status not in PASSING:
            raise RefusedError(f"{name}: HTTP {status}")
        if not 200 <= status < 300:
            raise SystemDownError(f"{name}: HTTP {status}")
        return read_object(text)

    async def _sent(self) -> tuple[int, bytes]:
        try:
            return await sent(self.session, self.given.call, self.patience)
        except NoAnswerError as error:
            what = str(error)
        raise SystemDownError(f"{self.given.call.name}: {what}")


def read_object(text: bytes) -> Mapping[str, Any]:
    """What is none has no token in it."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
