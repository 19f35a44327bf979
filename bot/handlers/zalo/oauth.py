"""Zalo's OAuth v4: a refresh token is exchanged for a new pair, once (CHANNELS §2.5).

POST {base}/v4/oa/access_token, a form, the app's secret in a header of its own. The answer's `expires_in` is a string.
No page of Zalo's lists the codes of its refusals. -14002 and -14003 were seen: the app is not active, the consent was
set up wrongly; -14004 is said to be a wrong app secret. So every refusal is taken for one of this very token,
and none for final: it may be tried again later.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import ClientSession, ClientTimeout
from yarl import URL

from bot.dialogue.step import Text, text
from bot.handlers.foreign import Json, parsed, words_at
from bot.handlers.zalo.errors import code_in
from bot.services.http import Call, NoAnswerError, answered
from bot.storage.grants import Pair

PATIENCE = ClientTimeout(total=15, connect=5)
UNSAID = timedelta(hours=1)  # the life of an access token that is not told; the longest told of is 25 hours
LONGEST = timedelta(days=365)
TOO_MANY = -32


class NoReplyError(Exception):
    """Nobody was reached, or nothing was said that can be read. What became of the token is not known."""


class RefusedError(Exception):
    """It is not taken. The message is the code alone."""


def why(code: str) -> Text:
    """What a code means; "": nothing was asked, for there was nothing to ask with."""
    match code:
        case "":
            return text("zalo.why_none")
        case "-14002":
            return text("zalo.why_inactive", code=code)
        case "-14003":
            return text("zalo.why_setup", code=code)
        case "-14004":
            return text("zalo.why_secret", code=code)
        case _:
            return text("zalo.why_spent", code=code)


@dataclass(frozen=True)
class Fresh:
    pair: Pair = field(repr=False)
    life: timedelta


@dataclass(frozen=True)
class OAuth:
    session: ClientSession = field(repr=False)
    base: URL
    app_id: str
    secret: str = field(repr=False)
    patience: ClientTimeout = PATIENCE

    async def exchange(self, refresh: str) -> Fresh:
        """Afterwards `refresh` is worth nothing, nor is the access token it came with. Raises the errors above."""
        form = {"refresh_token": refresh, "app_id": self.app_id, "grant_type": "refresh_token"}
        url, headers = self.base / "v4/oa/access_token", {"secret_key": self.secret}
        try:
            answer = await answered(self.session, Call("zalo token", "POST", url, headers, form=form), self.patience)
        except NoAnswerError as error:
            raise NoReplyError(str(error)) from None
        said = parsed(answer.body)
        if said is None:
            raise NoReplyError(f"HTTP {answer.status}, no JSON")
        return fresh(said, refresh, answer.status)


def fresh(said: Json, spent: str, status: int) -> Fresh:
    """
    >>> fresh({"access_token": "a", "refresh_token": "r", "expires_in": "90000"}, "old", 200).life
    datetime.timedelta(days=1, seconds=3600)
    >>> fresh({"error": -14002, "error_name": "App is not active"}, "old", 200)
    Traceback (most recent call last):
    bot.handlers.zalo.oauth.RefusedError: -14002
    """
    access = words_at(said, "access_token")
    if access and access.isascii() and access.isprintable():
        # One without a successor: the old one is all there is to try with.
        return Fresh(Pair(access=access, refresh=words_at(said, "refresh_token") or spent), life(said))
    code = code_in(said)
    if not code or code == TOO_MANY or status >= 500:
        raise NoReplyError(f"HTTP {status}, error {code}")
    raise RefusedError(str(code))


def life(said: Json) -> timedelta:
    """
    >>> [life({"expires_in": told}).total_seconds() for told in ("3600", 90000, "soon", "-1")]
    [3600.0, 90000.0, 3600.0, 3600.0]
    """
    told = words_at(said, "expires_in")
    seconds = int(told) if told.isascii() and told.isdigit() and len(told) <= 10 else 0
    return min(timedelta(seconds=seconds), LONGEST) if seconds else UNSAID
