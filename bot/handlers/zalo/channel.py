"""Zalo Official Account, the channel of citizens: what they are shown, and by what right it may be sent just now.

Until 7 days after their last word anything may be sent (after 48 hours for money). Then only approved templates; what
has none is kept for their next word (CHANNELS §2.3).
"""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from bot.channel import Happening, SendError, Update
from bot.dialogue.events import Heard
from bot.dialogue.step import text
from bot.handlers.files import FileBody, Files
from bot.handlers.languages import language_of
from bot.handlers.numbering import cut, named, nfc
from bot.handlers.zalo.api import ZaloApi
from bot.handlers.zalo.errors import ZaloError, verdict
from bot.handlers.zalo.faults import Faults
from bot.handlers.zalo.showing import LONGEST, Part, Showing
from bot.handlers.zalo.showing import ZALO as CAN
from bot.handlers.zalo.templates import Filled, Templates
from bot.handlers.zalo.uploads import Uploads
from bot.storage.store import Store
from bot.texts.message import Message, ShownFile
from bot.texts.render import words
from bot.tracebacks import where

NAME = "zalo"

log = structlog.get_logger()


class Reads(Protocol):
    """What an event means (reading.py)."""

    async def read(self, update: Update) -> Happening | None: ...


class Links(Protocol):
    """An address under which whoever has it may fetch a file for some days. None: there is no public address."""

    def of(self, file: ShownFile, address: str) -> str | None: ...


@dataclass(frozen=True)
class ZaloChannel:
    api: ZaloApi
    store: Store
    reader: Reads
    uploads: Uploads
    showing: Showing = field(default_factory=Showing)
    templates: Templates = field(default_factory=Templates)
    files: Files | None = None
    links: Links | None = None
    faults: Faults | None = None
    name: str = NAME

    async def read(self, update: Update) -> Happening | None:
        return await self.reader.read(update)

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        template = None if skip else self.templates.filled(messages)
        if await self._is_silent(chat):
            await self._tell(chat, template)
            return
        try:
            await self._show_all(chat, self.showing.planned(messages), skip)
        except SendError as failure:
            if is_lost(failure) and not any(message.notice for message in messages):
                await self._say_sorry(chat, language_of(messages))  # else their question stays without any answer
            if not (failure.at_next_contact and template and failure.sent == 0):
                raise
            await self._tell(chat, template)  # Zalo counts the days otherwise than we do

    async def apologise(self, heard: Heard) -> None:
        await self._say_sorry(heard.chat, spoken(heard))

    async def _say_sorry(self, chat: str, language: str) -> None:
        with suppress(ZaloError):
            await self.api.show(chat, {"text": words(text("broken"), language)})

    async def _is_silent(self, chat: str) -> bool:
        """Longer than Zalo lets us write. Of whom nothing is known, Zalo may know more."""
        contact = await self.store.run(lambda unit: unit.contacts.get(f"{NAME}:{chat}"))
        return bool(CAN.window and contact.heard_at and self.store.now() - contact.heard_at > CAN.window)

    async def _show_all(self, chat: str, planned: list[Part], skip: int) -> None:
        """Raises SendError with the count of those that were taken."""
        for sent, part in enumerate(planned[skip:]):
            try:
                await self._show(chat, part)
            except ZaloError as error:
                raise await self._failed(error, sent) from None
        await self._well()

    async def _tell(self, chat: str, notice: Filled | None) -> None:
        """By a template. What cannot be told so is not lost: it waits for their next word. Raises SendError."""
        if notice is None:
            raise SendError("zalo: silent for 7 days", retryable=False, at_next_contact=True)
        try:
            await self.api.tell(chat, notice.template, notice.values)
        except ZaloError as error:
            failure = await self._failed(error, 0)
            if failure.retryable or failure.gone:
                raise failure from None
            raise SendError(str(error), retryable=False, at_next_contact=True) from None
        await self._well()

    async def _show(self, chat: str, part: Part) -> None:
        """Raises ZaloError."""
        if part.file:
            await self._hand_over(chat, part.file, part.language)
            return
        try:
            await self.api.show(chat, part.message)
        except ZaloError as error:
            if part.instead is None or error.kind not in ("permanent", "refused"):
                raise
            log.error("zalo: buttons or a card not taken; see docs/connect-zalo.md", code=error.code)
            for message in part.instead:
                await self.api.show(chat, message)

    async def _hand_over(self, chat: str, file: ShownFile, language: str) -> None:
        """By upload; else by a link; else it is said that there is one. What cannot be made is left out: the words
        that came before it are what matters. Raises ZaloError.
        """
        made = await self._made(chat, file)
        if made is None:
            return
        try:
            if await self._uploaded(chat, made, file):
                return
        except ZaloError as error:
            if error.kind not in ("permanent", "refused", "attachment"):
                raise
        address = self.links.of(file, f"{NAME}:{chat}") if self.links else None
        await self.api.show(chat, {"text": named(file, address, language)})

    async def _uploaded(self, chat: str, made: FileBody, file: ShownFile) -> bool:
        """False: Zalo takes no such file. Raises ZaloError."""
        label = cut(nfc(file.label), LONGEST)
        message = await self.uploads.message(made, label)
        if message is None:
            return False
        try:
            await self.api.show(chat, message)
        except ZaloError as error:
            if error.kind != "attachment":
                raise
            again: dict[str, Any] = await self.uploads.message(made, label, anew=True) or {}
            await self.api.show(chat, again)
        return True

    async def _made(self, chat: str, file: ShownFile) -> FileBody | None:
        kind = file.ref.partition("/")[0]
        try:
            made = await self.files.read(file.ref, f"{NAME}:{chat}") if self.files else None
        except Exception as error:  # a fault of ours must not make the words come again and again
            log.error("zalo: no file", kind=kind, error=type(error).__name__, at=where(error))
            return None
        if made is None:
            log.warning("zalo: no such file", kind=kind)
        return made

    async def _failed(self, error: ZaloError, sent: int) -> SendError:
        if self.faults:
            await self.faults.saw(error)
        return verdict(error, sent, self.store.now())

    async def _well(self) -> None:
        if self.faults:
            await self.faults.well()


def is_lost(failure: SendError) -> bool:
    """This message comes to nobody, now or later."""
    return not (failure.retryable or failure.at_next_contact or failure.gone)


def spoken(heard: Heard) -> str:
    return "en" if heard.language.startswith("en") else "vi"
