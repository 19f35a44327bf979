"""Messages as plain text with numbered choices, for channels that know no formatting and, mostly, nothing to tap.

Links are written out, and choices answered by their number, which bot/choices.py reads.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from bot.choices import is_tick
from bot.dialogue.step import Kind, text
from bot.handlers.languages import language_of
from bot.handlers.splitting import fits, parts, utf16
from bot.texts.message import Message, ShownFile, ShownLine
from bot.texts.render import words

MARKS: Mapping[Kind, str] = {"item": "• ", "warning": "⚠️ "}
OWN_DIGITS = 8  # of a phone number, whatever stands before them


@dataclass(frozen=True)
class Numbered:
    """A message, and what is written under it: its choices with their numbers, perhaps how to answer."""

    message: Message
    choices: tuple[str, ...]


def nothing_to_tap(message: Message) -> bool:
    return False


def numbered(
    messages: Iterable[Message], has_buttons: Callable[[Message], bool] = nothing_to_tap
) -> tuple[Numbered, ...]:
    """One count goes through the whole answer. How to answer is said once; also to messages that have buttons, which
    show all this only where their buttons are not taken.
    """
    messages = tuple(map(composed, messages))
    several = sum(is_tick(button) for one in messages for button in one.buttons) > 1
    hint = words(text("zalo.by_numbers") if several else text("zalo.by_number"), language_of(messages))
    last = max((at for at, one in enumerate(messages) if one.buttons and not has_buttons(one)), default=None)
    found, number = list[Numbered](), 1
    for at, message in enumerate(messages):
        choices = tuple(f"{count}. {button.label}" for count, button in enumerate(message.buttons, number))
        found.append(Numbered(message, (*choices, hint) if at == last or has_buttons(message) else choices))
        number += len(message.buttons)
    return tuple(found)


def told(lines: Iterable[ShownLine], choices: Iterable[str], longest: int) -> list[str]:
    """Words, then choices, in texts of so many characters at most, as UTF-16 counts them."""
    all_lines = [*map(written_out, lines), *map(ShownLine, choices)]
    shown = [line for line in all_lines if line.words.strip()]
    return ["\n".join(map(marked, part)) for part in parts(shown, longest, utf16)]


def named(file: ShownFile, address: str | None, language: str) -> str:
    """Where a file is, in place of the file. None: nowhere we could lead them."""
    if address:
        return words(text("zalo.file_link", label=nfc(file.label), address=address), language)
    return words(text("zalo.file_elsewhere", label=nfc(file.label)), language)


def marked(line: ShownLine) -> str:
    return MARKS.get(line.kind, "") + line.words


def written_out(line: ShownLine) -> ShownLine:
    """
    >>> lines = ShownLine("Ở đây:", link="https://a.vn"), ShownLine("Gọi 113.", link="tel:115")
    >>> [written_out(line).words for line in lines]
    ['Ở đây: https://a.vn', 'Gọi 113: 115']
    """
    scheme, _, rest = (line.link or "").partition(":")
    if scheme in ("http", "https"):
        address = line.link or ""
    elif scheme == "tel" and digits(rest)[-OWN_DIGITS:] not in digits(line.words):
        address = rest
    else:
        return line
    return line if address in line.words else replace(line, words=f"{line.words.rstrip(' :.')}: {address}")


def digits(words: str) -> str:
    return "".join(filter(str.isdigit, words))


def composed(message: Message) -> Message:
    """Zalo counts characters: one of Vietnamese is one only when it is composed (NFC)."""
    return replace(
        message,
        lines=tuple(replace(line, words=nfc(line.words)) for line in message.lines),
        buttons=tuple(replace(button, label=nfc(button.label)) for button in message.buttons),
        files=tuple(replace(file, label=nfc(file.label)) for file in message.files),
    )


def nfc(words: str) -> str:
    return unicodedata.normalize("NFC", words)


def cut(words: str, longest: int) -> str:
    """
    >>> cut("Phiếu gửi", 6), cut("Phiếu", 6)
    ('Phiếu…', 'Phiếu')
    """
    return words if utf16(words) <= longest else words[: fits(words, longest - 1, utf16)] + "…"
