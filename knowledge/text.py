"""Vietnamese text made comparable."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

WORD = re.compile(r"[a-z0-9]+")
CODE_DOT = re.compile(r"(?<!\d)(\d)\.(\d{6})(?!\d)")
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


# The composed letters of Vietnamese, without their marks: a short cut for nearly all text there is.
PLAIN = {
    ord(letter): unicodedata.normalize("NFD", letter)[0]
    for vowel in "aăâeêioôơuưy"
    for tone in ("", *"\u0300\u0301\u0303\u0309\u0323")
    if len(letter := unicodedata.normalize("NFC", vowel + tone)) == 1
} | {ord("đ"): "d"}


def fold(text: str) -> str:
    """Lower case, no marks, đ = d, single spaces, nothing but letters and digits; a procedure code loses its dot.

    The same for composed and decomposed text and for either tone placement (hoà, hòa).

    >>> fold("  Đăng ký KHAI SINH (1.001193), cho hoà? ")
    'dang ky khai sinh 1001193 cho hoa'
    """
    plain = CODE_DOT.sub(r"\1\2", text).lower().translate(PLAIN)
    if not plain.isascii():  # beyond composed Vietnamese: decomposed text, other scripts and signs
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(WORD.findall(plain))


TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng


def accented(text: str) -> str:
    """Like `fold`, but marks count. The tone stands behind its syllable, so that its place in it does not matter.

    >>> accented("Hoà giải") == accented("hòa  GIẢI!"), accented("cháy") == accented("chạy")
    (True, False)
    """
    return " ".join(word for raw in SEPARATORS.split(text.lower()) if (word := tone_last(raw)))


SEPARATORS = re.compile(r"[^\w\u0300-\u036f]+|_+")


def is_separator(character: str) -> bool:
    return unicodedata.category(character)[0] not in "LNM"


@lru_cache(maxsize=20_000)  # people use the same words
def tone_last(word: str) -> str:
    letters = [c for c in unicodedata.normalize("NFD", word) if not is_separator(c)]
    return "".join(sorted(letters, key=lambda c: c in TONES))


TAGS_AND_LINKS = re.compile(r"</?[a-z][^<>]{0,200}>|https?://\S+|\]\(\S*\)", re.I)


def tidy(text: str, limit: int) -> str:
    """What a person can have meant to write: no invisible characters, tags or links, at most `limit` characters.

    >>> tidy("<b>khai\\x00 sinh</b>\\u200b  cho con", 40)
    'khai sinh cho con'
    """
    visible = "".join(" " if c in "\n\r\t" else c for c in TAGS_AND_LINKS.sub(" ", text[: 4 * limit]))
    kept = "".join(c for c in visible if unicodedata.category(c) not in INVISIBLE)
    return " ".join(unicodedata.normalize("NFC", kept).split())[:limit]


def has_marks(text: str) -> bool:
    """Whether the writer uses Vietnamese marks at all.

    >>> has_marks("chay nha"), has_marks("cháy nhà")
    (False, True)
    """
    return "đ" in text.lower() or any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", text))


@dataclass(frozen=True)
class Spoken:
    """A message in the forms it is compared in, each worked out once."""

    text: str
    folded: str
    accented: str | None  # None: the writer uses no marks, so none can be compared

    @classmethod
    def of(cls, text: str) -> "Spoken":
        return cls(text, fold(text), accented(text) if has_marks(text) else None)


class Spotter:
    """Finds phrases as whole words. Marks count when the writer uses them; the phrase given first wins.

    Without marks, words that stand together elsewhere can look like a phrase; `joined` are pairs that are never parted.

    >>> fire = Spotter({"fire": ["cháy nhà"]})
    >>> [fire.find(Spoken.of(said)) for said in ("CHÁY NHÀ rồi", "chay nha roi", "bán chạy nhà hàng")]
    ['fire', 'fire', None]
    >>> Spotter({"rate": ["tỷ giá"]}, joined=["công ty"]).find(Spoken.of("lap cong ty gia dinh")) is None
    True
    """

    def __init__(self, phrases: Mapping[str, Iterable[str]], joined: Iterable[str] = ()) -> None:
        pairs = [(label, phrase) for label, group in phrases.items() for phrase in group]
        self._labels = [label for label, _ in pairs]
        self._folded = {fold(phrase): i for i, (_, phrase) in reversed(list(enumerate(pairs)))}
        self._accented = {accented(phrase): i for i, (_, phrase) in reversed(list(enumerate(pairs)))}
        self._longest = max((phrase.count(" ") + 1 for phrase in self._folded), default=0)
        self._joined = frozenset(map(fold, joined))

    def find(self, spoken: Spoken) -> str | None:
        """The label of a phrase that stands in the message."""
        if spoken.accented is None:
            found = self._positions(spoken.folded.split(), self._folded, self._joined)
        else:
            found = self._positions(spoken.accented.split(), self._accented, frozenset())
        return self._labels[min(found)] if found else None

    def _positions(self, words: list[str], table: Mapping[str, int], joined: frozenset[str]) -> list[int]:
        parted = [f"{a} {b}" not in joined for a, b in pairwise(words)]
        ends = [True, *parted, True]  # where a phrase may begin or end
        runs = ((i, i + n) for n in range(1, self._longest + 1) for i in range(len(words) - n + 1))
        return [
            table[run]
            for start, end in runs
            if (run := " ".join(words[start:end])) in table and ends[start] and ends[end]
        ]
