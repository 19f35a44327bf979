"""A citizen on each channel: what they do leaves by its real wire, and what they see came back by it.

Each wire undoes what its channel does to the look of an answer (marks, numbers, markup), so that it reads like a line
of a script: `• …` an item, `! …` a warning, `(tệp) …` a file, `[…]` something to choose.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import count
from typing import Any

from aiohttp import ClientSession, FormData, web
from aiohttp.test_utils import TestServer
from sqlalchemy import text as sql
from yarl import URL

from bot import app_channels
from bot.alarms import Alarms
from bot.app_channels import Opened, Tools
from bot.app_dossiers import tracking
from bot.app_files import OrderFiles
from bot.dialogue.events import Chose, Content, Heard, Introduced, Kind, Located, Scanned, Showed, Started, Wrote
from bot.dialogue.world import World
from bot.handlers.file_links import FileLinks
from bot.handlers.terminal import Terminal
from bot.handlers.web.application import application as web_chat
from bot.handlers.web.channel import WebChat
from bot.handlers.zalo import intake as zalo_intake
from bot.inbox import Inbox
from bot.services.receipts.threads import Receipts
from bot.settings import Settings
from bot.storage.grants import Pair
from bot.storage.store import Store
from bot.storage.turns import LEASE
from bot.turn import Turns
from tests import fake_zalo, fake_zalobot, zalo_calls
from tests.conftest import KEY, PATIENCE, Clock, OneAgency, Screen, Talk, routes_to
from tests.fake_telegram import FILE, MAI, TOKEN, FakeTelegram
from tests.receipts.camera import taken
from tests.receipts.paper import page, square

A_LOOK = timedelta(seconds=4)  # at what was answered, before anything is done about it

Serves = Callable[[web.Application], Awaitable[TestServer]]


class CannotError(Exception):
    """The channel has no such thing."""


class Wire:
    """One citizen at one channel. `chat`: their chat there."""

    name = ""
    chat = ""

    def __init__(self) -> None:
        self.mark = 0  # what they saw before this, they have read

    def settings(self) -> dict[str, Any]:
        """Of the service, so that it finds the pretend other side."""
        return {}

    async def begin(self, store: Store, turns: Turns, server: TestServer) -> None:
        """Everything runs."""

    async def hears(self, content: Content) -> None:
        """The citizen does this; returns when it is answered. Raises CannotError where there is no such thing."""
        raise NotImplementedError

    def everything(self) -> list[str]:
        """All lines seen so far, as a script has them."""
        raise NotImplementedError

    async def looks(self) -> None:
        """At what came without asking."""

    def seen(self) -> list[str]:
        return self.everything()[self.mark :]

    def forget(self) -> None:
        self.mark = len(self.everything())


class Seen(list[str]):
    """What is on the citizen's screen now."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.wire = wire

    def clear(self) -> None:
        self.wire.forget()


@dataclass
class TalkOn(Talk):
    """Like Talk, but by a wire."""

    wire: Wire = field(default_factory=Wire)
    inbox: Inbox | None = None

    @property
    def address(self) -> str:
        return f"{self.wire.name}:{self.wire.chat}"

    async def taps(self, label: str) -> None:
        await self._hears(Chose("", label))

    async def _hears(self, content: Content) -> None:
        self.screen.lines.clear()
        self.clock.passes(A_LOOK)
        await self.wire.hears(content)

    @property
    def seen(self) -> list[str]:
        return self.wire.seen()

    async def looks(self) -> None:
        await self.wire.looks()


# -- Telegram


class Watched(FakeTelegram):
    """Remembers in which order things were shown."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[list[str]] = []

    def show(self, given: dict[str, str]) -> web.Response:
        before = len(self.sent)
        answer = super().show(given)
        if len(self.sent) > before:
            self.log.append(on_screen(self.sent[-1]))
        return answer

    def change(self, given: dict[str, str]) -> web.Response:
        before = sum(len(message["edits"]) for message in self.sent)
        answer = super().change(given)
        if sum(len(message["edits"]) for message in self.sent) > before:
            self.log.append(on_screen(next(m for m in self.sent if str(m["message_id"]) == given["message_id"])))
        return answer

    def take(self, given: dict[str, str], form: Any) -> web.Response:
        answer = super().take(given, form)
        file = f"(tệp) {self.handed_over[-1][2]}"
        last = self.log[-1] if self.log else []
        place = next((at for at, line in enumerate(last) if line.startswith("[")), len(last))
        last.insert(place, file)  # in a script files stand before the choices
        return answer


def on_screen(message: dict[str, Any]) -> list[str]:
    lines = [re.sub(r"^⚠️ ", "! ", line) for line in message["words"].split("\n")]
    rows = message["reply_markup"].get("inline_keyboard", ())
    return [*lines, *(f"[{button['text']}]" for row in rows for button in row)]


class OnTelegram(Wire):
    name, chat = "telegram", str(MAI["id"])

    def __init__(self, address: str, fake: Watched) -> None:
        super().__init__()
        self.fake, self.url = fake, address

    def settings(self) -> dict[str, Any]:
        return {"telegram_token": TOKEN, "telegram_api": self.url, "telegram_a_second": 10_000}

    async def begin(self, store: Store, turns: Turns, server: TestServer) -> None:
        self.store = store

    async def hears(self, content: Content) -> None:
        match content:
            case Chose(label=label):
                self.fake.taps(self._shortened(label))
            case Wrote(text):
                self.fake.says(text=text)
            case Started(payload):
                self.fake.says(
                    text=f"/start {payload}".strip(), entities=[{"type": "bot_command", "offset": 0, "length": 6}]
                )
            case Located(latitude, longitude):
                self.fake.says(location={"latitude": latitude, "longitude": longitude})
            case Introduced(phone, name):
                self.fake.says(contact={"phone_number": phone, "first_name": name})
            case Showed(kind):
                self.fake.says(**SHOWN_ON_TELEGRAM[kind])
            case Scanned(texts):
                self.fake.files["photo"] = photo_of(texts)
                self.fake.says(photo=[{**FILE, "file_id": "photo", "width": 9, "height": 9}])
        update = self.fake.number
        await answered(self.store, f"{self.name}:{self.chat}", str(update))

    def _shortened(self, label: str) -> str:
        shown = [line[1:-1] for lines in self.fake.log for line in lines if line.startswith("[")]
        return next((one for one in reversed(shown) if same_label(label, one)), label)

    def everything(self) -> list[str]:
        return [line for lines in self.fake.log for line in lines]


SHOWN_ON_TELEGRAM: dict[Kind, dict[str, Any]] = {
    "picture": {"photo": [{**FILE, "width": 1, "height": 1}]},  # which Telegram does not give
    "voice": {"voice": {**FILE, "duration": 1}},
    "video": {"video": {**FILE, "width": 1, "height": 1, "duration": 1}},
    "sticker": {
        "sticker": {**FILE, "width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular"}
    },
    "file": {"document": FILE},
    "other": {"dice": {"emoji": "🎲", "value": 1}},
}


def same_label(whole: str, shown: str) -> bool:
    """A phone's button has room for so much."""
    return whole == shown or (shown.endswith("…") and whole.startswith(shown[:-1]))


# -- Zalo, both of them: choices are numbered


NUMBERED = re.compile(r"(\d{1,2})\. (.+)")


class Numbering(Wire):
    """Choices are answered by their number while they are on screen, later by their words."""

    def texts(self) -> list[str]:
        """All that was shown, as it came."""
        raise NotImplementedError

    async def writes(self, words: str) -> None:
        raise NotImplementedError

    async def opens(self, payload: str) -> None:
        """The chat, or follows the account."""
        raise NotImplementedError

    async def does(self, content: Content) -> None:
        """What is neither words nor a choice."""
        raise CannotError(content)

    async def hears(self, content: Content) -> None:
        match content:
            case Chose(label=label):
                await self.writes(self._number_of(label) or label)
            case Wrote(text):
                await self.writes(text)
            case Started(payload):
                await self.opens(payload)
            case _:
                await self.does(content)

    def _number_of(self, label: str) -> str | None:
        """Of the last menu that was shown."""
        menu: dict[str, str] = {}
        for text in self.texts():
            for line in text.split("\n"):
                if found := NUMBERED.fullmatch(line):
                    if found[1] == "1":
                        menu = {}
                    menu[found[2]] = found[1]
        return menu.get(label)

    def everything(self) -> list[str]:
        return [as_in_scripts(line) for text in self.texts() for line in text.split("\n") if line]


def as_in_scripts(line: str) -> str:
    if found := NUMBERED.fullmatch(line):
        return f"[{found[2]}]"
    return re.sub(r"^⚠️ ", "! ", line)


class OnZalo(Numbering):
    name, chat = "zalo", zalo_calls.MAI

    def __init__(self, address: str, fake: fake_zalo.FakeZalo, session: ClientSession, clock: Clock) -> None:
        super().__init__()
        self.fake, self.url, self.session, self.clock = fake, address, session, clock
        self.numbers = count(1)

    def settings(self) -> dict[str, Any]:
        return {
            "zalo_app_id": zalo_calls.APP,
            "zalo_app_secret": fake_zalo.SECRET,
            "zalo_oa_secret": zalo_calls.OA_SECRET,
            "zalo_a_minute": 1_000_000,
            "zalo_api": self.url,
            "zalo_oauth": self.url,
        }

    async def begin(self, store: Store, turns: Turns, server: TestServer) -> None:
        self.store, self.hook = store, server.make_url("/zalo/webhook")
        self.fake.access, self.fake.until = "access", self.clock.now() + timedelta(days=365)
        pair = Pair(access="access", refresh=self.fake.consent())
        store.run_now(lambda unit: unit.grants.put("zalo", pair, self.fake.until))

    async def writes(self, words: str) -> None:
        await self._comes(self._message("text", {"text": words}))

    async def opens(self, payload: str) -> None:
        if payload:
            raise CannotError("a link that says what it was opened for")
        await self._comes(zalo_calls.Zalo().follows(at=self._at()))

    async def does(self, content: Content) -> None:
        match content:
            case Located(latitude, longitude):
                place = {"coordinates": {"latitude": f"{latitude}", "longitude": f"{longitude}"}}
                await self._comes(self._message("location", {"attachments": [{"type": "location", "payload": place}]}))
            case Introduced(phone, name):
                submitted = zalo_calls.Zalo().submits({"name": name, "phone": phone})
                await self._comes({**submitted, "timestamp": self._at()})
            case Showed(kind) if kind in SHOWN_ON_ZALO:
                await self._comes(self._message(SHOWN_ON_ZALO[kind], {}))
            case _:
                raise CannotError(content)

    def _message(self, kind: str, message: dict[str, Any]) -> dict[str, Any]:
        return zalo_calls.Zalo().message(kind, message, at=self._at())

    def _at(self) -> str:
        return str(int(self.clock.now().timestamp() * 1000) + next(self.numbers))

    async def _comes(self, event: dict[str, Any]) -> None:
        self.fake.heard[self.chat] = self.clock.now()
        update = zalo_intake.update_of(event, b"")
        assert update
        async with self.session.post(self.hook, **zalo_calls.call(event)) as answer:
            assert answer.status == 200
        await answered(self.store, f"{self.name}:{self.chat}", update.key)

    def texts(self) -> list[str]:
        return [shown for _, message in self.fake.shown if (shown := text_of(message, self.fake))]


SHOWN_ON_ZALO: dict[Kind, str] = {
    "picture": "image",  # and no address to fetch it from
    "voice": "audio",
    "video": "video",
    "sticker": "sticker",
    "file": "file",
    "other": "location",  # and no place
}


def text_of(message: dict[str, Any], fake: fake_zalo.FakeZalo) -> str:
    if message.get("attachment", {}).get("type") == "file":
        return f"(tệp) {fake.uploads[message['attachment']['payload']['token']][0]}"
    return str(message.get("text", ""))


class OnZaloBot(Numbering):
    name, chat = "zalobot", fake_zalobot.MAI

    def __init__(self, address: str, fake: fake_zalobot.FakeZaloBot) -> None:
        super().__init__()
        self.fake, self.url = fake, address

    def settings(self) -> dict[str, Any]:
        return {"zalobot_token": fake_zalobot.TOKEN, "zalobot_api": self.url}

    async def begin(self, store: Store, turns: Turns, server: TestServer) -> None:
        self.store = store

    async def writes(self, words: str) -> None:
        await self._comes("message.text.received", text=words)

    async def opens(self, payload: str) -> None:
        await self.writes(f"/start {payload}".strip())

    async def does(self, content: Content) -> None:
        if not isinstance(content, Showed) or content.kind not in SHOWN_ON_ZALO_BOT:
            raise CannotError(content)
        await self._comes(f"message.{SHOWN_ON_ZALO_BOT[content.kind]}.received")

    async def _comes(self, event: str, **content: Any) -> None:
        update = self.fake.comes(event, **content)
        await answered(self.store, f"{self.name}:{self.chat}", update["message"]["message_id"])

    def texts(self) -> list[str]:
        return [text for whose, text in self.fake.sent if whose == self.chat]


SHOWN_ON_ZALO_BOT: dict[Kind, str] = {
    "picture": "image",
    "voice": "voice",
    "sticker": "sticker",
    "other": "unsupported",
}


# -- the terminal and the web, which wait for their answer


class OnTerminal(Wire):
    name, chat = "terminal", "1"

    def __init__(self) -> None:
        super().__init__()
        self.printed: list[str] = []
        self.terminal = Terminal(self.printed.append)
        self.numbers = count(1)

    async def begin(self, store: Store, turns: Turns, server: TestServer) -> None:
        self.turns = turns

    async def hears(self, content: Content) -> None:
        if isinstance(content, Chose):
            content = self.terminal.read(f"[{content.label}]")
        elif isinstance(content, Wrote):
            content = self.terminal.read(content.text)
        elif not isinstance(content, Started):
            raise CannotError(content)
        await self.turns.take(Heard(self.name, self.chat, str(next(self.numbers)), content))

    def everything(self) -> list[str]:
        return [line for shown in self.printed for line in shown.split("\n") if line]


class Page(HTMLParser):
    """The page as the citizen reads it: its turns' lines, and the fields of its form."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[tuple[int, str]] = []  # with the number of their turn
        self.turn = 0
        self.options: dict[str, str] = {}
        self.fields: dict[str, str] = {}
        self._words: list[str] | None = None
        self._kind = self._option = ""
        self._depth = 0  # of the log; 0: outside
        self._mine = False
        self._files = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and given.get("type") == "hidden":
            self.fields.setdefault(given["name"], given["value"])
        if given.get("id") == "log":
            self._depth = 1
        elif self._depth and tag == "div":
            self._depth += 1
            self.turn = int(given.get("data-turn", self.turn))
        if not self._depth:
            return
        if tag == "ul":
            self._files = given.get("class") == "files"
        if tag in ("p", "h2", "h3", "li", "button"):
            hidden = given.get("class") in ("mine", "unseen")
            self._words, self._mine = [], hidden
            self._kind = "warning" if given.get("class") == "warning" else tag
            self._option = given.get("value", "")
        if tag == "strong":
            self._mine = True  # the word "Lưu ý" before a warning is the page's, not the answer's

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag == "div":
            self._depth -= 1
        if tag == "strong" and self._kind == "warning":
            self._mine = False
        if tag not in ("p", "h2", "h3", "li", "button") or self._words is None:
            return
        words = "".join(self._words).strip()
        if words:
            marks = {"warning": "! ", "li": "(tệp) " if self._files else "• "}
            line = f"[{words}]" if tag == "button" else marks.get(self._kind, "") + words
            self.lines.append((self.turn, line))
            if tag == "button":
                self.options[words] = self._option
        self._words, self._mine = None, False

    def handle_data(self, data: str) -> None:
        if self._words is not None and not self._mine:
            self._words.append(data)


class OnWeb(Wire):
    """A browser without JavaScript: a form is posted, the page comes again."""

    name = "web"

    def __init__(self, session: ClientSession) -> None:
        super().__init__()
        self.session = session
        self.page = Page("")
        self.options: dict[str, str] = {}
        self.read: list[str] = []

    async def begin(self, store: Store, turns: Turns, server: TestServer) -> None:
        self.url, self.store = server.make_url("/"), store

    async def hears(self, content: Content) -> None:
        """The page greets who opens it; what they do there comes after that."""
        if isinstance(content, Started):
            await self.looks(self.url.with_query(p=content.payload) if content.payload else None)
            return
        if not self.chat:
            await self.looks()
            self.forget()
        fields = {"csrf": self.page.fields["csrf"], "update": self.page.fields["update"]}
        form: FormData | dict[str, str]
        match content:
            case Chose(label=label):
                form = {**fields, "option": self.options[label], "label": label}
            case Wrote(text):
                form = {**fields, "text": text}
            case Located(latitude, longitude):
                form = {**fields, "lat": f"{latitude}", "lon": f"{longitude}"}
            case Scanned(texts):
                form = FormData(fields)
                form.add_field("photo", photo_of(texts), filename="photo.jpg", content_type="image/jpeg")
            case _:
                raise CannotError(content)
        async with self.session.post(self.url / "message", data=form) as answer:
            assert answer.status == 200
            self._shows(await answer.text())

    async def looks(self, url: URL | None = None) -> None:
        async with self.session.get(url or self.url) as answer:
            assert answer.status == 200
            self._shows(await answer.text())

    def _shows(self, html: str) -> None:
        self.page = Page(html)
        self.options |= self.page.options
        if not self.chat:
            self.chat = str(number_of(self.store, "SELECT max(chat) FROM turn")).partition(":")[2]

    def everything(self) -> list[str]:
        return [line for _, line in self.page.lines]

    def seen(self) -> list[str]:
        return [line for turn, line in self.page.lines if turn > self.mark]

    def forget(self) -> None:
        """What stands on the page may be deleted there, too: `mark` is the number of the last turn that was read."""
        self.mark = self.page.turn


# -- everything together


def photo_of(texts: tuple[str, ...]) -> bytes:
    """A page with these codes on it, the first nearest to its middle."""
    places = ((0.5, 0.5), (0.25, 0.15))
    return taken(page(*((square(text), place) for text, place in zip(texts, places, strict=False))))


async def answered(store: Store, address: str, update: str) -> None:
    await until(lambda: is_known(store, address, update) and is_settled(store))


def is_known(store: Store, address: str, update: str) -> bool:
    known = "SELECT count(*) FROM turn WHERE chat = :chat AND update_id = :key"
    return number_of(store, known, chat=address, key=update) == 1


def is_settled(store: Store) -> bool:
    """Nothing waits in the inbox, and no answer is on its way; what waits for the morning is not."""
    soon = store.now() + 2 * LEASE
    under_way = "SELECT count(*) FROM turn WHERE due_at IS NOT NULL AND due_at <= :soon"
    return number_of(store, "SELECT count(*) FROM inbox") == 0 and number_of(store, under_way, soon=soon) == 0


def number_of(store: Store, query: str, **values: Any) -> Any:
    with store.engine.begin() as connection:
        return connection.execute(sql(query), values).scalar()


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(3 * PATIENCE):
        while not true():  # noqa: ASYNC110  # what is waited for is in the database
            await asyncio.sleep(0.002)


@asynccontextmanager
async def talking_on(
    wire: Wire, world: World, store: Store, clock: Clock, serves: Serves, session: ClientSession
) -> AsyncIterator[TalkOn]:
    """The service as app.py puts it together, but for the post and the agencies, which a script speaks for."""
    agency = OneAgency()
    now = replace(world, now=clock.here)
    work = tracking(store, routes_to(agency), now)
    settings = Settings(_env_file=None, **wire.settings())
    receipts, web_channel = Receipts(), WebChat()
    files = OrderFiles(store, world.post.visits, world.post.tariffs, clock.now)
    links = FileLinks(KEY, "https://thutuc.example.vn", clock.now)
    alarms = Alarms(store, clock.now)
    tools = Tools(settings, store, now, files, receipts, links, alarms, lambda what: KEY.hex(), {})
    async with AsyncExitStack() as stack:
        stack.callback(receipts.close)
        opened: dict[str, Opened] = await stack.enter_async_context(app_channels.connected(tools))
        senders: dict[str, Any] = {name: one.channel for name, one in opened.items()} | {"web": web_channel}
        if isinstance(wire, OnTerminal):
            senders["terminal"] = wire.terminal
        turns = Turns(store, now, senders, work.lookups.find, alarms=alarms)
        inbox = Inbox(turns, {name: one.channel for name, one in opened.items()})
        application = web_chat(turns, store, KEY, web_channel, files, receipts, a_minute=10_000)
        stack.push_async_callback(inbox.close)
        for one in opened.values():
            await stack.enter_async_context(one.listen(inbox, application))
        await wire.begin(store, turns, await serves(application))
        screen = Screen(lines=Seen(wire))
        yield TalkOn(turns, screen, clock, agency, work.follower, wire=wire, inbox=inbox)
