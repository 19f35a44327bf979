"""The web chat: a page that works without JavaScript, and better with it (see pages/ and static/)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from aiohttp import web

from bot.dialogue.events import Chose, Content, Heard, Started, Wrote
from bot.handlers.web_guard import WAIT, apologetic, by_script, dress, fields_of
from bot.handlers.web_limit import Limit
from bot.handlers.web_pages import ASSETS, written
from bot.handlers.web_visitor import Visitor, language_asked, new_id, remember, visitor_of
from bot.handlers.web_window import window
from bot.storage.store import Store
from bot.storage.turns import Turn
from bot.texts.message import Message
from bot.turn import Turns

LINK = re.compile(r"[\w-]{1,64}", re.ASCII)  # what Telegram allows in a link, so that one poster serves both
SWITCH = {"lang:vi": "Tiếng Việt", "lang:en": "English"}  # the header's buttons, which stand in no turn
FOR_GOOD = "public, max-age=31536000, immutable"


class WebChat:
    """The web as a channel. Nothing is pushed: the page shows what is kept."""

    async def send(self, chat: str, messages: tuple[Message, ...]) -> None:
        return


def application(
    turns: Turns, store: Store, secret: bytes, *, https: bool = False, a_minute: int = 30
) -> web.Application:
    """`secret` signs the forms. `https`: a proxy in front speaks it, so the cookie may insist on it."""
    chat = Chat(turns, store, secret, https, Limit(a_minute))
    app = web.Application(middlewares=[apologetic(store, turns.world.faq.contacts)])
    app.on_response_prepare.append(dress)
    app.router.add_get("/", chat.page)
    app.router.add_post("/message", chat.message)
    app.router.add_get("/static/{name}", static)
    app.router.add_get("/healthz", healthy)
    return app


@dataclass(frozen=True)
class Chat:
    turns: Turns
    store: Store
    secret: bytes
    https: bool
    limit: Limit

    async def page(self, request: web.Request) -> web.Response:
        visitor = visitor_of(request)
        if LINK.fullmatch(payload := request.query.get("p", "")):
            await self._take(request, visitor, Started(payload), new_id())
            answer = newest()  # so that loading the page again does not ask again
        else:
            answer = html(await self._whole(request, visitor))
        remember(visitor, answer, self.https or request.secure)
        return answer

    async def message(self, request: web.Request) -> web.Response:
        visitor, fields = visitor_of(request), await fields_of(request)
        if not visitor.sent_by(fields.get("csrf", ""), self.secret):
            raise web.HTTPForbidden
        before = await window(self.store, visitor, request, shown=1)
        turn = await self._take(request, visitor, await self._content(request, visitor, fields), update_of(fields))
        if not by_script(request):
            return newest()
        after = await window(self.store, visitor, request, shown=2)
        if not after.goes_on_from(before):
            return web.Response(status=205)  # reset content: the whole page is to be drawn again
        return html(written("fragment.html", after.language, turn=turn))

    async def _whole(self, request: web.Request, visitor: Visitor) -> str:
        seen = await window(self.store, visitor, request)
        if not seen.turns:
            await self._take(request, visitor, Started(), "start")
            seen = await window(self.store, visitor, request)
        csrf, update = visitor.csrf(self.secret), new_id()
        return written("chat.html", seen.language, turns=seen.turns, csrf=csrf, update=update)

    async def _take(self, request: web.Request, visitor: Visitor, content: Content, update: str) -> Turn:
        if not self.limit.allows(visitor.chat):
            raise web.HTTPTooManyRequests(headers={"Retry-After": WAIT})
        language = language_asked(request.headers.get("Accept-Language", ""))
        return await self.turns.take(Heard("web", visitor.chat, update, content, language))

    async def _content(self, request: web.Request, visitor: Visitor, fields: Mapping[str, str]) -> Content:
        if not (option := fields.get("option")):
            return Wrote(fields.get("text", ""))
        if label := fields.get("label") or SWITCH.get(option):
            return Chose(option, label)
        return Chose(option, (await window(self.store, visitor, request)).label_of(option))


def update_of(fields: Mapping[str, str]) -> str:
    """The same form with the same content is the same update, however often it is sent.

    With other content it is another one: "Back" brings a page back with the id it had.
    """
    said = (fields.get("update") or new_id(), fields.get("option", ""), fields.get("text", ""))
    return sha256("\0".join(said).encode()).hexdigest()


def newest() -> web.Response:
    """To the page, where the answer is the last that stands there (Post/Redirect/Get)."""
    return web.Response(status=303, headers={"Location": "/#newest"})


def html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")


async def static(request: web.Request) -> web.Response:
    asset = ASSETS.get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    headers = {"Cache-Control": FOR_GOOD, "Vary": "Accept-Encoding"}
    answer = web.Response(body=asset.body, content_type=asset.kind, charset="utf-8", headers=headers)
    answer.enable_compression()
    return answer


async def healthy(_: web.Request) -> web.Response:
    return web.Response(text="ok")
