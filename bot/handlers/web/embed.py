"""The chat inside another site's page: who may open it there, and the script that does it with one line.

docs/embed.md
"""

import json
from collections.abc import Collection
from dataclasses import dataclass

from aiohttp import web

from bot.handlers.web.guard import REASON
from bot.handlers.web.pages import HERE, Asset, given, said
from bot.handlers.web.visitor import FRAMED, LANGUAGES, OWN

SCRIPT = "embed.js"
HOUR = "public, max-age=3600"  # its address stays the same, so a new version must be noticed


@dataclass(frozen=True)
class Framing:
    """`embed_on`: sites that may show the chat. `https`: our own address begins so."""

    embed_on: Collection[str]
    https: bool

    def admit(self, request: web.Request) -> None:
        """A frame gets its page; a tab of its own is sent to the page made for it.

        Raises HTTPNotFound where nobody may show us, HTTPSeeOther, and HTTPForbidden without TLS: there browsers
        refuse the cookie, so nothing that is said would be kept. They tell where a page will stand only when they
        count our address as safe, which includes http://localhost.
        """
        if not self.embed_on:
            raise web.HTTPNotFound
        place = request.headers.get("Sec-Fetch-Dest")
        if place == "document":
            raise web.HTTPSeeOther(with_query(OWN.base, request))
        if place is None and not (self.https or request.secure):
            request[REASON] = "web.embed_insecure"
            raise web.HTTPForbidden


async def without_slash(request: web.Request) -> web.Response:
    return web.Response(status=303, headers={"Location": with_query(FRAMED.base, request)})


def with_query(path: str, request: web.Request) -> str:
    query = request.rel_url.raw_query_string
    return f"{path}?{query}" if query else path


def words() -> dict[str, dict[str, str]]:
    keys = {
        "open": "web.embed_open",
        "shut": "web.embed_shut",
        "apart": "web.embed_apart",
        "frame": "web.embed_frame",
    }
    return {language: {name: said(language, key) for name, key in keys.items()} for language in LANGUAGES}


def source() -> bytes:
    """The script, with its words in all languages."""
    code = (HERE / "templates" / SCRIPT).read_text("utf-8")
    return code.replace('"WORDS"', json.dumps(words(), ensure_ascii=False)).encode()


class Script:
    """Says the same to everybody and knows nobody: no cookie is read or set."""

    def __init__(self) -> None:
        self._asset = Asset(source(), "text/javascript")

    async def give(self, request: web.Request) -> web.Response:
        return given(request, self._asset, {"Cache-Control": HOUR, "Cross-Origin-Resource-Policy": "cross-origin"})
