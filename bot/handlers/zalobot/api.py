"""The Bot Platform's API: one call, and what its refusals mean.

POST {base}/bot{token}/{method} with JSON. The answer: {"ok": true, "result": …}, or {"ok": false, "error_code": …,
"description": …} (CHANNELS §3). A refusal may come with HTTP 200 or with a status of its own: which, nobody could try,
so both are read. The token stands in the address: nothing an HTTP library says of a failure is passed on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import ClientSession, ClientTimeout
from yarl import URL

from bot.channel import SendError
from bot.handlers.foreign import Json, number_at, parsed, words_at
from bot.services.http import Answer, Call, NoAnswerError, answered

BASE = "https://bot-api.zaloplatforms.com"
PATIENCE = 15.0  # seconds for one call
LONGEST_WAIT = 3600.0  # seconds that are waited because the other side says so

NOTHING_NEW = TIMED_OUT = 408
UNAUTHORISED = 401
TOO_MANY = 429
GONE_WORDS = ("chat not found", "user not found", "blocked", "not a member", "kicked", "deactivated")


class ZaloBotError(Exception):
    """`code` as the platform gave it; None: it was not reached, or said nothing that can be read."""

    def __init__(self, method: str, code: int | None, words: str = "", wait: timedelta | None = None) -> None:
        super().__init__(f"{method}: {code or 'not reached'} {words}".strip())
        self.code = code
        self.words = words
        self.wait = wait


@dataclass(frozen=True)
class ZaloBotApi:
    session: ClientSession = field(repr=False)
    token: str = field(repr=False)
    base: str = BASE

    async def call(self, method: str, params: Mapping[str, Any] | None = None, patience: float = PATIENCE) -> Any:
        """The result. Raises ZaloBotError."""
        url = URL(self.base) / f"bot{self.token}" / method
        call = Call(f"zalobot {method}", "POST", url, {}, body=dict(params or {}))
        try:
            answer = await answered(self.session, call, ClientTimeout(total=patience, connect=PATIENCE))
        except NoAnswerError as error:
            raise ZaloBotError(method, None, str(error)) from None
        return result_of(method, answer)


def result_of(method: str, answer: Answer) -> Any:
    """
    >>> result_of("getMe", Answer(200, b'{"ok": true, "result": {"id": "1"}}', {}))
    {'id': '1'}
    >>> result_of("getMe", Answer(200, b'{"ok": false, "error_code": 401, "description": "Unauthorized"}', {}))
    Traceback (most recent call last):
    bot.handlers.zalobot.api.ZaloBotError: getMe: 401 Unauthorized
    """
    status = answer.status if answer.status != 200 else None
    said = parsed(answer.body)
    if said is None:
        raise ZaloBotError(method, status, "no JSON")
    if status is None and said.get("ok") is True:
        return said.get("result")
    code, wait = number_at(said, "error_code"), number_at(said, "parameters", "retry_after")
    raise ZaloBotError(
        method,
        int(code) if code else status,
        words_at(said, "description")[:200],
        timedelta(seconds=min(wait, LONGEST_WAIT)) if wait and wait > 0 else None,
    )


def updates_in(result: object) -> list[Json]:
    """What getUpdates gives: one update; in a list, says one source. Empty: nothing new."""
    found = result if isinstance(result, list) else [result]
    return [one for one in found if isinstance(one, dict) and one]


def verdict(error: ZaloBotError, sent: int) -> SendError:
    """What a refusal to send means. Only 401, 408 and 429 are told of by more than one source; the rest is our guess:
    a 5xx passes; whoever cannot be found, or does not want us, is gone until they write; nothing else gets better.

    `sent`: parts that arrived in this try.
    """
    reason, said = f"zalobot {error}", error.words.lower()
    if error.code == UNAUTHORISED:  # a human brings another token, and is told so
        return SendError(reason, retryable=True, outage=True, told=True, sent=sent)
    if error.code is None or error.code >= 500:
        return SendError(reason, retryable=True, outage=True, sent=sent)
    if error.code in (TIMED_OUT, TOO_MANY):
        return SendError(reason, retryable=True, wait=error.wait, sent=sent)
    if error.code == 403 or (error.code in (400, 404) and any(words in said for words in GONE_WORDS)):
        return SendError(reason, retryable=False, gone=True, sent=sent)
    return SendError(reason, retryable=False, sent=sent)
