"""A poster for the wall of an office: scan, and the chat opens at this procedure. And its QR code alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web
from markupsafe import Markup

from bot.dialogue.ways import title
from bot.handlers.web.guard import REASON
from bot.handlers.web.links import LINK, address_of, code_in, links_to, payload_of
from bot.handlers.web.pages import html, written
from bot.handlers.web.visitor import language_of_visit
from bot.papers.codes import qr_svg
from procedures_catalog.catalog import Catalog
from procedures_catalog.models import Procedure

QR = "/qr{rest:(?:/[^/]+)?}.svg"
POSTER = "/poster{rest:(?:/[^/]+)?}"
DAY = "public, max-age=86400"


@dataclass(frozen=True)
class Code:
    link: str
    shown: str  # as somebody would type it
    picture: Markup

    @classmethod
    def of(cls, link: str) -> Self:
        return cls(link, link.partition("://")[2], Markup(qr_svg(link)))  # noqa: S704  # drawn by us, its label escaped


@dataclass(frozen=True)
class Posters:
    """Without a procedure in the address they open the chat at its greeting.

    `base`: the address citizens use, if the settings know it. `links` of the other channels, by name.
    """

    catalog: Catalog
    contacts: Mapping[str, Any]
    base: str | None
    links: Mapping[str, str]
    trial: bool

    async def qr(self, request: web.Request) -> web.Response:
        """Of the link to the web chat."""
        asked = self._asked(request)
        payload = payload_of(asked.code) if asked else ""
        link = links_to(payload, address_of(request, self.base), {})["web"]
        headers = {"Cache-Control": DAY} if self.base else {}
        return web.Response(text=qr_svg(link), content_type="image/svg+xml", headers=headers)

    async def poster(self, request: web.Request) -> web.Response:
        asked, language = self._asked(request), language_of_visit(request)
        payload = payload_of(asked.code) if asked else ""
        links = links_to(payload, address_of(request, self.base), self.links)
        values: dict[str, Any] = {
            "procedure": asked,
            "called": title(asked, "en" if language == "en" else "vi") if asked else "",
            "codes": {channel: Code.of(link) for channel, link in links.items()},
            "here": f"/poster/{payload}".rstrip("/"),
        }
        return html(written("poster.html", language, contacts=self.contacts, trial=self.trial, **values))

    def _asked(self, request: web.Request) -> Procedure | None:
        """Raises HTTPNotFound for what is no procedure of ours."""
        payload = request.match_info["rest"].removeprefix("/") or request.query.get("p", "")
        if not payload:
            return None
        code = code_in(payload)
        if not LINK.fullmatch(payload) or code not in self.catalog:
            request[REASON] = "web.error_poster"
            raise web.HTTPNotFound
        return self.catalog[code]
