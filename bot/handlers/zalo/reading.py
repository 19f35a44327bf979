"""What an event of the Official Account means. Shapes: CHANNELS §2.6; where sources disagree, all of them are read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from bot.channel import Happening, Left, StaffSpoke, Update
from bot.choices import LOOKED_THROUGH
from bot.dialogue.events import Chose, Content, Heard, Introduced, Kind, Located, Scanned, Showed, Started, Wrote
from bot.handlers.foreign import Json, milliseconds, moment, number_at, parsed, within, words_at
from bot.handlers.viewer import UNREAD, Viewer
from bot.handlers.zalo.echoes import Echoes
from bot.handlers.zalo.intake import CHANNEL, OF_STAFF
from bot.handlers.zalo.showing import TAP
from bot.storage.store import Store, Unit
from knowledge.phones import Phone, find_phone

TAPPED = re.compile(rf"{TAP}([!-~]{{1,200}})")  # a tap comes back as a text: what the button carries
PICTURE_NAMES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".gif", ".bmp")
SHOWN: dict[str, Kind] = {
    "user_send_sticker": "sticker",
    "user_send_gif": "video",
    "user_send_video": "video",
    "user_send_audio": "voice",
}


def today() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Reader:
    viewer: Viewer
    echoes: Echoes
    store: Store
    now: Callable[[], datetime] = today

    async def read(self, update: Update) -> Happening | None:
        """None: nothing we listen to, or nothing that can be made sense of."""
        event = parsed(update.body)
        if event is None:
            return None
        name, address = words_at(event, "event_name"), f"{CHANNEL}:{update.chat}"
        at = self._time_of(event)
        if name == "unfollow":
            return Left(address, at)
        if name == "follow":
            return await self._followed(update, address, at)
        if name in OF_STAFF:
            return None if await self.echoes.is_ours(address, event, at) else StaffSpoke(address, at)
        content = await self._content_of(name, event, update.chat)
        written_at = at if milliseconds(words_at(event, "timestamp")) else None
        return Heard(CHANNEL, update.chat, update.key, content, written_at=written_at) if content else None

    def _time_of(self, event: Json) -> datetime:
        count = milliseconds(words_at(event, "timestamp"))
        return moment(count) if count else self.now()

    async def _followed(self, update: Update, address: str, at: datetime) -> Heard | None:
        """They are greeted, and what waited for them is sent. Unless they left since: news of it may come late."""
        gone = (await self.store.run(lambda unit: unit.contacts.get(address))).gone_at
        return None if gone and gone > at else Heard(CHANNEL, update.chat, update.key, Started(), written_at=at)

    async def _content_of(self, name: str, event: Json, chat: str) -> Content | None:
        match name:
            case "user_send_text":
                return await self._said(words_at(event, "message", "text"), chat)
            case "user_send_link":
                return linked(event)
            case "user_send_image":
                return await self._pictured(event, chat)
            case "user_send_file":
                return await self._pictured(event, chat) if is_picture(event) else Showed("file")
            case "user_send_location":
                return located(event) or Showed("other")
            case "user_send_business_card" | "user_submit_info":
                return introduced(event) or Showed("other")
        return Showed(SHOWN[name]) if name in SHOWN else None

    async def _said(self, words: str, chat: str) -> Content:
        if tap := TAPPED.fullmatch(words):
            option = tap[1]
            return Chose(option, await self.store.run(partial(label_of, option, f"{CHANNEL}:{chat}")))
        return Wrote(words) if words else Showed("other")

    async def _pictured(self, event: Json, chat: str) -> Content:
        """What its codes say; else the words with it; else that a picture came."""
        addresses = [
            address
            for payload in payloads(event)
            if (address := words_at(payload, "url") or words_at(payload, "thumbnail"))
        ]
        seen = await self.viewer.seen(chat, addresses)
        words = words_at(event, "message", "text")
        return Wrote(words) if words and seen in (UNREAD, Scanned()) else seen


def payloads(event: Json) -> list[object]:
    found = within(event, "message", "attachments")
    return [within(one, "payload") for one in found] if isinstance(found, list) else []


def is_picture(event: Json) -> bool:
    """By its name, or what it is said to be; what it is, its bytes tell."""
    payload = within(event, "message", "attachments", 0, "payload")
    said = words_at(payload, "type").lower()
    return said.startswith("image") or words_at(payload, "name").lower().endswith(PICTURE_NAMES)


def label_of(option: str, address: str, unit: Unit) -> str:
    """As it stood on the button, if that was lately."""
    turns = reversed(unit.turns.latest(address, LOOKED_THROUGH))
    buttons = (button for turn in turns for message in turn.replies for button in message.buttons)
    return next((button.label for button in buttons if button.option == option), "")


def linked(event: Json) -> Content:
    """A link is read as words: it may hold the code of a dossier. A card is shared this way, too."""
    if contact := introduced(event):
        return contact
    given = [words_at(event, "message", "text")]
    given += [words_at(payload, key) for payload in payloads(event) for key in ("title", "url")]
    words = " ".join(dict.fromkeys(filter(None, given)))
    return Wrote(words) if words else Showed("other")


def located(event: Json) -> Located | None:
    """
    >>> place = {"latitude": "21.8529", "longitude": "106.7610"}
    >>> located({"message": {"attachments": [{"type": "location", "payload": {"coordinates": place}}]}})
    Located(latitude=21.8529, longitude=106.761)
    """
    payload = within(event, "message", "attachments", 0, "payload")
    ways = (within(payload, "coordinates"), within(payload, "location"), payload)
    for place in (*ways, within(event, "message", "location"), within(event, "message", "coordinates")):
        latitude = first_number(place, "latitude", "lat")
        longitude = first_number(place, "longitude", "long", "lon", "lng")
        if latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180:
            return Located(latitude, longitude)
    return None


def first_number(place: object, *keys: str) -> float | None:
    return next((number for key in keys if (number := number_at(place, key)) is not None), None)


def introduced(event: Json) -> Introduced | None:
    """Whoever's it is. Of the fields of `info` in either of its shapes only name and phone are used."""
    info = within(event, "info")
    if phone := words_at(info, "phone"):
        return Introduced(phone, words_at(info, "name"))
    for payload in payloads(event):
        card = parsed(words_at(payload, "description").encode("utf-8", "replace")) or {}
        for source in (payload, card):
            if isinstance(find_phone(phone := words_at(source, "phone")), Phone):
                return Introduced(phone, words_at(payload, "title") or words_at(source, "name"))
    return None
