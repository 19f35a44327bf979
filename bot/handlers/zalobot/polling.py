"""Asks the Bot Platform for news, one update at a time.

An update that was given is gone from the platform: until it is in our database ours is the only copy, so nothing else
is asked for before. What is on the wire while the process ends is lost; a webhook loses nothing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.alarms import Alarms
from bot.channel import Update
from bot.dialogue.step import text
from bot.handlers.zalobot.api import NOTHING_NEW, UNAUTHORISED, ZaloBotApi, ZaloBotError, updates_in
from bot.handlers.zalobot.intake import update_of
from bot.inbox import Inbox

QUESTION = 30  # seconds the platform may keep a question open while nothing comes
GRACE = 15.0  # and the network may take, before it counts as lost
WAITS = (1.0, 2.0, 5.0, 10.0, 30.0)  # seconds after the first failure, the second …
ROUND = 1.0  # seconds a question takes at least, however fast the platform says that nothing is new

log = structlog.get_logger()


@dataclass
class Listener:
    api: ZaloBotApi
    inbox: Inbox
    alarms: Alarms
    waits: Sequence[float] = WAITS
    failures: int = 0  # one after the other

    async def listen(self) -> None:
        """For ever."""
        while True:
            try:
                await self._hear()
            except Exception as error:  # a fault of ours, or of the database while an alarm is told
                log.error("zalobot: not listened", error=type(error).__name__)
                await self._wait()

    async def _hear(self) -> None:
        """One question."""
        began = asyncio.get_running_loop().time()
        try:
            found = updates_in(await self.api.call("getUpdates", {"timeout": QUESTION}, QUESTION + GRACE))
        except ZaloBotError as error:
            if error.code != NOTHING_NEW:
                await self._failed(error)
                return
            found = []
        for one in found:
            if update := update_of(one):
                await self._keep(update)
        self.failures = 0
        await self.alarms.well("zalobot:polling")
        await self.alarms.well("zalobot:token")
        if not found:
            await asyncio.sleep(ROUND - (asyncio.get_running_loop().time() - began))

    async def _keep(self, update: Update) -> None:
        while True:
            try:
                await self.inbox.take([update])
                return
            except Exception as error:
                log.error("zalobot: not kept yet", error=type(error).__name__)
                await self._wait()

    async def _failed(self, error: ZaloBotError) -> None:
        log.warning("zalobot: no news", code=error.code, why=error.words)
        if error.code == UNAUTHORISED:
            await self.alarms.ring("zalobot:token", text("zalobot.alarm_token"))
        else:
            await self.alarms.trouble("zalobot:polling", text("zalobot.alarm_silent"))
        await self._wait()

    async def _wait(self) -> None:
        self.failures += 1
        await asyncio.sleep(self.waits[min(self.failures, len(self.waits)) - 1])
