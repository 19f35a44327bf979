"""The web chat: a page that works without JavaScript, and better with it (see pages/ and static/)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from aiohttp import web

from bot.dialogue.events import Chose, Content, Heard, Located, Scanned, Started, Wrote
from bot.handlers.files import Files
from bot.handlers.pictures import Pictures
from bot.handlers.web_channel import WebChat
from bot.handlers.web_files import PATH, Handout
from bot.handlers.web_form import PICTURE
from bot.handlers.web_guard import WAIT, apologetic, by_script, dress
from bot.handlers.web_limit import Limit
from bot.handlers.web_news import News, ids_of
from bot.handlers.web_pages import ASSETS, written
from bot.handlers.web_pictures import Letter, Uploads
from bot.handlers.web_visitor import Visitor, language_asked, new_id, remember, visitor_of
from bot.handlers.web_window import window
from bot.storage.store import Store
from bot.storage.turns import Turn
from bot.turn import Turns

LINK = re.compile(r"[\w-]{1,64}", re.ASCII)  # what Telegram allows in a link, so that one poster serves both
SWITCH = {"lang:vi": "Tiếng Việt", "lang:en": "English"}  # the header's buttons, which stand in no turn
SAYING = ("option", "text", "lat", "lon", PICTURE)  # the fields that make one update another
FOR_GOOD = "public, max-age=31536000, immutable"


def application(
    turns: Turns,
    store: Store,
    secret: bytes,
    channel: WebChat | None = None,
    files: Files | None = None,
    pictures: Pictures | None = None,
    *,
    https: bool = False,
    a_minute: int = 30,
) -> web.Application:
    """`channel` is the one that `turns` sends by; without it, open pages learn of news a little later.
    Without `pictures`, the page offers to send none.

    `secret` signs the forms. `https`: a proxy in front speaks it, so the cookie may insist on it.
    """
    chat, channel = Chat(turns, store, secret, https, Limit(a_minute), Uploads(pictures)), channel or WebChat()
    app = web.Application(middlewares=[apologetic(store, turns.world.faq.contacts)])
    app.on_response_prepare.append(dress)
    app.on_shutdown.append(channel.close)
    app.router.add_get("/", chat.page)
    app.router.add_post("/message", chat.message)
    app.router.add_get("/news", News(channel, store).listen, allow_head=False)
    app.router.add_get(PATH, Handout(files).give)
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
    uploads: Uploads

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
        visitor = visitor_of(request)
        letter = await self.uploads.letter(request, visitor.chat, partial(self._ours, visitor))
        self._ours(visitor, letter.fields)
        before = await window(self.store, visitor, request, shown=1)
        content = await self._content(request, visitor, letter)
        turn = await self._take(request, visitor, content, update_of(letter.fields))
        if not by_script(request):
            return newest()
        after = await window(self.store, visitor, request, shown=4)  # a notice may have come in between
        if not after.goes_on_from(before):
            return web.Response(status=205)  # reset content: the whole page is to be drawn again
        return html(written("fragment.html", after.language, turn=turn, place=after.wants_place))

    def _ours(self, visitor: Visitor, fields: Mapping[str, str]) -> None:
        if not visitor.sent_by(fields.get("csrf", ""), self.secret):
            raise web.HTTPForbidden

    async def _whole(self, request: web.Request, visitor: Visitor) -> str:
        seen = await window(self.store, visitor, request)
        if not seen.turns:
            await self._take(request, visitor, Started(), "start")
            seen = await window(self.store, visitor, request)
        csrf, update = visitor.csrf(self.secret), new_id()
        values = {"csrf": csrf, "update": update, "has": ids_of(seen.turns), "place": seen.wants_place}
        offers = {"trial": self.turns.world.post.trial, "photo": self.uploads.pictures is not None}
        return written("chat.html", seen.language, turns=seen.turns, **offers, **values)

    async def _take(self, request: web.Request, visitor: Visitor, content: Content, update: str) -> Turn:
        if not self.limit.allows(visitor.chat):
            raise web.HTTPTooManyRequests(headers={"Retry-After": WAIT})
        language = language_asked(request.headers.get("Accept-Language", ""))
        return await self.turns.take(Heard("web", visitor.chat, update, content, language))

    async def _content(self, request: web.Request, visitor: Visitor, letter: Letter) -> Content:
        fields = letter.fields
        if letter.seen is not None:
            return seen_or_said(letter.seen, fields)
        if "lat" in fields:
            return located(fields)
        if not (option := fields.get("option")):
            return Wrote(fields.get("text", ""))
        if label := fields.get("label") or SWITCH.get(option):
            return Chose(option, label)
        return Chose(option, (await window(self.store, visitor, request)).label_of(option))


def seen_or_said(seen: Scanned, fields: Mapping[str, str]) -> Content:
    """A picture without a code is worth less than the words sent with it."""
    words = fields.get("text", "").strip()
    return Wrote(words) if words and not seen.texts else seen


def update_of(fields: Mapping[str, str]) -> str:
    """The same form with the same content is the same update, however often it is sent.

    With other content it is another one: "Back" brings a page back with the id it had.
    """
    said = (fields.get("update") or new_id(), *(fields.get(name, "") for name in SAYING))
    return sha256("\0".join(said).encode()).hexdigest()


def located(fields: Mapping[str, str]) -> Located:
    """Raises HTTPBadRequest for what is no point on the map."""
    try:
        latitude, longitude = float(fields["lat"]), float(fields["lon"])
    except (KeyError, ValueError):
        raise web.HTTPBadRequest from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # nor what is no number
        raise web.HTTPBadRequest
    return Located(latitude, longitude)


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
