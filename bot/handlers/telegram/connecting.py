"""The bot while updates come: reached, introduced, and given them in one way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.alarms import Alarms
from bot.dialogue.step import text
from bot.handlers.telegram.building import TelegramBot
from bot.handlers.telegram.intake import Intake
from bot.handlers.telegram.polling import Poller, wait_after
from bot.handlers.telegram.setup import Hook, Hooking, introduce
from bot.handlers.telegram.troubles import Troubles
from bot.settings import SettingsError

log = structlog.get_logger()


@asynccontextmanager
async def connected(
    bot: TelegramBot, intake: Intake, alarms: Alarms | None = None, hook: Hook | None = None
) -> AsyncIterator[None]:
    """Until the block is left, updates come: over `hook` (the route is the caller's), or, without one, by polling.

    While Telegram is out of reach it is tried again. Raises SettingsError when it does not know the token. The bot goes
    on sending after the block is left, for what is under way; whoever built it closes it (building.py).
    """
    troubles = Troubles(alarms)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(intake.close)
        reached = await reach(bot)
        work = asyncio.create_task(serve(bot, intake, troubles, hook, reached))
        try:
            yield
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


async def reach(bot: TelegramBot) -> bool:
    try:
        await bot.initialize()
    except InvalidToken:
        raise SettingsError("NOIDAI_TELEGRAM_TOKEN: Telegram does not know it") from None  # its message shows it
    except TelegramError as error:
        log.warning("telegram: out of reach", why=error.message)
        return False
    return True


async def serve(bot: TelegramBot, intake: Intake, troubles: Troubles, hook: Hook | None, reached: bool) -> None:
    failures = 0
    while not reached:
        failures += 1
        await troubles.trouble("telegram:polling", text("telegram.alarm_silent"))
        await asyncio.sleep(wait_after(failures))
        try:
            reached = await reach(bot)
        except SettingsError as error:  # too late to stop the start: the web chat is serving
            log.error(str(error))
            await troubles.ring("telegram:token", text("telegram.alarm_token"))
            return
    async with asyncio.TaskGroup() as group:
        group.create_task(introduce(bot))
        group.create_task(Hooking(bot, hook, troubles).run() if hook else Poller(bot, intake, troubles).run())
