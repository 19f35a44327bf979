"""Links that open a chat at a procedure: behind the QR codes of posters, and on other people's pages."""

import re
from collections.abc import Mapping

from aiohttp import web

LINK = re.compile(r"[\w-]{1,64}", re.ASCII)  # what Telegram allows in a link, so that one payload serves both
HOST = re.compile(r"([\w.-]{1,253}|\[[\da-f:]{2,39}\])(:\d{1,5})?", re.ASCII | re.IGNORECASE)


def code_in(payload: str) -> str:
    """The procedure a payload names, as the dialogue reads it (bot/dialogue/general.py).

    >>> code_in("th_1-001193")
    '1.001193'
    """
    return payload.removeprefix("th_").replace("-", ".")


def payload_of(code: str) -> str:
    """
    >>> payload_of("1.001193")
    'th_1-001193'
    """
    return "th_" + code.replace(".", "-")


def address_of(request: web.Request, base: str | None) -> str:
    """Where citizens reach us, without a slash at the end: as the settings say, otherwise as this request did.

    Raises HTTPBadRequest for a request that names no host.
    """
    if base:
        return base.rstrip("/")
    if not HOST.fullmatch(request.host):
        raise web.HTTPBadRequest
    return f"{request.scheme}://{request.host}"


def links_to(payload: str, address: str, others: Mapping[str, str]) -> dict[str, str]:
    """By channel. Telegram takes the payload along; an Official Account of Zalo is only opened.

    >>> links_to("th_1-001193", "https://a.vn", {"telegram": "https://t.me/NoiDaiBot", "zalo": "https://zalo.me/123"})
    {'web': 'https://a.vn/?p=th_1-001193', 'telegram': 'https://t.me/NoiDaiBot?start=th_1-001193', 'zalo': 'https://zalo.me/123'}
    """
    links = {"web": f"{address}/?p={payload}" if payload else f"{address}/"}
    if "telegram" in others:
        links["telegram"] = others["telegram"] + (f"?start={payload}" if payload else "")
    return links | {name: link for name, link in others.items() if name not in links}
