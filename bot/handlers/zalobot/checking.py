"""What the doctor asks the Bot Platform, and what to do about the answer."""

from collections.abc import Sequence
from typing import Literal

from bot.handlers.findings import Finding
from bot.handlers.foreign import words_at
from bot.handlers.zalobot.api import UNAUTHORISED, ZaloBotApi, ZaloBotError
from bot.handlers.zalobot.setup import PATH

LIMITS = (
    "the Basic plan (as read in September 2026): 3 bots, 50 people a bot, 3,000 messages a month, counted nowhere here"
)


async def check(api: ZaloBotApi, mode: Literal["polling", "webhook"], public_url: str | None) -> Sequence[Finding]:
    """`public_url`: as in the settings."""
    try:
        me = await api.call("getMe")
    except ZaloBotError as error:
        return [(False, f"zalobot: {told(error)}")]
    name = words_at(me, "display_name") or words_at(me, "account_name") or "a bot"
    return [(True, f"zalobot: {name}; {LIMITS}"), await way_in(api, mode, public_url)]


async def way_in(api: ZaloBotApi, mode: Literal["polling", "webhook"], public_url: str | None) -> Finding:
    """How updates come; the platform gives them in one way only."""
    try:
        registered = words_at(await api.call("getWebhookInfo"), "url")
    except ZaloBotError as error:
        return False, f"zalobot: its webhook cannot be asked for: {told(error)}"
    ours = (public_url or "").rstrip("/") + PATH
    if mode == "polling":
        if registered:
            return (
                False,
                f"zalobot: polling, but {registered} is registered as webhook; the service takes it away at its start",
            )
        return True, "zalobot: polling; one process at a time"
    if registered != ours:
        return False, f"zalobot: the webhook is {registered or 'not set'}, not {ours}; the service sets it at its start"
    return True, f"zalobot: webhook {ours}"


def told(error: ZaloBotError) -> str:
    if error.code == UNAUTHORISED:
        return "Zalo does not know NOIDAI_ZALOBOT_TOKEN; copy it again from the bot's page"
    if error.code is None:
        return f"not reached ({error.words}); look at the firewall and NOIDAI_ZALOBOT_API"
    return f"refused, {error.code} {error.words}"
