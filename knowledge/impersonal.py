"""A citizen's wording without the citizen: what may be kept of it when nobody is to be known by it.

Struck out is all that may tell who wrote: numbers, addresses, what follows "tên là", whatever is written in capitals.
Of the rest only words stay that procedures are known by anyway. When in doubt a word goes: a wording with a hole is
still of use, one with a name is not to be had.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from knowledge.datafile import read
from knowledge.phrasebook import Phrasebook
from knowledge.syllables import unmarked
from knowledge.text import accented, fold, tone_last
from knowledge.words import Words

GAP = "…"  # stands for what was left out
LONGEST = 30  # words of a wording
FEWEST = 2  # words that tell something though each is small: without marks "sổ đỏ" is
LONGEST_WORD = 20  # letters; longer ones are no words
MANY_DIGITS = 3  # in one word: no longer an age or a licence class
SPOKEN = 4  # numbers read aloud in a row
NAME = 4  # words of a name or an address, at most

NET = re.compile(r"@|://|\bwww\.|\w\.(?:com|vn|net|org|me|info)(?!\w)", re.I)  # in a word that stands between blanks
AT = re.compile(r"\s*@\s*")
MAIL_READ_ALOUD = re.compile(
    r"(?:\S+\s+){1,3}a còng\s+\S+(?:\s+(?:chấm|dot)\s+\S+)*|(?:\S+\s+){1,3}(?:gmail|yahoo)(?!\w)", re.I
)
STRUCK = "\N{BULLET}"  # no word
TOKEN = re.compile(rf"(?:[^\W_]|[\u0300-\u036f])+|{STRUCK}")
CLAUSE, SENTENCE = re.compile(r"[,;:()\"“”]"), re.compile(r"[.!?…\n]")


class Token(NamedTuple):
    said: str
    word: str  # folded; "" when it is none
    key: str  # with its marks, or folded when it has none: what the lists are searched for
    digits: int
    clause: bool  # the first of a clause
    sentence: bool  # the first of a sentence


class PersonalFile(BaseModel):
    """data/personal.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    introductions: Mapping[str, str]
    heads: tuple[str, ...]
    before_numbers: tuple[str, ...]
    spoken_digits: tuple[str, ...]
    surnames: tuple[str, ...]
    only_surnames: tuple[str, ...]
    middle_names: tuple[str, ...]
    capitals: tuple[str, ...]


class Personal(NamedTuple):
    """The same, each word with its marks and without any."""

    introductions: Mapping[str, str]
    heads: frozenset[str]
    before_numbers: frozenset[str]
    spoken_digits: frozenset[str]
    surnames: frozenset[str]
    only_surnames: frozenset[str]  # with their marks
    middle_names: frozenset[str]
    capitals: frozenset[str]


@cache
def personal() -> Personal:
    file = read("personal.yaml", PersonalFile)
    return Personal(
        {fold(first): fold(second) for first, second in file.introductions.items()},
        either_way(file.heads),
        either_way(file.before_numbers),
        either_way(file.spoken_digits),
        either_way(file.surnames),
        frozenset(map(accented, file.only_surnames)),
        either_way(file.middle_names),
        frozenset(map(fold, file.capitals)),
    )


def either_way(words: Iterable[str]) -> frozenset[str]:
    return frozenset(form for word in words for form in (accented(word), fold(word)))


def impersonal(text: str, book: Phrasebook, words: Words) -> str:
    """Folded, with `…` for what was left out; "" when nothing telling is left."""
    tokens = tokens_of(text)
    struck = {
        *numbers(tokens),
        *read_aloud(tokens),
        *capitals(tokens, book, words),
        *introduced(tokens, book),
        *behind_heads(tokens, book),
        *full_names(tokens, book),
    }
    kept = without_holes(tokens, struck, book, words)
    return " ".join(kept) if is_telling(kept, words) else ""


def tokens_of(text: str) -> list[Token]:
    """
    >>> [token.word for token in tokens_of("Em Hoa, hoa.mai@thu.vn – 09/5")]
    ['em', 'hoa', '', '09', '5']
    """
    tokens: list[Token] = []
    end = 0
    text = without_net(unicodedata.normalize("NFC", text))
    for match in TOKEN.finditer(text):
        between = text[end : match.start()]
        sentence = not tokens or SENTENCE.search(between) is not None
        clause = sentence or CLAUSE.search(between) is not None
        tokens.append(Token(match[0], *forms(match[0].lower()), clause, sentence))
        end = match.end()
    return tokens


def without_net(text: str) -> str:
    written = " ".join(STRUCK if NET.search(word) else word for word in AT.sub("@", text).split())
    return MAIL_READ_ALOUD.sub(STRUCK, written)


@lru_cache(maxsize=20_000)  # people use the same words
def forms(said: str) -> tuple[str, str, int]:
    """A word folded, as the lists are searched for it, and its number of digits."""
    word = fold(said).replace(" ", "")
    return word, word if word == said else tone_last(said), sum(c.isdigit() for c in word)


def numbers(tokens: Sequence[Token]) -> Iterator[int]:
    """Long ones, several side by side with the pieces of a code around them, those of dates and houses."""
    for has_digits, run in runs(tokens, lambda token: token.digits > 0):
        if has_digits and (
            any(tokens[i].digits >= MANY_DIGITS for i in run)
            or sum(tokens[i].word.isdecimal() for i in run) > 1
            or (run[0] > 0 and tokens[run[0] - 1].key in personal().before_numbers)
        ):
            yield from run


def read_aloud(tokens: Sequence[Token]) -> Iterator[int]:
    """ "không chín một hai …" """
    spoken = personal().spoken_digits
    for is_spoken, run in runs(tokens, lambda token: token.digits > 0 or token.key in spoken):
        if is_spoken and len(run) >= SPOKEN:
            yield from run


def runs(tokens: Sequence[Token], alike: Callable[[Token], bool]) -> Iterator[tuple[bool, list[int]]]:
    for found, group in groupby(range(len(tokens)), lambda i: alike(tokens[i])):
        yield found, list(group)


def capitals(tokens: Sequence[Token], book: Phrasebook, words: Words) -> Iterator[int]:
    """Any word in capitals may be a name, but for known abbreviations and for how a sentence begins.

    A message all in capitals does not show its names: hardly anything of it is kept.
    """
    names = [is_like_a_name(token, words) for token in tokens] + [False]
    for i, token in enumerate(tokens):
        beside = names[i + 1] or (i > 0 and names[i - 1])
        if names[i]:
            following = "" if beside or i + 1 == len(tokens) or tokens[i + 1].clause else tokens[i + 1].word
            if not (token.sentence and following and begins(token, following, book, words)):
                yield i
        elif beside and token.said[:1].isupper() and len(token.word) < MANY_DIGITS:  # an initial
            yield i


def is_like_a_name(token: Token, words: Words) -> bool:
    if token.said == token.said.lower() or len(token.word) < 2 or token.digits:
        return False
    short = token.word in words.abbreviations and token.word not in unmarked()
    return not short and token.word not in personal().capitals


def begins(token: Token, following: str, book: Phrasebook, words: Words) -> bool:
    """Whether it is a capital only because a sentence begins: "Mất bằng lái", "Tôi muốn"."""
    if token.said[1:] != token.said[1:].lower() or token.key in personal().surnames:
        return False
    return book.is_said(f"{token.word} {following}") or token.word in words.small or token.word in words.wish


def introduced(tokens: Sequence[Token], book: Phrasebook) -> Iterator[int]:
    """ "tên của em là …" """
    for i, token in enumerate(tokens):
        if copula := personal().introductions.get(token.word):
            after = next((j for j in range(i + 1, min(i + 4, len(tokens))) if tokens[j].word == copula), None)
            if after is not None:
                yield from name_from(after + 1, tokens, book)


def behind_heads(tokens: Sequence[Token], book: Phrasebook) -> Iterator[int]:
    for i, token in enumerate(tokens[:-1]):
        if token.key in personal().heads and not tokens[i + 1].clause and not is_pair(i, tokens, book):
            yield from name_from(i + 1, tokens, book)


def full_names(tokens: Sequence[Token], book: Phrasebook) -> Iterator[int]:
    """In small letters: "nguyen van an"."""
    lists = personal()
    for i, token in enumerate(tokens[:-1]):
        if token.key not in lists.surnames or tokens[i + 1].clause:
            continue
        if tokens[i + 1].key in lists.middle_names and not is_pair(i + 1, tokens, book):
            yield from (i, i + 1)
            yield from name_from(i + 2, tokens, book)
        elif token.key in lists.only_surnames or not is_pair(i, tokens, book):
            yield i
            yield from name_from(i + 1, tokens, book)


def name_from(start: int, tokens: Sequence[Token], book: Phrasebook) -> Iterator[int]:
    """A name or an address goes on until two words are known to stand side by side, or the clause ends."""
    for i in range(start, min(start + NAME, len(tokens))):
        if i > start and (tokens[i].clause or is_pair(i, tokens, book)):
            return
        yield i


def is_pair(i: int, tokens: Sequence[Token], book: Phrasebook) -> bool:
    """Whether procedures are known by a word and the one behind it, side by side."""
    return i + 1 < len(tokens) and not tokens[i + 1].clause and book.is_said(f"{tokens[i].word} {tokens[i + 1].word}")


def without_holes(tokens: Sequence[Token], struck: set[int], book: Phrasebook, words: Words) -> list[str]:
    """The known words that stay, at most LONGEST; each hole one `…`, none at the ends."""
    kept: list[str] = []
    for i, token in enumerate(tokens):
        if i not in struck and is_known(token.word, book, words):
            kept.append(token.word)
        elif kept and kept[-1] != GAP:
            kept.append(GAP)
        if len(kept) == LONGEST:
            break
    return kept[:-1] if kept and kept[-1] == GAP else kept


def is_known(word: str, book: Phrasebook, words: Words) -> bool:
    return len(word) <= LONGEST_WORD and (word in book.known or word in words.abbreviations)


def is_telling(kept: Sequence[str], words: Words) -> bool:
    """Whether a wish can be guessed from it: marks are lost, so that several small words may be big ones (chó, cho)."""
    said = [word for word in kept if word != GAP]
    return len(said) >= FEWEST or any(word not in words.small for word in said)
