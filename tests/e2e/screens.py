"""Conversations that show every kind of page, held beside the browser, which then opens them by their cookie."""

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.app_dossiers import tracking
from bot.dialogue.events import Chose, Content, Heard, Started, Wrote
from bot.dialogue.world import World
from bot.dossiers.dossier import Answer, Owner
from bot.handlers.web.visitor import COOKIE, Visitor, new_id
from bot.services.dossiers.routes import PORTAL_PAGE, Route, Routes
from bot.storage.store import Store
from bot.texts.message import Message
from bot.turn import Turns
from tests.conftest import OneAgency
from tests.e2e.page import Page
from tests.tracked import a_dossier

CODE = "H26.15-261112-0042"
WISH = {"vi": "lam giay khai sinh cho con moi de", "en": "birth certificate for my baby"}
FIRE = {"vi": "chay nha roi", "en": "my house is on fire"}
LONG = "x" * 300
# What is said, word for word or by language, or "[…": the button whose option begins so.
Words = tuple[str | dict[str, str], ...]
SCREENS: dict[str, Words] = {
    "greeting": (),
    "procedure": (WISH, "[papers:", FIRE, LONG),
    "booking": (
        *(WISH, "[book:", "[agree", "Dong Kinh, Lang Son", "12 Tran Phu", "[put:visit/"),
        *("Nguyen Thi Lan", "0912345678", "[put:papers/all/", "[put:back/yes"),
    ),
    "dossier": (CODE, "[prove:", "5678", "[follow:"),
}
PLACES = {"error": "/nowhere", "poster": "/poster/th_1-001193", "poster of all": "/poster"}
LANGUAGES = ("vi", "en")


@dataclass
class Citizen:
    turns: Turns
    language: str
    token: str = field(default_factory=new_id)
    said: tuple[Message, ...] = ()

    async def talks(self, words: Words) -> None:
        await self._hears(Started(), "start")
        for number, one in enumerate(words):
            wording = one if isinstance(one, str) else one[self.language]
            content = self._tapped(wording[1:]) if wording.startswith("[") else Wrote(wording)
            await self._hears(content, str(number))

    async def _hears(self, content: Content, update: str) -> None:
        chat = Visitor(self.token, came_back=True).chat
        self.said = (await self.turns.take(Heard("web", chat, update, content, self.language))).replies

    def _tapped(self, option: str) -> Chose:
        buttons = [button for message in self.said for button in message.buttons]
        for button in buttons:
            if button.option.startswith(option):
                return Chose(button.option, button.label)
        pytest.fail(f"{option} is not among {[button.option for button in buttons]}")


class Nobody:
    """No page is open yet."""

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None: ...


def held(store: Store, world: World) -> dict[tuple[str, str], str]:
    """Screen and language -> the token of a conversation that shows it."""
    dossier = a_dossier("supplement", code=CODE, system="agency")
    agency = OneAgency(answers={CODE: Answer(dossier=dossier, owner=Owner(name="Nguyễn Văn An", phone="0912345678"))})
    route = Route("agency", "Một cửa để thử", "The one-stop desk of the tests", agency, per_minute=6000, at_once=4)
    portal = Route("portal", "Cổng quốc gia", "The national portal", page=PORTAL_PAGE, holds=False)
    lookups = tracking(store, Routes({"H26": route, "*": portal}), world).lookups
    turns = Turns(store, world, {"web": Nobody()}, lookups.find)
    tokens: dict[tuple[str, str], str] = {}

    async def talk() -> None:
        for language in LANGUAGES:
            for screen, words in SCREENS.items():
                citizen = Citizen(turns, language)
                await citizen.talks(words)
                tokens[screen, language] = citizen.token

    asyncio.run(talk())
    return tokens


@dataclass
class Stage:
    page: Page
    address: str
    tokens: dict[tuple[str, str], str]

    def shows(self, screen: str, language: str) -> None:
        token = self.tokens[screen if screen in SCREENS else "greeting", language]
        self.page.asks_chromium("Network.enable")
        self.page.asks_chromium("Network.clearBrowserCookies")
        self.page.asks_chromium("Network.setCookie", name=COOKIE, value=token, url=self.address, httpOnly=True)
        self.page.asks_chromium("Network.setExtraHTTPHeaders", headers={"Accept-Language": language})
        self.page.driver.get(self.address + PLACES.get(screen, "/"))
        if screen == "photo":
            self.page.runs("document.querySelector('#photo').open = true")
        assert self.page.one("html").get_attribute("lang") == language
        if screen in SCREENS:
            assert len(self.page.all(".turn")) == 1 + len(SCREENS[screen])
