"""What was typed with the input method off: Telex ("dduwowngf") and VNI ("d9uo7ng2") read back as Vietnamese.

A word is read so only when the keys make a syllable of Vietnamese and the letters as they stand make none; a message
only when its words say so together, because many English words happen to be keys of a syllable ("tax", "lost").
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from pydantic import BaseModel, ConfigDict

from knowledge.datafile import read
from knowledge.syllables import HOI, HUYEN, NANG, NGA, SAC, TONES, plain, takes, toneless, unmarked, with_tone

TELEX_TONES = {"s": SAC, "f": HUYEN, "r": HOI, "x": NGA, "j": NANG, "z": ""}
VNI_TONES = {"1": SAC, "2": HUYEN, "3": HOI, "4": NGA, "5": NANG, "0": ""}
CIRCUMFLEX = {"a": "â", "e": "ê", "o": "ô"}
HORN = {"o": "ơ", "u": "ư"}
VNI_SHAPES = {"6": CIRCUMFLEX, "7": HORN, "8": {"a": "ă"}, "9": {"d": "đ"}}

WORD = re.compile(r"[^\W_]+")
VOWEL = re.compile("[aăâeêioôơuưy]")
ENOUGH = 0.2  # of the words surely keyed; one among many is a slip of the finger
LONGEST = 12  # keys of one syllable: "nghieengs" and a slip or two


class Lookalikes(BaseModel):
    """data/keystrokes.yaml: words that stand for themselves although they could be keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    borrowed: frozenset[str]
    telex: frozenset[str]
    vni: frozenset[str]


@cache
def lookalikes() -> Lookalikes:
    return read("keystrokes.yaml", Lookalikes)


@lru_cache(maxsize=64)  # one message is looked at for one thing after the other
def decoded(text: str) -> str:
    """The message as its writer meant it; unchanged when it was not typed in keys.

    >>> decoded("tooi muoons ddawng kys khai sinh cho con"), decoded("to6i muo6n1 d9o6i3 ba8ng2 la1i")
    ('tôi muốn đăng ký khai sinh cho con', 'tôi muốn đổi bằng lái')
    >>> decoded("I lost my tax card"), decoded("thi bằng A1"), decoded("lamf visa cho vowj")
    ('I lost my tax card', 'thi bằng A1', 'làm visa cho vợ')
    """
    words = [match[0].lower() for match in WORD.finditer(text)]
    read_as = {word: syllable for word in words if (syllable := syllable_of(word)) and syllable != word}
    unsure = lookalikes().telex | lookalikes().vni
    sure = sum(word in read_as and word not in unsure for word in words)
    strange = sum(word not in read_as and is_strange(word) for word in words)
    if not sure or sure < strange or sure < ENOUGH * len(words):
        return text
    return WORD.sub(lambda match: like(match[0], read_as.get(match[0].lower(), match[0])), text)


def is_strange(word: str) -> bool:
    """Neither a syllable nor an abbreviation nor a number: "passport", not "gplx"."""
    return word.isalpha() and bool(VOWEL.search(plain(word))) and plain(word) not in unmarked()


def like(written: str, meant: str) -> str:
    """In the writer's capitals."""
    if meant == written or not written[0].isupper():
        return meant
    return meant.upper() if written.isupper() and len(written) > 1 else meant.capitalize()


@lru_cache(maxsize=50_000)  # people use the same words
def syllable_of(word: str) -> str | None:
    """The syllable that the keys make; None when they make none, or when the letters are one as they stand."""
    if len(word) > LONGEST or plain(word) in unmarked() or word in lookalikes().borrowed:
        return None
    word = unicodedata.normalize("NFC", word)
    digits = any(c.isdigit() for c in word)
    return next(vni(word) if digits else telex(word), None)


def telex(word: str) -> Iterator[str]:
    vowel = VOWEL.search(word)
    start = vowel.start() if vowel else word.find("w")
    if start < 0:
        return
    tones = [c for c in word[start:] if c in TELEX_TONES]
    letters = word[:start] + "".join(c for c in word[start:] if c not in TELEX_TONES)
    yield from carrying([TELEX_TONES[key] for key in tones], shapes_by_telex(letters))


def vni(word: str) -> Iterator[str]:
    if not word[0].isalpha() or not all(c.isalpha() or c in VNI_TONES or c in VNI_SHAPES for c in word):
        return
    tones = [VNI_TONES[c] for c in word if c in VNI_TONES]
    yield from carrying(tones, shapes_by_vni("".join(c for c in word if c not in VNI_TONES)))


def carrying(tones: list[str], shapes: Iterator[str]) -> Iterator[str]:
    """Those of the letter shapes that are syllables able to carry the one tone that was keyed or already written.

    Two tone keys are a word that only looks keyed ("pass"), or a slip we do not guess at.
    """
    if len(tones) > 1:
        return
    for shape in shapes:
        bare, written = apart(shape)
        told = {*tones, written} - {""}
        if len(told) <= 1 and bare in toneless():
            tone = next(iter(told), "")
            if takes(bare, tone):
                yield with_tone(bare, tone)


def apart(syllable: str) -> tuple[str, str]:
    """A syllable without its tone, and the tone."""
    letters = unicodedata.normalize("NFD", syllable)
    tone = next((c for c in letters if c in TONES), "")
    return unicodedata.normalize("NFC", "".join(c for c in letters if c not in TONES)), tone


def shapes_by_telex(letters: str) -> Iterator[str]:
    """All readings of the keys that shape letters: dd aa ee oo, and w, right behind their letter or later."""
    if "ooo" in letters:  # the third takes the circumflex back: xooong is xoong
        yield letters.replace("ooo", "oo")
        return
    if letters[0] == "d" and "d" in letters[1:]:
        at = letters.index("d", 1)
        yield from shapes_by_telex("đ" + letters[1:at] + letters[at + 1 :])
    if "w" in letters:
        at = letters.index("w")
        before, after = letters[:at], letters[at + 1 :]
        if "uo" in before or "ưo" in before:
            yield from shapes_by_telex(re.sub("[uư]o", "ươ", before, count=1) + after)
        for i in reversed(range(len(before))):
            if hooked := {"a": "ă", **HORN}.get(before[i]):
                yield from shapes_by_telex(before[:i] + hooked + before[i + 1 :] + after)
        if "ươ" in before:  # uwow: the second hook has nothing left to do
            yield from shapes_by_telex(before + after)
        if at == len(before) and not VOWEL.search(before):
            yield from shapes_by_telex(before + "ư" + after)
        return
    for vowel, wide in CIRCUMFLEX.items():
        if letters.count(vowel) > 1:
            first, again = letters.index(vowel), letters.rindex(vowel)
            yield from shapes_by_telex(letters[:first] + wide + letters[first + 1 : again] + letters[again + 1 :])
    yield letters


def shapes_by_vni(letters: str) -> Iterator[str]:
    """All readings of the digits that shape letters: 6 â ê ô, 7 ơ ư, 8 ă, 9 đ."""
    at = next((i for i, c in enumerate(letters) if c in VNI_SHAPES), None)
    if at is None:
        yield letters
        return
    shapes, before, after = VNI_SHAPES[letters[at]], letters[:at], letters[at + 1 :]
    if shapes is HORN and re.search("[uư]o", before):
        yield from shapes_by_vni(re.sub("[uư]o", "ươ", before, count=1) + after)
    for i in reversed(range(len(before))):
        if shaped := shapes.get(before[i]):
            yield from shapes_by_vni(before[:i] + shaped + before[i + 1 :] + after)
    if shapes is HORN and "ươ" in before:
        yield from shapes_by_vni(before + after)
