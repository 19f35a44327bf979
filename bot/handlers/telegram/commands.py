"""The commands of the menu: the words after the slash, and what each is to the dialogue.

Most stand for a button and not for words: a button has no language, so that /orders answers a Vietnamese in Vietnamese.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.dialogue.events import Chose, Content, Started, Wrote
from bot.dialogue.step import Words, text

WRITTEN = re.compile(r"/([a-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL | re.ASCII)


@dataclass(frozen=True)
class Command:
    """`heard`: what it says to the dialogue. `takes_words`: those behind it are said instead ("/hoso H26.15-…")."""

    name: str
    heard: Content
    about: Words
    takes_words: bool = False


def tap(name: str, option: str, about: Words, *, takes_words: bool = False) -> Command:
    """As if that button had been tapped; the transcript shows the command."""
    return Command(name, Chose(option, f"/{name}"), about, takes_words)


START = Command("start", Started(), text("command.start"))

# As they stand in the menu, by its language. Each is understood in both.
MENUS: Mapping[str, tuple[Command, ...]] = {
    "vi": (
        tap("hoso", "dossiers", text("command.dossiers"), takes_words=True),
        Command("theodoi", Wrote("follow"), text("command.follow"), takes_words=True),
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
        tap("dossiers", "dossiers", text("command.dossiers"), takes_words=True),
        Command("follow", Wrote("follow"), text("command.follow"), takes_words=True),
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
    """What a message that begins with a slash says to the dialogue; None: no command of ours.

    >>> content_of("/start th_1-004222"), content_of("/Orders@noidai_bot"), content_of("/hoso H26.15-260812-0042")
    (Started(payload='th_1-004222'), Chose(option='orders', label='/orders'), Wrote(text='H26.15-260812-0042'))
    >>> content_of("/etc/passwd"), content_of("1/2 bản sao")
    (None, None)
    """
    match = WRITTEN.fullmatch(written.strip())
    command = COMMANDS.get(match[1].lower()) if match else None
    if match is None or command is None:
        return None
    behind = (match[2] or "").strip()
    if command is START:
        return Started(behind)
    return Wrote(behind) if behind and command.takes_words else command.heard
