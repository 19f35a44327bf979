"""The account's access token: renewed by one process at a time, kept before anybody uses it, renewed ahead of its end.

A refresh token is spent by being used, and with it dies the access token in use. So whoever renews holds the row of
the grant for the time of a lease; all others wait for the next version of it. The new pair is committed before it is
handed to anybody, and a renewal is not broken off when the send that needed it is.

Killed between Zalo's answer and our commit, the new pair is lost and the old one spent. Nothing on our side can mend
that: the next renewal is refused, an alarm says that a human must consent again, and what is to be sent is kept.

The consent in the settings is tried once, before the grant's own refresh token: a human put it there. Refused, it
changes nothing: the grant is replaced only by a pair that Zalo gave. So an old setting, long spent, never overwrites
what came after it, and a new one counts at once: other permissions, another account, another app.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

import structlog

from bot.alarms import Alarms
from bot.dialogue.step import text
from bot.handlers.foreign import WHOLE
from bot.handlers.zalo.errors import ZaloError
from bot.handlers.zalo.oauth import UNSAID, Fresh, NoReplyError, OAuth, RefusedError, why
from bot.storage.grants import Grant, Pair
from bot.storage.store import Store, Unit

NAME = "zalo"  # of the grant
MADE = "zalo:made"  # when it was made: a row beside it, of which only the time counts
NOTHING = Pair(access="", refresh="")
ALARM = "zalo:consent"

LIFE = 0.8  # of an access token's life, then it is renewed: of 25 hours, 5 before the end
LEASE = timedelta(seconds=60)  # longer than the call can last
LOOK = 0.1  # seconds between two looks whether another process is done
PATIENCE = 20.0  # seconds another process is waited for; then the send is put off
AGAIN = timedelta(minutes=30)  # what was refused is tried again after: the app may have been mended on Zalo's side
TAKEN = timedelta(days=3650)  # what was accepted is never tried again
TOO_NEW = timedelta(seconds=60)  # a token refused so soon is not at fault: renewing again and again would not help
AT_MOST = 3  # spent for one renewal: the one of the settings, our own; each of them is marked when it was refused
FIRST_REST, LONGEST_REST = 1.0, 60.0  # seconds nobody tries after nobody was reached; twice as long each time
KEEP_AGAIN = 1.0  # seconds after the database did not take a new pair
LAST_WORDS = 10.0  # seconds at the end, for a renewal under way

log = structlog.get_logger()


@dataclass(frozen=True)
class Token:
    access: str = field(repr=False)
    version: int
    made: datetime
    until: datetime

    @property
    def due(self) -> datetime:
        """To be renewed."""
        return self.made + (self.until - self.made) * LIFE


@dataclass(frozen=True)
class Leave:
    """It is on us to spend this refresh token."""

    version: int
    refresh: str = field(repr=False)


@dataclass(frozen=True)
class NoConsent:
    """Nothing is left to renew it with. `code`: of Zalo's last refusal; "": there was none."""

    code: str


# wait: another process renews it · rest: nobody was reached a moment ago · new: it was only just made, another would
# be refused as well
Obstacle = NoConsent | Literal["wait", "rest", "new"]


class Tokens:
    """One for the process. `consent`: the refresh token of the settings."""

    def __init__(
        self,
        store: Store,
        oauth: OAuth,
        consent: str | None,
        alarms: Alarms | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._oauth = oauth
        self._consent = consent
        self._alarms = alarms
        self._sleep = sleep
        self._held: Token | None = None
        self._under_way: asyncio.Task[Token] | None = None
        self._rest = 0.0
        self._rests_until = 0.0  # by the loop's clock

    async def current(self) -> Token:
        """One that is good as far as we know. Raises ZaloError: outage, consent."""
        if self._held and self._held.until > self._store.now():
            return self._held
        return await self._newer(0)

    async def after(self, refused: Token) -> Token:
        """In place of one that Zalo did not take. Raises ZaloError: outage, consent, refresh."""
        return await self._newer(refused.version)

    async def keep_fresh(self) -> None:
        """To be called every minute or so: renewed ahead of its end, and what another process made is taken up.

        Failures are told by an alarm, or by the sends that fail.
        """
        with suppress(ZaloError):
            await self._newer(0, ahead=True)

    async def close(self) -> None:
        """A pair that is on its way is kept."""
        if self._under_way and not self._under_way.done():
            await asyncio.wait({self._under_way}, timeout=LAST_WORDS)
            self._under_way.cancel()

    async def _newer(self, version: int, *, ahead: bool = False) -> Token:
        """All that need one wait for the same renewal, which none of them can break off."""
        while True:
            held = self._held
            if not ahead and held and held.version > version and held.until > self._store.now():
                return held
            if self._under_way is None or self._under_way.done():
                self._under_way = asyncio.create_task(self._renew(version, ahead=ahead))
                self._under_way.add_done_callback(look_at)
            token = await asyncio.shield(self._under_way)
            if token.version > version:
                return token

    async def _renew(self, version: int, *, ahead: bool) -> Token:
        deadline, spent = clock() + PATIENCE, 0
        while True:
            plan = await self._store.run(partial(self._plan, version, ahead, clock() < self._rests_until))
            match plan:
                case Token():
                    self._held = plan
                    await self._well(plan)
                    return plan
                case Leave() if spent < AT_MOST:
                    await self._spend(plan)
                    spent += 1
                case "wait" if clock() < deadline:
                    await self._sleep(LOOK)
                case "wait" | "rest" | Leave():
                    raise ZaloError("outage", None, "no token yet")
                case "new":
                    raise ZaloError("refresh", None, "a new token is refused")
                case NoConsent(code):
                    await self._ring(code)
                    raise ZaloError("consent", int(code) if WHOLE.fullmatch(code) else None)

    def _plan(self, version: int, ahead: bool, resting: bool, unit: Unit) -> Token | Leave | Obstacle:
        """A good token newer than `version`; or leave to make one; or what is in the way."""
        now = unit.grants.now
        grant = unit.grants.get(NAME) or Grant(NOTHING, 1, now)
        token = token_of(grant, unit)
        good = bool(token.access) and token.version > version and token.until > now
        consent = self._consent if self._consent and self._may_try(self._consent, unit, again=not good) else None
        if good and (resting or (consent is None and not (ahead and token.due <= now))):
            return token
        if resting:
            return "rest"
        if token.access and token.version == version and consent is None and now - token.made < TOO_NEW:
            return "new"
        refresh = consent or grant.pair.refresh
        if not consent and not self._may_try(refresh, unit):
            return NoConsent(self._refusal(refresh, unit) or self._refusal(self._consent, unit))
        unit.grants.add(NAME, NOTHING, now)  # a row to hold, before there is a first pair
        if unit.grants.begin_renewing(NAME, grant.version, LEASE):
            return Leave(grant.version, refresh)
        return token if good else "wait"

    async def _spend(self, leave: Leave) -> None:
        """Whatever comes of it, the plan is made anew. Raises ZaloError: outage."""
        try:
            fresh = await self._oauth.exchange(leave.refresh)
        except RefusedError as error:
            whose = "settings" if leave.refresh == self._consent else "database"
            log.error("zalo: refresh token refused", code=str(error), of=whose)
            await self._store.run(partial(self._refused, leave, str(error)))
        except NoReplyError as error:
            self._rest = min(max(self._rest * 2, FIRST_REST), LONGEST_REST)
            self._rests_until = clock() + self._rest
            await self._store.run(lambda unit: unit.grants.stop_renewing(NAME, leave.version))
            raise ZaloError("outage", None, f"no token, {error}") from None
        else:
            self._rest = 0.0
            await self._keep(leave, fresh)

    async def _keep(self, leave: Leave, fresh: Fresh) -> None:
        """However long it takes: until then the only copy of the pair is in our hands, and the old one is spent."""
        while True:
            try:
                await self._store.run(partial(self._made, leave, fresh))
                return
            except Exception as error:  # the database is away
                log.error("zalo: the new token is not kept yet", error=type(error).__name__)
                await self._sleep(KEEP_AGAIN)

    def _made(self, leave: Leave, fresh: Fresh, unit: Unit) -> None:
        now = unit.grants.now
        if unit.grants.renewed(NAME, leave.version, fresh.pair, now + fresh.life):
            unit.grants.put(MADE, NOTHING, now)
        if leave.refresh == self._consent:
            unit.grants.put(self._mark(leave.refresh), NOTHING, now + TAKEN)

    def _refused(self, leave: Leave, code: str, unit: Unit) -> None:
        unit.grants.put(self._mark(leave.refresh), Pair(access=code, refresh=""), unit.grants.now + AGAIN)
        unit.grants.stop_renewing(NAME, leave.version)

    def _may_try(self, refresh: str, unit: Unit, *, again: bool = True) -> bool:
        """`again`: even if it was refused, some time ago."""
        mark = unit.grants.get(self._mark(refresh)) if refresh else None
        return bool(refresh) and (mark is None or (again and mark.until <= unit.grants.now))

    def _refusal(self, refresh: str | None, unit: Unit) -> str:
        """The code it was refused with. "": it was not, that we know."""
        mark = unit.grants.get(self._mark(refresh)) if refresh else None
        return mark.pair.access if mark else ""

    def _mark(self, refresh: str) -> str:
        """Name of a row that says when it may be tried again, and the code of its refusal in place of a token.

        With another app or secret it may be tried at once.
        """
        told = "|".join((self._oauth.app_id, self._oauth.secret, refresh))
        return f"{NAME}:{hashlib.sha256(told.encode()).hexdigest()[:24]}"

    async def _ring(self, code: str) -> None:
        if self._alarms:
            await self._alarms.ring(ALARM, text("zalo.alarm_consent", why=why(code)))

    async def _well(self, token: Token) -> None:
        """Not for one that is used to its end because it could not be renewed."""
        if self._alarms and token.due > self._store.now():
            await self._alarms.well(ALARM)


def token_of(grant: Grant, unit: Unit) -> Token:
    made = unit.grants.get(MADE)
    return Token(grant.pair.access, grant.version, made.until if made else grant.until - UNSAID, grant.until)


def clock() -> float:
    return asyncio.get_running_loop().time()


def look_at(done: asyncio.Task[Token]) -> None:
    """Its failure is known, even when everybody who waited for it has gone."""
    if not done.cancelled():
        done.exception()
