"""The Official Account's API: a call made with the account's token, at its pace, and what came of it.

Zalo answers HTTP 200 whatever happened: `error` in the answer tells (CHANNELS §2.2). No call has a key of its own, so
one whose answer was lost is made again, and may show a message twice; it is never lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import structlog
from aiohttp import ClientSession, ClientTimeout
from yarl import URL

from bot.handlers.foreign import Json, parsed, within, words_at
from bot.handlers.zalo.errors import ZaloError, code_in, refusal
from bot.handlers.zalo.limiter import Limiter
from bot.handlers.zalo.tokens import Token, Tokens
from bot.services.http import Answer, Call, NoAnswerError, Upload, answered

PATIENCE = ClientTimeout(total=20, connect=5)
DONE, TOO_MANY, BROKEN = 200, 429, 500
PAUSES = 3  # that one call waits for

log = structlog.get_logger()


@dataclass(frozen=True)
class ZaloApi:
    """Every method raises ZaloError."""

    session: ClientSession = field(repr=False)
    base: URL
    tokens: Tokens
    limiter: Limiter
    patience: ClientTimeout = PATIENCE

    async def show(self, user: str, message: Mapping[str, Any]) -> None:
        """A consultation message: free within 48 hours of their last word, paid for 7 days, refused after that."""
        body = {"recipient": {"user_id": user}, "message": message}
        await self._ask(self._call("message", "POST", "v3.0/oa/message/cs", body=body))

    async def tell(self, user: str, template: str, values: Mapping[str, str]) -> None:
        """An approved template, at any time (ZBS by user id); paid."""
        body = {"user_id": user, "template_id": template, "template_data": dict(values)}
        await self._ask(self._call("template", "POST", "v3.0/oa/message/template", body=body), template=True)

    async def upload(self, kind: Literal["image", "file"], file: Upload) -> str:
        """What to name it by in messages of the next 7 days."""
        answer = await self._ask(self._call("upload", "POST", f"v2.0/oa/upload/{kind}", upload=file))
        found = words_at(answer, "data", "attachment_id" if kind == "image" else "token")
        if not found:
            raise ZaloError("outage", None, "upload: no name for it")
        return found

    async def account(self) -> Json:
        """Its name, kind, followers."""
        return data_of(await self._ask(self._call("account", "GET", "v2.0/oa/getoa")))

    async def quota(self) -> object:
        """What is left of consultation messages, as Zalo puts it."""
        body = {"quota_owner": "OA", "product_type": "cs"}
        return within(await self._ask(self._call("quota", "POST", "v3.0/oa/quota/message", body=body)), "data")

    def _call(self, name: str, method: str, path: str, body: object = None, upload: Upload | None = None) -> Call:
        return Call(f"zalo {name}", method, self.base / path, {}, body=body, upload=upload)

    async def _ask(self, call: Call, *, template: bool = False) -> Json:
        """The answer to a call that was taken: with another token, or later, if that is what it needs."""
        token, renewed, refused = await self.tokens.current(), False, 0
        while True:
            await self.limiter.turn()
            try:
                return await self._once(call, token, template)
            except ZaloError as error:
                if error.kind == "rate" and refused < PAUSES:
                    await self.limiter.refused()  # then its turn comes later, or not soon enough
                    refused += 1
                elif error.kind == "refresh" and not renewed:
                    token, renewed = await self.tokens.after(token), True
                else:
                    log.warning("zalo: not taken", call=call.name, code=error.code, kind=error.kind)
                    raise

    async def _once(self, call: Call, token: Token, template: bool) -> Json:
        try:
            answer = await answered(self.session, call.carrying({"access_token": token.access}), self.patience)
        except NoAnswerError as error:
            raise ZaloError("outage", None, str(error)) from None
        said = taken(answer, template=template)
        await self.limiter.taken(answer.headers)
        return said


def taken(answer: Answer, *, template: bool) -> Json:
    """Raises ZaloError for anything but an answer to a call that was taken."""
    said = parsed(answer.body)
    code = code_in(said) if said is not None else None
    if said is not None and answer.status == DONE and (code == 0 or (code is None and "data" in said)):
        return said
    if code and answer.status < BROKEN:
        raise refusal(code, template=template)
    if answer.status == TOO_MANY:
        raise ZaloError("rate", TOO_MANY)
    raise ZaloError("outage", None, f"HTTP {answer.status}, no answer that can be read")


def data_of(answer: Json) -> Json:
    found = within(answer, "data")
    return found if isinstance(found, dict) else {}
