"""Updates asked of Telegram: kept first, confirmed then, by asking for what comes after them.

A process that dies in between is given them again by Telegram, and knows those it has (inbox.py, turn.py).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.dialogue.step import text
from bot.handlers.telegram.building import TelegramBot
from bot.handlers.telegram.intake import Intake, id_of
from bot.handlers.telegram.request import wait_of
from bot.handlers.telegram.troubles import Troubles

PATIENCE = 25.0  # seconds Telegram may keep a question open while nothing comes
PAUSE = 0.1  # seconds after nothing came: a server may answer so at once, again and again
LONGEST_WAIT = 60.0  # between two questions while nobody answers
CONFLICTS = 3  # within QUIET, then it is no restart that overlaps
QUIET = 300.0  # seconds without a conflict: it is over

log = structlog.get_logger()


def wait_after(failures: int) -> float:
    """
    >>> [wait_after(n) for n in (1, 2, 3, 9)]
    [1.0, 2.0, 4.0, 60.0]
    """
    return min(2.0 ** (failures - 1), LONGEST_WAIT)


@dataclass
class Poller:
    bot: TelegramBot
    intake: Intake
    troubles: Troubles = field(default_factory=Troubles)
    patience: float = PATIENCE
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _after: int = 0
    _failures: int = 0
    _hooked: bool = True  # perhaps
    _conflicts: deque[float] = field(default_factory=deque)

    async def run(self) -> None:
        """For good. Whatever fails is tried again, less and less often."""
        while True:
            if wait := await self.round():
                await self.sleep(wait)

    async def round(self) -> float:
        """One question, and what came of it kept. Gives the seconds to wait before the next."""
        try:
            if self._hooked:
                await self.bot.delete_webhook()  # Telegram gives updates in one way only; what waits is not dropped
                self._hooked = False
            raws = await self.bot.news(self._after, self.patience)
        except Conflict as error:
            return await self._conflict("webhook" in error.message.lower())
        except RetryAfter as refusal:
            return max(wait_of(refusal).total_seconds(), 1.0)
        except InvalidToken:
            await self.troubles.ring("telegram:token", text("telegram.alarm_token"))
            return self._failed("the token is not known any more", LONGEST_WAIT)
        except Exception as error:  # also a fault of ours, or an answer nobody thought of: not for ever, perhaps
            await self.troubles.trouble("telegram:polling", text("telegram.alarm_silent"))
            return self._failed(error.message if isinstance(error, TelegramError) else type(error).__name__)
        return await self._keep(raws)

    async def _keep(self, raws: Sequence[Any]) -> float:
        try:
            await self.intake.take(raws)
        except Exception as error:  # the database is away; its message may quote what was to be kept
            return self._failed(f"not kept: {type(error).__name__}")
        # Given nothing, we have all there was: then the first there is, for after a quiet week numbers begin anywhere.
        self._after = max([self._after, *(number + 1 for number in numbers(raws))]) if raws else 0
        self._failures = 0
        await self.troubles.well("telegram:polling", "telegram:token")
        if self._conflicts and now() - self._conflicts[-1] > QUIET:
            self._conflicts.clear()
        if not self._conflicts:
            await self.troubles.well("telegram:conflict")
        return 0.0 if raws else PAUSE

    def _failed(self, why: str, wait: float | None = None) -> float:
        self._failures += 1
        log.warning("telegram: no updates", why=why, attempt=self._failures)
        return wait or wait_after(self._failures)

    async def _conflict(self, hooked: bool) -> float:
        """Somebody else takes the updates of this bot. For a moment that may be the process that we replace."""
        self._hooked = hooked
        self._conflicts.append(now())
        while self._conflicts[0] < now() - QUIET:
            self._conflicts.popleft()
        if len(self._conflicts) >= CONFLICTS:
            words = text("telegram.alarm_hooked") if hooked else text("telegram.alarm_conflict")
            await self.troubles.ring("telegram:conflict", words)
        return self._failed("another takes them")


def numbers(raws: Sequence[Any]) -> list[int]:
    return [number for raw in raws if isinstance(raw, Mapping) and (number := id_of(raw, "update_id")) is not None]


def now() -> float:
    return asyncio.get_running_loop().time()
