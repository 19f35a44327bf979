"""What the doctor asks about the Official Account: each line, and whether it is well."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.handlers.findings import Finding
from bot.handlers.foreign import Json, words_at
from bot.handlers.zalo.api import ZaloApi
from bot.handlers.zalo.errors import ZaloError
from bot.handlers.zalo.oauth import why
from bot.handlers.zalo.showing import ZALO
from bot.handlers.zalo.templates import Templates
from bot.handlers.zalo.tokens import Token
from bot.storage.store import Store, Unit
from bot.texts.render import words

FREE = timedelta(hours=48)
REFRESH = timedelta(days=90)  # "3 months" a refresh token is good
KINDS = {"1": "organisation", "2": "business", "4": "government"}  # of accounts; the others are not told of


async def check(api: ZaloApi, store: Store, templates: Templates | None = None) -> list[Finding]:
    try:
        token = await api.tokens.current()
        account = await api.account()
        token = await api.tokens.current()  # the first may have been refused meanwhile
    except ZaloError as error:
        return [(False, trouble(error))]
    findings = [(True, described(account)), (True, lasting(token))]
    findings.append(await quota(api))
    findings.append((True, await store.run(windows)))
    known = sorted(templates.by_notice) if templates else []
    outside = ", ".join(known) or "none (NOIDAI_ZALO_TEMPLATES): notices wait for the citizen's next word"
    return [*findings, (True, f"zalo: templates after 7 days of silence: {outside}")]


def trouble(error: ZaloError) -> str:
    match error.kind:
        case "consent":
            reason = words(why("" if error.code is None else str(error.code)), "en")
            return (
                f"zalo: no token, and none is to be had: {reason}. If that is not it, an administrator of the account "
                "must consent again: python -m bot zalo consent (docs/connect-zalo.md)"
            )
        case "refresh":
            return (
                "zalo: it refuses a token it gave less than a minute ago; ask again in a minute. If it stays so, look "
                "whether another installation renews the same account's token (docs/connect-zalo.md, zalo:token)"
            )
        case "outage" | "rate":
            return f"zalo: not reached ({error}); are NOIDAI_ZALO_API and NOIDAI_ZALO_OAUTH open for this machine?"
        case _:
            return f"zalo: it refuses us ({error}); look the code up in docs/connect-zalo.md"


def described(account: Json) -> str:
    """
    >>> described({"name": "UBND phường A", "oa_type": 4, "num_follower": 120})
    'zalo: token good; account UBND phường A, government, 120 followers'
    """
    kind = words_at(account, "oa_type")
    parts = [
        words_at(account, "name") or "without a name",
        KINDS.get(kind, f"type {kind}") if kind else "",
        f"plan {plan}" if (plan := words_at(account, "package_name")) else "",
        f"{followers} followers" if (followers := words_at(account, "num_follower")) else "",
    ]
    return f"zalo: token good; account {', '.join(filter(None, parts))}"


def lasting(token: Token) -> str:
    return (
        f"zalo: token of {shown(token.made)}, renewed by itself from {shown(token.due)}; if the service stands still "
        f"until {token.made + REFRESH:%Y-%m-%d}, an administrator must consent again"
    )


async def quota(api: ZaloApi) -> Finding:
    try:
        found = list(assets(await api.quota()))
    except ZaloError as error:
        return True, f"zalo: quota not told ({error})"
    return True, f"zalo: consultation messages beyond the free ones: {'; '.join(found) or 'none counted'}"


def assets(told: object) -> Iterator[str]:
    """Wherever in the answer they are: its shape is told of in two ways.

    >>> list(assets({"asset": [{"quota_type": "sub_quota", "total": 500, "remain": "450"}]}))
    ['sub_quota 450 of 500 left']
    """
    if isinstance(told, list):
        for one in told:
            yield from assets(one)
    elif isinstance(told, dict):
        if remain := words_at(told, "remain"):
            name = words_at(told, "quota_type") or words_at(told, "type") or "quota"
            yield f"{name} {remain} of {words_at(told, 'total') or '?'} left"
        for value in told.values():
            yield from assets(value)


def windows(unit: Unit) -> str:
    contacts, now = unit.contacts, unit.contacts.now
    known = contacts.heard_since("zalo")
    free = contacts.heard_since("zalo", now - FREE)
    week = contacts.heard_since("zalo", now - (ZALO.window or FREE))
    return (
        f"zalo: {known} people can be written to: {free} for free (48 hours), {week - free} for money (until 7 days), "
        f"{known - week} by template only"
    )


def shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
