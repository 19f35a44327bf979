"""Links that open the chat with the bot: t.me/<bot>?start=<what it is about>."""

import re
from dataclasses import dataclass

from bot.dialogue.ways import ASPECTS

LONGEST = 64  # characters Telegram carries
CARRIED = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST}}}")  # no dot
CODE = re.compile(r"\d\.\d{6}")  # of a procedure (procedures_catalog/models.py)
FROM_GROUP = "nhom"  # of nothing in particular: whoever comes is greeted
PERSONAL = ("book",)  # verbs of choices that begin something personal with a procedure
READ_ON = ("tick", "case", "book", *ASPECTS)  # verbs of choices on the screen of a procedure about itself


def payload_of(code: str) -> str | None:
    """What the dialogue understands as that procedure (general.started). None: it cannot be carried.

    >>> payload_of("1.004222"), payload_of("1.004222, "), payload_of("")
    ('th_1-004222', None, None)
    """
    payload = f"th_{code.replace('.', '-')}"
    return payload if code and CARRIED.fullmatch(payload) else None


def procedure_in(option: str) -> str:
    """
    >>> procedure_in("book:1.004222"), procedure_in("tick:1.004222/-/a"), procedure_in("orders")
    ('1.004222', '1.004222', '')
    """
    code = option.partition(":")[2].partition("/")[0]
    return code if CODE.fullmatch(code) else ""


def procedure_read(option: str) -> str:
    """Of a choice that stands on the screen of its procedure only.

    >>> procedure_read("fee:1.004222"), procedure_read("show:1.004222")
    ('1.004222', '')
    """
    return procedure_in(option) if option.partition(":")[0] in READ_ON else ""


@dataclass(frozen=True)
class Links:
    username: str  # of the bot

    def start(self, payload: str) -> str:
        """
        >>> Links("noidai_bot").start("th_1-004222")
        'https://t.me/noidai_bot?start=th_1-004222'
        """
        return f"https://t.me/{self.username}?start={payload}"

    def about(self, option: str = "") -> str:
        """A private chat about what a choice was about, if it was about a procedure.

        >>> Links("b").about("book:1.004222"), Links("b").about("orders")
        ('https://t.me/b?start=th_1-004222', 'https://t.me/b?start=nhom')
        """
        return self.start(payload_of(procedure_in(option)) or FROM_GROUP)

    def instead_of(self, option: str) -> str | None:
        """Where a choice that would be refused in a group leads at once."""
        return self.about(option) if option.partition(":")[0] in PERSONAL else None
