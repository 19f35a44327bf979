"""In which language messages are, for the few words a channel adds to them."""

from collections.abc import Iterable, Set
from functools import cache

from bot.texts.message import Message
from bot.texts.render import LANGUAGES, texts


def language_of(messages: Iterable[Message]) -> str:
    """A message does not say; words of ours that stand in it as they are, do.

    >>> from bot.texts.message import ShownButton, ShownLine
    >>> language_of([Message((ShownLine("Đăng ký khai sinh"),), (ShownButton("person", "Talk to a person"),))])
    'en'
    """
    said = {words for message in messages for words in words_of(message)}
    return next((language for language in LANGUAGES if said & only_in(language)), LANGUAGES[0])


def words_of(message: Message) -> Iterable[str]:
    yield from (line.words for line in message.lines)
    yield from (button.label for button in message.buttons)


@cache
def only_in(language: str) -> Set[str]:
    """Words, without a gap, of that language file and of no other."""
    others = (whole(other) for other in LANGUAGES if other != language)
    return whole(language).difference(*others)


def whole(language: str) -> frozenset[str]:
    return frozenset(words for words in texts(language).values() if isinstance(words, str))
