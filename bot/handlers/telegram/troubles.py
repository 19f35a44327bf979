"""Alarms that never stand in the way of the work: where they are kept may be what is broken."""

from collections.abc import Awaitable
from dataclasses import dataclass

import structlog

from bot.alarms import Alarms
from bot.dialogue.step import Text

log = structlog.get_logger()


@dataclass(frozen=True)
class Troubles:
    alarms: Alarms | None = None  # None: the log is all there is

    async def trouble(self, key: str, words: Text) -> None:
        if self.alarms:
            await self._quietly(self.alarms.trouble(key, words))

    async def ring(self, key: str, words: Text) -> None:
        if self.alarms:
            await self._quietly(self.alarms.ring(key, words))

    async def well(self, *keys: str) -> None:
        if self.alarms:
            for key in keys:
                await self._quietly(self.alarms.well(key))

    async def _quietly(self, telling: Awaitable[None]) -> None:
        try:
            await telling
        except Exception as error:
            log.error("telegram: alarm not told", error=type(error).__name__)
