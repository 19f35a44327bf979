"""A citizen who books a pickup in the web chat, as a browser would: a cookie of its own, forms, no shortcut.

When the service dies under a form, the same form is sent again with the same update id until it is answered, as
static/chat.js does when its "again" is tapped. Whatever happens in between, that stays one turn.
"""

import asyncio
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from random import Random
from secrets import token_hex

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

from bot.pickup.order import Visit
from bot.texts.render import texts
from knowledge.order_numbers import read_order_number
from knowledge.places import Commune
from knowledge.slots import known_places
from knowledge.visits import load_visits
from knowledge.zone import VIETNAM

BUTTON = re.compile(r'<button form="tap" name="option" value="([^"]*)">([^<]*)</button>')
COOKIE = re.compile(r"noidai_chat=([\w-]{22})")
CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
TURN = re.compile(r'<div class="turn"(?P<head>[^>]*)>(?P<body>.*?)(?=<div class="turn"|<form|\Z)', re.DOTALL)
MINE = '<p class="mine">'
TAG = re.compile(r"<[^>]+>")
ASKED = ("procedure", "commune", "street", "visit", "name", "phone", "papers", "back")
SHIFTS = {"morning": "sáng", "afternoon": "chiều"}
PROVINCE = "20"
FAMILIES = ("Nguyễn", "Hoàng", "Nông", "Lý", "Vi", "Hà", "Lương", "Triệu")
MIDDLES = ("Văn", "Thị", "Minh", "Thu", "Quốc")
GIVEN = ("An", "Bình", "Dung", "Hạnh", "Khánh", "Lan", "Mai", "Sơn", "Tuyết", "Yến")
STREETS = ("Trần Phú", "Lê Lợi", "Hùng Vương", "Bà Triệu", "Phai Vệ")
WAIT = 0.2  # seconds before the same form is sent again
PATIENCE = 120.0  # seconds for one answer: a start of the service takes a few, five starts take more
MOST_TURNS = 15  # of one booking; it takes four when nothing is asked back
AGAIN = (429, 500, 502, 503)


class LostError(Exception):
    """The conversation does not come to an order; the message says where it stuck."""


@dataclass(frozen=True)
class Citizen:
    name: str
    phone: str  # as it is dialled: 0912000001
    street: str
    commune: Commune
    visit: Visit
    back: bool  # the result is to be brought home

    @property
    def message(self) -> str:
        """All in one sentence."""
        when = f"{SHIFTS[self.visit.shift]} {self.visit.day.day}/{self.visit.day.month}"
        return (
            f"đặt bưu tá lấy hồ sơ đăng ký khai sinh, {when}, nhà {self.street}, {self.commune.full}, "
            f"người giao {self.name}, sđt {self.phone}"
        )

    def said(self, asked: str) -> str:
        """To a question that had to be asked all the same."""
        day = self.visit.day
        answers = {
            "procedure": "đăng ký khai sinh",
            "commune": self.commune.full,
            "street": self.street,
            "visit": f"{SHIFTS[self.visit.shift]} {day:%d/%m/%Y}",
            "name": self.name,
            "phone": self.phone,
            "papers": "đủ cả",
            "back": "có" if self.back else "không",
        }
        return answers[asked]

    def taps(self) -> Iterator[str]:
        """The buttons this citizen is after, as their options begin; the first that is on screen is tapped."""
        yield from ("confirm:", "agree:", f"put:back/{'yes' if self.back else 'no'}", "put:papers/all/")
        yield f"put:visit/{self.visit.day.isoformat()}/{self.visit.shift}"
        yield f"put:commune/{self.commune.code}"


def citizens(count: int, seed: int, visits: Sequence[Visit]) -> list[Citizen]:
    """Each with a name, a phone and a door of their own, in the communes of one province."""
    chance = Random(seed)
    communes = [commune for commune in known_places().book.communes.values() if commune.province.code == PROVINCE]
    return [
        Citizen(
            name=f"{chance.choice(FAMILIES)} {chance.choice(MIDDLES)} {chance.choice(GIVEN)}",
            phone=f"0912{i:06d}",
            street=f"số {i + 1} {chance.choice(STREETS)}",
            commune=communes[i % len(communes)],
            visit=visits[i % len(visits)],
            back=chance.random() < 0.75,
        )
        for i in range(count)
    ]


def late_visits() -> list[Visit]:
    """The farther two of those offered: they can still be booked when a run lasts long."""
    offered = load_visits().offered(datetime.now(VIETNAM).replace(tzinfo=None))
    return [Visit(day=day, shift=shift) for day, shift in offered[-2:]]


@dataclass(frozen=True)
class Screen:
    """One answer as it is seen."""

    html: str

    @property
    def words(self) -> str:
        return unescape(" ".join(TAG.sub(" ", self.html).split()))

    @property
    def buttons(self) -> Mapping[str, str]:
        return {unescape(option): unescape(label) for option, label in BUTTON.findall(self.html)}

    def button(self, wanted: Iterable[str]) -> tuple[str, str] | None:
        """Option and label."""
        buttons = self.buttons
        return next(((o, buttons[o]) for start in wanted for o in buttons if o.startswith(start)), None)

    @property
    def asks(self) -> str | None:
        known = texts("vi")
        return next((field for field in ASKED if str(known[f"book.ask_{field}"]) in self.words), None)


def browsers() -> ClientSession:
    """Shared by all; each keeps its cookie itself."""
    return ClientSession(cookie_jar=DummyCookieJar(), connector=TCPConnector(limit=0))


@dataclass
class Browser:
    """`sent_again`: forms the service died under, or answered with an apology."""

    session: ClientSession  # without a cookie jar: many share it
    address: str
    cookie: str = ""
    csrf: str = ""
    sent_again: int = field(default=0)

    async def open(self) -> str:
        """The whole page."""
        _, page, cookie = await self._insist("GET", "/", {})
        if found := COOKIE.search(cookie):
            self.cookie = found[1]
        if found := CSRF.search(page):
            self.csrf = found[1]
        return page

    async def says(self, text: str) -> Screen:
        return await self._sends({"text": text})

    async def taps(self, option: str, label: str) -> Screen:
        return await self._sends({"option": option, "label": label})

    async def _sends(self, fields: Mapping[str, str]) -> Screen:
        form = {"csrf": self.csrf, "update": token_hex(8), **fields}
        status, answer, _ = await self._insist("POST", "/message", form)
        if status == 205:  # the page is to be drawn anew
            return Screen(turns_in(await self.open())[-1])
        return Screen(answer)

    async def _insist(self, method: str, path: str, form: Mapping[str, str]) -> tuple[int, str, str]:
        """Status, body, Set-Cookie. Raises LostError."""
        last, began, first = "", time.monotonic(), True
        while time.monotonic() - began < PATIENCE:
            try:
                status, text, cookie = await self._ask(method, path, form)
            except (ClientError, TimeoutError, OSError) as error:
                last = type(error).__name__
            else:
                if status not in AGAIN:
                    return self._fine(path, status), text, cookie
                last = f"HTTP {status}"
            self.sent_again += first
            first = False
            await asyncio.sleep(WAIT)
        raise LostError(f"{path}: {last} for {PATIENCE:g} s")

    async def _ask(self, method: str, path: str, form: Mapping[str, str]) -> tuple[int, str, str]:
        headers = {"Accept-Language": "vi", "X-Requested-With": "fetch"}
        if self.cookie:
            headers["Cookie"] = f"noidai_chat={self.cookie}"
        url, patience = f"{self.address}{path}", ClientTimeout(total=30)
        async with self.session.request(method, url, headers=headers, data=form or None, timeout=patience) as answer:
            return answer.status, await answer.text(), answer.headers.get("Set-Cookie", "")

    def _fine(self, path: str, status: int) -> int:
        if status >= 400:
            raise LostError(f"{path}: HTTP {status}")
        return status


async def book(citizen: Citizen, browser: Browser) -> str:
    """The number of the order, as the citizen is told it. Raises LostError."""
    await browser.open()
    screen = await browser.says(citizen.message)
    for _ in range(MOST_TURNS):
        tapped = screen.button(citizen.taps())
        if tapped:
            screen = await browser.taps(*tapped)
        elif screen.asks:
            screen = await browser.says(citizen.said(screen.asks))
        else:
            break
        if tapped and tapped[0].startswith("confirm:") and (number := read_order_number(screen.words)):
            return number
    raise LostError(f"stuck at: {screen.words[:200]!r}")


def turns_in(page: str) -> list[str]:
    return [found["body"] for found in TURN.finditer(page)]


def notices_in(page: str) -> list[str]:
    """The words of what was said on this page without being asked for; before the first form stands the greeting."""
    turns = turns_in(page)
    first = next((i for i, turn in enumerate(turns) if MINE in turn), len(turns))
    return [Screen(turn).words for turn in turns[first:] if MINE not in turn]
