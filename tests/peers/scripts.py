"""The conversation scripts on Telegram: each through the real channel, over a socket, with every call written down.

The scripts' own expectations are checked on what the channel was given to show; what the channel made of it is the
record, which the peers judge.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import copy
from typing import Any

from bot.app_files import OrderFiles
from bot.channel import Happening, Update
from bot.dialogue.events import Chose, Content, Heard, Introduced, Located, Scanned, Showed, Started, Wrote
from bot.dialogue.world import World
from bot.handlers.telegram.building import TelegramBot, build
from bot.handlers.telegram.channel import TelegramChannel
from bot.handlers.telegram.intake import update_of
from bot.handlers.telegram.keyboards import shortened
from bot.inbox import Inbox
from bot.storage.store import opened
from bot.storage.vault import Vault
from bot.texts.message import Message
from tests.conftest import KEY, Clock, Screen, Talk, talking
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.on_telegram import Unhurried
from tests.peers.calls import Call, noting
from tests.peers.running import served

CHAT = "7"
NO_WEBHOOK = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
FILE = {"file_id": "a", "file_unique_id": "a"}
SHOWN: dict[str, dict[str, Any]] = {
    "picture": {"photo": [{**FILE, "width": 9, "height": 9}]},
    "voice": {"voice": {**FILE, "duration": 1}},
    "video": {"video": {**FILE, "width": 1, "height": 1, "duration": 1}},
    "sticker": {
        "sticker": {**FILE, "width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular"}
    },
    "file": {"document": FILE},
    "other": {"dice": {"emoji": "🎲", "value": 1}},
}


@dataclass(frozen=True)
class Answer:
    """What the channel was given to show, and the calls it made of it."""

    messages: tuple[Message, ...]
    calls: tuple[Call, ...]


@dataclass
class Record:
    calls: list[Call] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # by the pretend Telegram


@dataclass
class Eyes:
    """Sees in a picture what the script says is in it."""

    codes: tuple[str, ...] = ()

    async def codes_in(self, image: bytes) -> tuple[str, ...]:
        return self.codes


@dataclass(frozen=True)
class Noted:
    """The channel, and a screen beside it."""

    channel: TelegramChannel
    screen: Screen
    record: Record
    name: str = "telegram"

    async def read(self, update: Update) -> Happening | None:
        return await self.channel.read(update)

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        before = len(self.record.calls)
        await self.channel.send(chat, messages, skip)
        self.record.answers.append(Answer(messages, tuple(self.record.calls[before:])))
        await self.screen.send(chat, messages)

    async def apologise(self, heard: Heard) -> None:
        await self.channel.apologise(heard)


@dataclass(kw_only=True)
class TelegramTalk(Talk):
    """What the citizen does becomes an update as Telegram writes it."""

    api: FakeTelegram
    bot: TelegramBot
    channel: TelegramChannel
    inbox: Inbox
    eyes: Eyes

    async def taps(self, label: str) -> None:
        self.screen.lines.clear()
        self.api.taps(shortened(label))
        await self.brought()

    async def _hears(self, content: Content) -> None:
        self.screen.lines.clear()
        self._tells(content)
        await self.brought()

    async def brought(self) -> None:
        """What Telegram has for the bot reaches it, and is answered when this returns."""
        raws, self.api.updates[:] = list(self.api.updates), []
        await self.inbox.take([update for raw in raws if (update := update_of(raw))])
        await self.inbox.settled()

    def _tells(self, content: Content) -> None:
        match content:
            case Wrote(text):
                self.api.says(text=text, **commanded(text))
            case Started(payload):
                self._tells(Wrote(f"/start {payload}".rstrip()))
            case Showed(kind):
                self.eyes.codes = ()
                self.api.says(**SHOWN[kind])
            case Scanned(texts):
                self.eyes.codes = texts
                self.api.files = {"a": b"a picture"}
                self.api.says(**SHOWN["picture"])
            case Located(latitude, longitude):
                self.api.says(location={"latitude": latitude, "longitude": longitude})
            case Introduced(phone, name):
                self.api.says(contact={"phone_number": phone, "first_name": name})
            case Chose():
                raise AssertionError("buttons are tapped by their label")

    @property
    def address(self) -> str:
        return f"telegram:{CHAT}"


def commanded(text: str) -> dict[str, Any]:
    if not text.startswith("/"):
        return {}
    return {"entities": [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]}


@asynccontextmanager
async def on_telegram(world: World, database: Path, record: Record) -> AsyncIterator[TelegramTalk]:
    """`database`: an empty one with its tables, of this talk alone."""
    clock, api, eyes = Clock(), FakeTelegram(), Eyes()
    store = opened(f"sqlite:///{database}", Vault(KEY), clock.now)
    application = api.application()
    application.middlewares.append(noting(record.calls, {"getWebhookInfo": NO_WEBHOOK}))
    async with served(application) as address, build(TOKEN, address) as bot:
        files = OrderFiles(store, world.post.visits, world.post.tariffs, clock.now)
        channel = TelegramChannel(bot, files, eyes, Unhurried())
        talk = talking(world, store, clock)
        noted = Noted(channel, talk.screen, record)
        turns = replace(talk.turns, senders={"telegram": noted})
        inbox = Inbox(turns, {"telegram": noted})
        theirs = talk.screen, clock, talk.agency, talk.follower
        yield TelegramTalk(turns, *theirs, api=api, bot=bot, channel=channel, inbox=inbox, eyes=eyes)
        await inbox.close()
        await channel.close()
    store.close()
    record.refused += api.refused


def copied(migrated: Path, folder: Path, name: str) -> Path:
    return Path(copy(migrated, folder / f"{name}.db"))
