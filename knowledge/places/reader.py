"""A citizen's words read into a place of today: the commune, its province, and what is left for the postman.

Since 1/7/2025 there are 34 provinces and 3,321 communes and no districts (NQ 202/2025/QH15); people go on saying the
old names, so those are read too, and said back.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from knowledge.places.book import Commune, PlaceBook, Province, load_book
from knowledge.places.choice import Chooser
from knowledge.places.mentions import Choice, Finder, Mention, is_capital
from knowledge.places.outcome import Outcome
from knowledge.places.rest import Rest
from knowledge.places.standing import Standing
from knowledge.places.words import PlaceWords, Token, load_words, tokens_of
from knowledge.text import tidy

STANDS_IN = {"o", "tai", "ve", "len"}  # before a place; "thuộc xã", "của xã" are said of what is the commune's
LONGEST = 500  # characters of a message that are read; an address is never longer


@dataclass(frozen=True)
class PlaceReading:
    """`communes`: one is known, several are to be asked about, none is none found.

    `surely`: nothing was mended or guessed and nothing else of that name could be meant, so no need to ask back.
    """

    communes: tuple[Commune, ...] = ()
    province: Province | None = None
    rest: str = ""  # house number, street, hamlet, landmark, as written
    said: str | None = None  # the old name, when an old one was used: "thị trấn Đồng Đăng, huyện Cao Lộc"
    surely: bool = False


@dataclass(frozen=True)
class Places:
    book: PlaceBook
    words: PlaceWords

    def read(self, text: str, province: str | None = None) -> PlaceReading:
        """Never raises. `province` is the code of the citizen's province, when known: it tells namesakes apart.

        >>> reading = load_places().read("12 Trần Phú, phường Đông Kinh, Lạng Sơn")
        >>> [commune.full for commune in reading.communes], reading.rest, reading.surely
        (['phường Đông Kinh, tỉnh Lạng Sơn'], '12 Trần Phú', True)
        """
        return self.apart(text, province)[0]

    def apart(self, text: str, province: str | None = None) -> tuple[PlaceReading, str]:
        """The place, and the message without it and its address.

        >>> load_places().apart("tới 12 Trần Phú, phường Đông Kinh, Lạng Sơn, lấy hộ chiếu")[1]
        'tới, lấy hộ chiếu'
        """
        tidied = tidied_lines(text)
        tokens = tokens_of(tidied)
        choice, standing = self._chosen(tokens, province)
        taken = {i for i in range(len(tokens)) if choice and choice.covers(i)}
        rest = Rest(self.words, tidied, tokens).outside(taken)
        left = without_parts(without_tokens(tidied, tokens, taken), rest)
        if not choice:
            return PlaceReading(rest=rest), left
        outcome = Outcome(self.book, choice, standing)
        return PlaceReading(outcome.communes, outcome.province, rest, outcome.said, outcome.is_sure), left

    def without_names(self, text: str, is_word: Callable[[str], bool]) -> str:
        """The message without the place it is in, when its commune or district is named with what it is.

        `is_word` knows the pairs of words that mean something else in small letters: "xã biên giới" is no name.

        >>> load_places().without_names("tôi ở xã Cẩm Giàng muốn làm khai sinh", lambda pair: False)
        'tôi ở, muốn làm khai sinh'

        Whose office it is stays: "công an xã", "xác nhận của xã".
        """
        tidied = tidied_lines(text)
        tokens = tokens_of(tidied)
        choice, _ = self._chosen(tokens, None)
        if not (choice and any(is_surely_named(mention, tokens, is_word) for mention in choice.mentions)):
            return text
        taken = {i for i in range(len(tokens)) if choice.covers(i)}
        for mention in choice.mentions:
            before = mention.start - 1
            if before >= 0 and before not in taken and tokens[before].word not in STANDS_IN:
                taken -= set(range(mention.start, mention.name))
        return without_parts(without_tokens(tidied, tokens, taken), "")

    def _chosen(self, tokens: Sequence[Token], province: str | None) -> tuple[Choice | None, Standing]:
        mentions = Finder(self.book, self.words).find(tokens, province)
        standing = Standing(self.book, self.words, tokens, mentions, province)
        return Chooser(mentions, standing).best(), standing


def tidied_lines(text: str) -> str:
    return tidy(", ".join(line for line in text[: 4 * LONGEST].splitlines() if line.strip()), LONGEST)


def is_surely_named(mention: Mention, tokens: Sequence[Token], is_word: Callable[[str], bool]) -> bool:
    if mention.kind is None or mention.slip or mention.level == "province":
        return False
    if is_capital(tokens, mention.name):
        return True
    words = [token.word for token in tokens[mention.name : mention.end]]
    return not mention.short and len(words) > 1 and not is_word(" ".join(words[:2]))


def without_tokens(text: str, tokens: Sequence[Token], taken: Collection[int]) -> str:
    for index in sorted(taken, reverse=True):
        text = f"{text[: tokens[index].start]} , {text[tokens[index].end :]}"
    return text


def without_parts(text: str, address: str) -> str:
    for part in filter(None, address.split(", ")):
        text = text.replace(part, " , ", 1)
    return re.sub(r"\s*,[\s,]*", ", ", " ".join(text.split())).strip(" ,;:.")


def load_places() -> Places:
    words = load_words()
    return Places(load_book(words), words)
