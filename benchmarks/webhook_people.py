"""Citizens who write to the bot: one message in four is a wish to be found, the others are taps and answers to a form.

A visit is sixteen updates: a wish and the form of a pickup, up to its summary, where the citizen puts it off; then
three more wishes, and a look around at what two of them brought. Nothing is ordered: that is benchmarks/orders.py's.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

Kind = Literal["search", "tap", "form"]

# What a citizen does next. A tap names what the option begins with; the first that is on screen is tapped.
LOOK: tuple[str, ...] = ("show:", "papers:", "fee:", "post:", "online:", "law:", "form:", "among:", "case:", "others:")
BOOK = ("book:",)
AGREE = ("agree:",)
VISIT = ("put:visit/",)
PAPERS = ("put:papers/all/",)
BACK = ("put:back/",)
STOP = ("stop",)

Plan = Sequence[tuple[Kind, Any]]
LOOKING: tuple[tuple[Kind, Any], ...] = (("search", None), ("tap", LOOK))
BOOKING: tuple[tuple[Kind, Any], ...] = (
    ("search", "book"),
    ("tap", BOOK),
    ("tap", AGREE),
    ("form", "commune"),
    ("form", "street"),
    ("tap", VISIT),
    ("form", "name"),
    ("form", "phone"),
    ("tap", PAPERS),
    ("tap", BACK),
    ("tap", STOP),
)
VISITING: Plan = (*BOOKING, *LOOKING, *LOOKING, ("search", None))

COMMUNES = (
    "phường Đông Kinh, Lạng Sơn",
    "phường Tam Thanh, Lạng Sơn",
    "xã Đồng Đăng, Lạng Sơn",
    "phường Lương Văn Tri",
)
STREETS = ("Trần Phú", "Lê Lợi", "Hùng Vương", "Bà Triệu", "Phai Vệ")
FAMILIES = ("Nguyễn", "Hoàng", "Nông", "Lý", "Hà", "Lương", "Triệu")
MIDDLES = ("Văn", "Thị", "Minh", "Thu", "Quốc")
GIVEN = ("An", "Bình", "Dung", "Hạnh", "Khánh", "Lan", "Mai", "Sơn", "Tuyết", "Yến")
BOOKABLE = (
    "đăng ký khai sinh",
    "lam giay khai sinh cho con",
    "khai sinh cho bé",
    "mất sổ đỏ",
    "đăng ký khai tử",
    "giay doc than",
    "trich luc khai sinh",
    "mở hộ kinh doanh",
)


@dataclass
class Chances:
    """What is drawn by chance, the same in every round."""

    wishes: Sequence[str]
    random: Random = field(default_factory=lambda: Random(1))

    def one_of(self, options: Sequence[str]) -> str:
        return self.random.choice(options) if options else ""

    def said(self, kind: Kind, what: Any) -> str:
        choose = self.random.choice
        match kind, what:
            case "search", "book":
                return choose(BOOKABLE)
            case "form", "commune":
                return choose(COMMUNES)
            case "form", "street":
                return f"số {self.random.randrange(1, 400)} {choose(STREETS)}"
            case "form", "name":
                return f"{choose(FAMILIES)} {choose(MIDDLES)} {choose(GIVEN)}"
            case "form", "phone":
                return f"0912{self.random.randrange(10**6):06}"
            case _:
                return choose(self.wishes)


@dataclass
class Citizen:
    """One chat. `screen`: the last message in it, as the Bot API tells of it.

    `echoed`: the other side shows no buttons; what would be tapped is written.
    """

    chat: int
    chances: Chances
    echoed: bool = False
    screen: dict[str, Any] = field(default_factory=dict)
    to_come: Iterator[tuple[Kind, Any]] = field(default_factory=lambda: iter(VISITING))
    kind: Kind = "search"  # of what they do next
    what: Any = None
    tapped: str = ""  # the option on `screen` they are about to tap

    def moves_on(self) -> bool:
        """To what comes next of the visit. False: it is over, or what they were after is not on screen."""
        step = next(self.to_come, None)
        if step is None:
            return False
        self.kind, self.what = step
        if self.kind == "tap" and not self.echoed:
            rows = self.screen.get("reply_markup", {}).get("inline_keyboard", ())
            options = [button["callback_data"] for row in rows for button in row if "callback_data" in button]
            self.tapped = self.chances.one_of([option for option in options if option.startswith(self.what)])
            return self.tapped != ""
        return True

    def sees(self, message: dict[str, Any]) -> bool:
        """Whether it is the answer: what has choices below it, where there are any."""
        if not self.echoed and "reply_markup" not in message:
            return False
        self.screen = message
        return True

    def update(self, number: int) -> bytes:
        """What Telegram tells the bot."""
        person = {"id": self.chat, "is_bot": False, "first_name": "Mai", "language_code": "vi"}
        if self.kind == "tap" and not self.echoed:
            tap = {"message": self.screen, "data": self.tapped}
            query = {"id": str(number), "from": person, "chat_instance": "1", **tap}
            return json.dumps({"update_id": number, "callback_query": query}, ensure_ascii=False).encode()
        message = {
            "message_id": number,
            "date": 1_790_000_000,
            "chat": {"id": self.chat, "first_name": "Mai", "type": "private"},
            "from": person,
            "text": self.chances.said(self.kind, self.what),
        }
        return json.dumps({"update_id": number, "message": message}, ensure_ascii=False).encode()
