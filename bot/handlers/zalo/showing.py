"""Messages as Zalo shows them: which calls show them, in which order, and what each carries.

Plain text with light marks: Zalo knows no bold and no links but those written out. Choices are numbered (numbering.py);
with buttons switched on, five at most stand under the words.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.capabilities import CHANNELS
from bot.dialogue.step import text
from bot.handlers import numbering
from bot.handlers.languages import language_of
from bot.handlers.numbering import cut, numbered
from bot.texts.message import Message, ShownButton, ShownFile, ShownLine
from bot.texts.render import words

ZALO = CHANNELS["zalo"]
LONGEST = ZALO.longest or 2000
LABEL = ZALO.label  # characters of a button, and of the title of a card
SUBTITLE = 500
AT_MOST = 5  # buttons under one message (CHANNELS §2.2)
TAP = "p:"  # before the option in a button's payload, by which reading.py knows a tap from what was written


@dataclass(frozen=True)
class Part:
    """What one call shows: a message as Zalo takes it, or a file to hand over to who reads `language`."""

    message: Mapping[str, Any] = field(default_factory=dict)
    file: ShownFile | None = None
    instead: tuple[Mapping[str, Any], ...] | None = None  # if Zalo will not take it; (): nothing is lost without it
    language: str = "vi"

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
        language, planned = language_of(messages), list[Part]()
        for message, choices in ((one.message, one.choices) for one in numbered(messages, self._has_buttons)):
            if self._has_buttons(message):
                planned += with_taps(message, choices)
            else:
                planned += map(Part, told(message.lines, choices))
            planned += self._with_it(message, language)
        return planned

    def written(self, messages: tuple[Message, ...]) -> Iterator[str]:
        """The texts somebody is shown, as they come back when Zalo tells what the account sent."""
        return (part.text for part in self.planned(messages) if part.text)

    def _has_buttons(self, message: Message) -> bool:
        return self.buttons and 0 < len(message.buttons) <= AT_MOST and bool(told(message.lines))

    def _with_it(self, message: Message, language: str) -> Iterator[Part]:
        yield from (Part(file=file, language=language) for file in message.files)
        if message.wants == "contact" and self.picture:
            yield Part(card(self.picture, language), instead=())


def told(lines: Iterable[ShownLine], choices: Iterable[str] = ()) -> list[dict[str, Any]]:
    return [{"text": part} for part in numbering.told(lines, choices, LONGEST)]


def with_taps(message: Message, choices: Iterable[str]) -> list[Part]:
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
