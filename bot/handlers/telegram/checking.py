"""What doctor says of Telegram: what is, and what to do about it. It asks, and changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import aiohttp
from telegram import User, WebhookInfo
from telegram.error import InvalidToken, TelegramError
from yarl import URL

from bot.handlers.findings import Finding, clock
from bot.handlers.telegram.building import TelegramBot, build
from bot.handlers.telegram.request import named
from bot.handlers.telegram.setup import Hook

PATIENCE = aiohttp.ClientTimeout(total=15.0)
MANY = 100  # updates that wait: nobody takes them
LATELY = timedelta(hours=1)
PORTS = (443, 80, 88, 8443)  # the only ones Telegram calls
RANGES = "149.154.160.0/20 and 91.108.4.0/22"  # from which Telegram calls, says its guide to webhooks
GUIDE = "docs/connect-telegram.md"

BLOCKED = (
    "Is the network of this machine up? If only Telegram is not reached: carriers in Viet Nam were told to block it "
    "(CV 2312/CVT-CS, 21/5/2025) and some still may. Ask whoever runs the network to open api.telegram.org:443, or set "
    f"HTTPS_PROXY for the service. Citizens have the web chat and Zalo meanwhile ({GUIDE})"
)
UNKNOWN = (
    "telegram: the token is not known: copy it again from @BotFather (/mybots, API Token) into NOIDAI_TELEGRAM_TOKEN"
)
# Of what Telegram says kept its last call from us, in small letters; the first that fits.
HINTS = (
    ("certificate", "nginx must send the whole chain (fullchain.pem), valid for this name"),
    ("403", "the secret is another: restart the service, it tells Telegram the new one"),
    ("404", "the proxy does not pass /telegram/webhook on to the service"),
    ("413", "the proxy allows too little: client_max_body_size 1m"),
    ("503", "the service could not keep them: look at the database and at its log"),
    ("50", "the proxy answers and the service behind it does not: is it running, on that port?"),
    ("30", "the proxy leads elsewhere: Telegram follows no redirect; NOIDAI_PUBLIC_URL must be the final address"),
    ("", f"open port 443 to {RANGES}, and look whether the name resolves on the internet to this machine"),
)

Line = Finding


def now() -> datetime:
    return datetime.now(UTC)


async def check(
    token: str,
    api: str,
    mode: Literal["polling", "webhook"] = "polling",
    public_url: str | None = None,
    secret: str | None = None,
    at: Callable[[], datetime] = now,
) -> list[Line]:
    """Whether it is well, and a line about it, in the order in which they should be mended.

    `api`: the root of the Bot API server. `secret`: of the webhook; without it, nobody sees that another was set.
    """
    hook = Hook.at(public_url or "", secret or "") if mode == "webhook" else None
    async with aiohttp.ClientSession(timeout=PATIENCE, trust_env=True) as session:
        try:
            async with session.get(api, allow_redirects=False) as response:
                clock = clocks(response.headers.get("Date"), at())
        except Exception as error:
            why = "no answer in time" if isinstance(error, TimeoutError) else named(error)
            return [(False, f"telegram: {URL(api).host} is not reached ({why}). {BLOCKED}")]
        lines = [clock] if clock else []
        answers = await asked(build(token, api))
        if isinstance(answers, str):
            return [*lines, (False, answers)]
        me, info = answers
        lines += [(True, f"telegram: the token is that of @{me.username}"), *manners(me)]
        if hook is None:
            return [*lines, polled(info), *waiting(info, at(), polling=True)]
        seen = hook if secret else without_mark(hook, info)
        return [*lines, *hooked(info, seen), *waiting(info, at(), polling=False), await address(session, hook)]


async def asked(bot: TelegramBot) -> tuple[User, WebhookInfo] | str:
    """Who the bot is and how its updates come, or what keeps us from knowing it."""
    await bot.request.initialize()
    try:
        return await bot.get_me(), await bot.get_webhook_info()
    except InvalidToken:
        return UNKNOWN
    except TelegramError as error:
        return f"telegram: it answers, and not as the Bot API should ({error.message})"
    finally:
        await bot.request.shutdown()


def clocks(date: str | None, at: datetime) -> Line | None:
    return clock("telegram", "Telegram", date, at)


def manners(me: User) -> list[Line]:
    """What only @BotFather changes."""
    reads_all = bool(me.can_read_all_group_messages)
    groups = (
        "telegram: the bot is given everything that is written in its groups, and needs only what is said to it. "
        "@BotFather: /setprivacy, Enable; then take it out of its groups and add it again"
        if reads_all
        else "telegram: in groups the bot is given only what is said to it"
    )
    inline = "on" if me.supports_inline_queries else "off (@BotFather: /setinline, if procedures shall be found so)"
    return [(not reads_all, groups), (True, f"telegram: inline mode is {inline}")]


def polled(info: WebhookInfo) -> Line:
    if not info.url:
        return (True, "telegram: updates are asked for (polling), no webhook is in the way")
    where = URL(info.url).host
    return (
        False,
        f"telegram: a webhook at {where} takes the updates. The service removes it when it starts; if it is back then, "
        "another installation uses the same token: stop that one, or get a new token (@BotFather, /revoke)",
    )


def hooked(info: WebhookInfo, hook: Hook) -> list[Line]:
    ours = URL(hook.url)
    lines: list[Line] = []
    if ours.port not in PORTS:
        lines.append((False, f"telegram: it calls only the ports {PORTS}, and NOIDAI_PUBLIC_URL has {ours.port}"))
    if hook.is_set(info):
        return [*lines, (True, f"telegram: the webhook is set at {ours.host}")]
    if not info.url:
        return [
            *lines,
            (False, "telegram: no webhook is set. The service sets it when it starts: start it, see its log"),
        ]
    if URL(info.url).with_query(None) == ours.with_query(None):
        return [*lines, (False, "telegram: the webhook is set as another start had it. Start the service again")]
    elsewhere = (
        f"telegram: the webhook is set at {URL(info.url).host} and not at {ours.host}. Start the service again; "
        "if it is back then, another installation uses the same token"
    )
    return [*lines, (False, elsewhere)]


def without_mark(hook: Hook, info: WebhookInfo) -> Hook:
    """As if it had been set with the secret that was told last."""
    same = URL(info.url).with_query(None) == URL(hook.url).with_query(None)
    return replace(hook, url=info.url) if same else hook


def waiting(info: WebhookInfo, at: datetime, *, polling: bool) -> list[Line]:
    """How many updates wait, and what kept the last from us."""
    number = info.pending_update_count
    does = "is the service running?" if polling else "see below why they are not taken"
    lines = [(number <= MANY, f"telegram: {number} updates wait" + (f"; {does}" if number > MANY else ""))]
    if not polling and info.last_error_date and at - info.last_error_date < LATELY:
        why = info.last_error_message or "?"
        hint = next(hint for sign, hint in HINTS if sign in why.lower())
        lines.append((False, f"telegram: its last call that failed, {info.last_error_date:%H:%M} UTC: {why}. {hint}"))
    return lines


async def address(session: aiohttp.ClientSession, hook: Hook) -> Line:
    """Our public address, called as a stranger would, who must be refused."""
    host = URL(hook.url).host
    try:
        async with session.post(hook.url, data=b"{}", allow_redirects=False) as response:
            status = response.status
    except Exception as error:
        why = "no answer in time" if isinstance(error, TimeoutError) else named(error)
        return (False, f"telegram: {host} is not reached from here ({why}); Telegram may still reach it from outside")
    if status == 403:
        return (True, f"telegram: {host} answers, and refuses who does not know the secret")
    hint = next(hint for sign, hint in HINTS if sign in str(status))
    return (False, f"telegram: {host} answers {status} where the service would refuse with 403: {hint}")
