"""What Telegram is told of the bot at the start: where to bring updates, the menus, what it says of itself.

Several processes start at once and again: each tells only what Telegram does not know yet.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import structlog
from telegram import BotCommand, BotCommandScopeAllPrivateChats, WebhookInfo
from telegram.error import InvalidToken

from bot.dialogue.step import text
from bot.handlers.telegram.building import TelegramBot
from bot.handlers.telegram.commands import MENUS
from bot.handlers.telegram.intake import HEARD
from bot.handlers.telegram.polling import wait_after
from bot.handlers.telegram.troubles import Troubles
from bot.handlers.telegram.webhook import PATH
from bot.texts.render import words

CONNECTIONS = 40  # at once, of Telegram to us
LOOK_AGAIN = 600.0  # seconds between two looks at the webhook
DEFAULT = "vi"  # for whom Telegram knows no better
ABOUT = text("telegram.about")  # on the empty chat, before it begins
IN_SHORT = text("telegram.in_short")  # on the profile, and where the bot is shared
PRIVATE = BotCommandScopeAllPrivateChats()

log = structlog.get_logger()


@dataclass(frozen=True)
class Hook:
    url: str
    secret: str

    @classmethod
    def at(cls, public_url: str, secret: str) -> "Hook":
        """Telegram does not tell which secret it was given: a mark of it in the address makes a new one seen.

        >>> Hook.at("https://bot.example.gov.vn/", "s3cret").url
        'https://bot.example.gov.vn/telegram/webhook?v=1ec1c26b50d5'
        """
        mark = sha256(secret.encode()).hexdigest()[:12]
        return cls(f"{public_url.rstrip('/')}{PATH}?v={mark}", secret)

    def is_set(self, info: WebhookInfo) -> bool:
        known = info.url, info.max_connections, frozenset(info.allowed_updates)
        return known == (self.url, CONNECTIONS, frozenset(HEARD))


async def introduce(bot: TelegramBot) -> None:
    """Menus and descriptions. A failure is no reason not to serve: the next start tells the rest."""
    try:
        for language in MENUS:
            await menu(bot, language)
            await describe(bot, language)
    except Exception as error:
        log.warning("telegram: menus and descriptions not set", why=type(error).__name__)


async def menu(bot: TelegramBot, language: str) -> None:
    wanted = tuple(BotCommand(one.name, words(one.about, language)) for one in MENUS[language])
    if await bot.get_my_commands(PRIVATE, code_of(language)) != wanted:
        await bot.set_my_commands(wanted, PRIVATE, code_of(language))


async def describe(bot: TelegramBot, language: str) -> None:
    about, in_short = words(ABOUT, language), words(IN_SHORT, language)
    if (await bot.get_my_description(code_of(language))).description != about:
        await bot.set_my_description(about, code_of(language))
    if (await bot.get_my_short_description(code_of(language))).short_description != in_short:
        await bot.set_my_short_description(in_short, code_of(language))


def code_of(language: str) -> str | None:
    """None: for all languages that have none of their own."""
    return None if language == DEFAULT else language


@dataclass
class Hooking:
    """Sees to it that Telegram brings updates to us, and tells when they do not arrive."""

    bot: TelegramBot
    hook: Hook
    troubles: Troubles
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _failures: int = 0

    async def run(self) -> None:
        """For good: who tries the same token elsewhere may take the webhook away."""
        while True:
            await self.sleep(await self.look())

    async def look(self) -> float:
        """Gives the seconds until the next look."""
        try:
            info = await self.bot.get_webhook_info()
            if not self.hook.is_set(info):
                await self.bot.set_webhook(
                    self.hook.url,
                    max_connections=CONNECTIONS,
                    allowed_updates=HEARD,
                    drop_pending_updates=False,
                    secret_token=self.hook.secret,
                )
                log.info("telegram: webhook set")
        except Exception as error:  # an answer nobody thought of is no reason to look away for good
            self._failures += 1
            log.warning("telegram: webhook not looked at", why=type(error).__name__, attempt=self._failures)
            if isinstance(error, InvalidToken):
                await self.troubles.ring("telegram:token", text("telegram.alarm_token"))
            else:
                await self.troubles.trouble("telegram:polling", text("telegram.alarm_silent"))
            return wait_after(self._failures)
        self._failures = 0
        await self.troubles.well("telegram:polling", "telegram:token")
        if why := self.undelivered(info):
            await self.troubles.trouble("telegram:webhook", text("telegram.alarm_webhook", why=why))
        else:
            await self.troubles.well("telegram:webhook")
        return LOOK_AGAIN

    def undelivered(self, info: WebhookInfo) -> str | None:
        """What kept updates from us since the last look, in Telegram's words."""
        since = self.now() - timedelta(seconds=LOOK_AGAIN)
        if not info.pending_update_count or info.last_error_date is None or info.last_error_date < since:
            return None
        return info.last_error_message or "?"
