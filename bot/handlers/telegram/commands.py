"""The commands of the menu: the words after the slash, and what each is to the dialogue.

Most stand for a button and not for words: a button has no language, so that /orders answers a Vietnamese in Vietnamese.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.dialogue.events import Chose, Content, Showed, Started, Wrote
from bot.dialogue.step import Words, text
from knowledge.codes import find_codes
from knowledge.meanings import DossierCode

WRITTEN = re.compile(r"/([a-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL | re.ASCII)


@dataclass(frozen=True)
class Command:
    """`heard`: what it says to the dialogue. `of_code`: the verb of a choice, for a dossier whose code follows."""

    name: str
    heard: Content
    about: Words
    of_code: str = ""


def tap(name: str, option: str, about: Words, *, of_code: str = "") -> Command:
    """As if that button had been tapped; the transcript shows the command."""
    return Command(name, Chose(option, f"/{name}"), about, of_code)


START = Command("start", Started(), text("command.start"))

# As they stand in the menu, by its language. Each is understood in both.
MENUS: Mapping[str, tuple[Command, ...]] = {
    "vi": (
        tap("hoso", "dossiers", text("command.dossiers"), of_code="dossier"),
        Command("theodoi", Wrote("follow"), text("command.follow"), of_code="follow"),
        tap("donhang", "orders", text("command.orders")),
        tap("diem", "offices", text("command.offices")),
        tap("dulieu", "mydata", text("command.mydata")),
        tap("gapnguoi", "person", text("command.person")),
        Command("huy", Wrote("cancel"), text("command.cancel")),
        tap("english", "lang:en", "Speak English"),
        tap("help", "help", text("command.help")),
        START,
    ),
    "en": (
        tap("dossiers", "dossiers", text("command.dossiers"), of_code="dossier"),
        Command("follow", Wrote("follow"), text("command.follow"), of_code="follow"),
        tap("orders", "orders", text("command.orders")),
        tap("offices", "offices", text("command.offices")),
        tap("mydata", "mydata", text("command.mydata")),
        tap("person", "person", text("command.person")),
        Command("cancel", Wrote("cancel"), text("command.cancel")),
        tap("tiengviet", "lang:vi", "Tiếng Việt"),
        tap("help", "help", text("command.help")),
        START,
    ),
}
UNLISTED = (tap("language", "lang:en", "English"), tap("trogiup", "help", text("command.help")))

COMMANDS: Mapping[str, Command] = {
    one.name: one for one in (*(one for menu in MENUS.values() for one in menu), *UNLISTED)
}


def content_of(written: str) -> Content | None:
    """What a message that begins with a slash says to the dialogue; None: it is no command at all.

    >>> content_of("/start th_1-004222"), content_of("/Orders@noidai_bot"), content_of("/khongco")
    (Started(payload='th_1-004222'), Chose(option='orders', label='/orders'), Showed(kind='command'))
    >>> content_of("/etc/passwd"), content_of("1/2 bản sao")
    (None, None)
    """
    match = WRITTEN.fullmatch(written.strip())
    if match is None:
        return None
    command = COMMANDS.get(match[1].lower())
    behind = (match[2] or "").strip()
    if command is None:
        return Wrote(f"{match[1]} {behind}") if behind else Showed("command")
    if command is START:
        return Started(behind)
    return of_code(command, behind, written.strip()) if behind and command.of_code else command.heard


def is_known(command: str) -> bool:
    """
    >>> is_known("/help@noidai_bot"), is_known("/roll")
    (True, False)
    """
    match = WRITTEN.fullmatch(command)
    return match is not None and match[1].lower() in COMMANDS


def of_code(command: Command, behind: str, written: str) -> Content:
    """With a dossier's code it acts on that dossier. One word that is no code was meant to be one; more are a wish.

    >>> of_code(COMMANDS["theodoi"], "H26.15-260812-0042", "/theodoi H26.15-260812-0042").option
    'follow:H26.15-260812-0042'
    >>> of_code(COMMANDS["hoso"], "abc", "/hoso abc").option, of_code(COMMANDS["hoso"], "khai sinh", "/hoso khai sinh")
    ('askcode:other', Wrote(text='khai sinh', about=''))
    """
    match [found.code for found in find_codes(behind)]:
        case [DossierCode(code, ())]:
            return Chose(f"{command.of_code}:{code}", written)
        case [] if len(behind.split()) == 1:
            return Chose("askcode:other", written)
        case _:
            return Wrote(behind)
