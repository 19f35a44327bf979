"""Messages as Zalo shows them: which calls show them, in which order, and what each carries.

Plain text with light marks: Zalo knows no bold and no links but those written out. Choices are numbered and answered by
their number (bot/choices.py reads it); with buttons switched on, five at most stand under the words.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.capabilities import CHANNELS
from bot.dialogue.step import Kind, text
from bot.handlers.languages import language_of
from bot.handlers.splitting import fits, parts, utf16
from bot.texts.message import Message, ShownButton, ShownFile, ShownLine
from bot.texts.render import words

ZALO = CHANNELS["zalo"]
LONGEST = ZALO.longest or 2000
LABEL = ZALO.label  # characters of a button, and of the title of a card
SUBTITLE = 500
AT_MOST = 5  # buttons under one message (CHANNELS §2.2)
TAP = "p:"  # before the option in a button's payload, by which reading.py knows a tap from what was written
MARKS: Mapping[Kind, str] = {"item": "• ", "warning": "⚠️ "}
OWN_DIGITS = 8  # of a phone number, whatever stands before them


@dataclass(frozen=True)
class Part:
    """What one call shows: a message as Zalo takes it, or a file to hand over."""

    message: Mapping[str, Any] = field(default_factory=dict)
    file: ShownFile | None = None
    instead: tuple[Mapping[str, Any], ...] | None = None  # if Zalo will not take it; (): nothing is lost without it

    @property
    def text(self) -> str:
        return str(self.message.get("text", ""))


@dataclass(frozen=True)
class Showing:
    """`buttons`: under the words, instead of numbers. `picture`: the address of the one on the card that asks for a
    phone number; None: there is no card, and who is asked types it.
    """

    buttons: bool = False
    picture: str | None = None

    def planned(self, messages: tuple[Message, ...]) -> list[Part]:
        """The same messages give the same parts, so that what has arrived can be told by its count."""
        messages = tuple(map(composed, messages))
        language = language_of(messages)
        hint = words(text("zalo.by_number"), language)
        taps = [self.buttons and 0 < len(one.buttons) <= AT_MOST and bool(told(one.lines)) for one in messages]
        last = max((at for at, one in enumerate(messages) if one.buttons and not taps[at]), default=None)
        planned: list[Part] = []
        number = 1
        for at, message in enumerate(messages):
            choices = numbered(message, number)
            if taps[at]:
                planned += with_taps(message, [*choices, hint])
            else:
                planned += map(Part, told(message.lines, [*choices, hint] if at == last else choices))
            planned += self._with_it(message, language)
            number += len(choices)
        return planned

    def written(self, messages: tuple[Message, ...]) -> Iterator[str]:
        """The texts somebody is shown, as they come back when Zalo tells what the account sent."""
        return (part.text for part in self.planned(messages) if part.text)

    def _with_it(self, message: Message, language: str) -> Iterator[Part]:
        yield from (Part(file=file) for file in message.files)
        if message.wants == "contact" and self.picture:
            yield Part(card(self.picture, language), instead=())


def numbered(message: Message, first: int) -> list[str]:
    return [f"{number}. {button.label}" for number, button in enumerate(message.buttons, first)]


def told(lines: Iterable[ShownLine], choices: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Words, then choices by their numbers."""
    all_lines = [*map(written_out, lines), *map(ShownLine, choices)]
    shown = [line for line in all_lines if line.words.strip()]
    return [{"text": "\n".join(map(marked, part))} for part in parts(shown, LONGEST, utf16)]


def with_taps(message: Message, choices: list[str]) -> list[Part]:
    """The buttons stand under the last words. Whether Zalo takes them with a consultation message, nobody could try."""
    *before, last = told(message.lines)
    payload = {"buttons": [tap(button) for button in message.buttons]}
    tapped = last | {"attachment": {"type": "template", "payload": payload}}
    return [*map(Part, before), Part(tapped, instead=(last, *told((), choices)))]


def tap(button: ShownButton) -> dict[str, Any]:
    """Hidden: the payload is not shown as if the citizen had written it."""
    return {"title": cut(button.label, LABEL), "type": "oa.query.hide", "payload": TAP + button.option}


def card(picture: str, language: str) -> dict[str, Any]:
    """Asks for what they have told Zalo of themselves: a tap sends it."""
    title, subtitle = (words(line, language) for line in (text("zalo.card_title"), text("zalo.card_subtitle")))
    element = {"title": cut(title, LABEL), "subtitle": cut(subtitle, SUBTITLE), "image_url": picture}
    payload = {"template_type": "request_user_info", "elements": [element]}
    return {"attachment": {"type": "template", "payload": payload}}


def marked(line: ShownLine) -> str:
    return MARKS.get(line.kind, "") + line.words


def written_out(line: ShownLine) -> ShownLine:
    """
    >>> lines = ShownLine("Ở đây:", link="https://a.vn"), ShownLine("Gọi 113", link="tel:113")
    >>> [written_out(line).words for line in lines]
    ['Ở đây: https://a.vn', 'Gọi 113']
    """
    scheme, _, rest = (line.link or "").partition(":")
    if scheme in ("http", "https"):
        address = line.link or ""
    elif scheme == "tel" and digits(rest)[-OWN_DIGITS:] not in digits(line.words):
        address = rest
    else:
        return line
    return line if address in line.words else replace(line, words=f"{line.words.rstrip(' :')}: {address}")


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
