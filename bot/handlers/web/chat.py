"""A conversation by pages and forms: what is shown, and what is taken in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from aiohttp import web

from bot.dialogue.events import Chose, Content, Heard, Located, Scanned, Started, Wrote
from bot.handlers.limit import Limit
from bot.handlers.web.client import Newcomers
from bot.handlers.web.embed import Framing
from bot.handlers.web.form import PICTURE
from bot.handlers.web.guard import REASON, WAIT, by_script, sent_from_elsewhere
from bot.handlers.web.links import LINK, code_in
from bot.handlers.web.news import ids_of
from bot.handlers.web.pages import html, written
from bot.handlers.web.pictures import Letter, Uploads
from bot.handlers.web.visitor import Door, Visitor, door_of, language_of_visit, new_id, remember, visitor_of
from bot.handlers.web.window import Window, window
from bot.storage.store import Store
from bot.storage.turns import Turn
from bot.turn import Turns

SWITCH = {"lang:vi": "Tiếng Việt", "lang:en": "English"}  # the header's buttons, which stand in no turn
SAYING = ("option", "text", "lat", "lon", PICTURE)  # the fields that make one update another


@dataclass(frozen=True)
class Chat:
    turns: Turns
    store: Store
    secret: bytes
    https: bool
    sandbox: bool  # its page is there
    limit: Limit
    uploads: Uploads
    newcomers: Newcomers
    framing: Framing

    async def page(self, request: web.Request) -> web.Response:
        visitor, door = visitor_of(request), door_of(request)
        if door.framed:
            self.framing.admit(request)
        seen = await window(self.store, visitor, request)
        if not seen.turns:
            self.newcomers.admit(request)
        if LINK.fullmatch(payload := request.query.get("p", "")):
            if not seen.turns or seen.reading != code_in(payload):
                await self._take(request, visitor, Started(payload), new_id())
            answer = newest(door)  # so that loading the page again does not ask again
        else:
            answer = html(await self._whole(request, visitor, door, seen))
        remember(visitor, door, answer, self.https or request.secure)
        return answer

    async def message(self, request: web.Request) -> web.Response:
        if sent_from_elsewhere(request):
            raise web.HTTPForbidden
        visitor, door = visitor_of(request), door_of(request)
        if door.framed and not visitor.came_back:
            request[REASON] = "web.embed_forgotten"
        if not visitor.came_back:  # before anything is read
            raise web.HTTPForbidden
        letter = await self.uploads.letter(request, visitor.chat, partial(self._ours, visitor))
        self._ours(visitor, letter.fields)
        before = await window(self.store, visitor, request, shown=3)
        content = await self._content(request, visitor, letter)
        turn = await self._take(request, visitor, content, update_of(letter.fields))
        if not by_script(request):
            return newest(door)
        after = await window(self.store, visitor, request, shown=6)  # a notice may have come in between
        if not after.goes_on_from(before) or before.is_ahead_of(letter.fields.get("seen", "")):
            return web.Response(status=205)  # reset content: the whole page is to be drawn again
        return html(written("fragment.html", after.language, base=door.base, turn=turn, place=after.wants_place))

    def _ours(self, visitor: Visitor, fields: Mapping[str, str]) -> None:
        if not visitor.sent_by(fields.get("csrf", ""), self.secret):
            raise web.HTTPForbidden

    async def _whole(self, request: web.Request, visitor: Visitor, door: Door, seen: Window) -> str:
        if not seen.turns:
            await self._take(request, visitor, Started(), "start")
            seen = await window(self.store, visitor, request)
        csrf, update = visitor.csrf(self.secret), new_id()
        values = {"csrf": csrf, "update": update, "has": ids_of(seen.turns), "place": seen.wants_place}
        trial = {"trial": self.turns.world.post.trial, "sandbox": self.sandbox}
        offers = {**trial, "photo": self.uploads.pictures is not None}
        return written("chat.html", seen.language, base=door.base, turns=seen.turns, **offers, **values)

    async def _take(self, request: web.Request, visitor: Visitor, content: Content, update: str) -> Turn:
        if not self.limit.allows(visitor.chat):
            raise web.HTTPTooManyRequests(headers={"Retry-After": WAIT})
        heard = Heard("web", visitor.chat, update, content, language_of_visit(request))
        return await self.turns.take(heard)

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


def newest(door: Door) -> web.Response:
    """To the page, where the answer is the last that stands there (Post/Redirect/Get)."""
    return web.Response(status=303, headers={"Location": f"{door.base}#newest"})
