"""Every syllable Vietnamese is written with. The language has one narrow build: onset, rhyme, tone."""

import unicodedata
from collections.abc import Iterator
from functools import cache

SAC, HUYEN, HOI, NGA, NANG = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
TONES = (SAC, HUYEN, HOI, NGA, NANG)
STOPS = ("c", "ch", "p", "t")  # with these finals only sắc and nặng are spoken

RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu y yêm yên yêng yêt yêu
o oc oi om on ong op ot oong ooc
oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oem oen oeo oet
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uc ui um un ung up ut
uân uâng uât uây uâc uê uêch uên uênh uôc uôi uôm uôn uông uôt uơ uy uya uych uyên uyêt uyn uynh uyp uyt uyu
ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
""".split()  # noqa: SIM905

# Before i, y, e, ê one writes k, gh, ngh; before the others c, g, ng.
FRONT_ONLY, BACK_ONLY = ("k", "gh", "ngh"), ("c", "g", "ng")
ONSETS = ("", *"b d đ g h k l m n p r s t v x c ch gh gi kh ng ngh nh ph qu th tr".split())  # noqa: SIM905


def spelt(onset: str, rhyme: str) -> bool:
    """Whether one writes this onset before this rhyme."""
    front = rhyme[0] in "iyeê"
    if onset == "qu":
        return rhyme[0] in "aăâeêyơôi"
    if onset == "gi":
        return rhyme[0] not in "iy"
    if rhyme.startswith("y"):
        return (rhyme == "y" and onset in ("", *"hklmstv")) or (not onset and rhyme != "y")
    if onset in FRONT_ONLY:
        return front
    if onset == "g":
        return not front or rhyme in ("i", "in", "iêng")  # gì, gìn, giếng: gi before i
    return not (front and onset in BACK_ONLY)


@cache
def toneless() -> frozenset[str]:
    """All syllables without a tone; hooks and circumflexes stay: "đương", "viêt"."""
    return frozenset(onset + rhyme for onset in ONSETS for rhyme in RHYMES if spelt(onset, rhyme))


@cache
def unmarked() -> frozenset[str]:
    """All syllables as written without any marks: "duong", "viet".

    Without the dozen in -ooc and -oong (xoong, rơ-moóc): to the eye they are the keys of far commoner ones (công).
    """
    return frozenset(plain(syllable) for syllable in toneless() if "oo" not in syllable)


def plain(text: str) -> str:
    """
    >>> plain("đường")
    'duong'
    """
    return "".join(c for c in unicodedata.normalize("NFD", text.replace("đ", "d")) if not unicodedata.combining(c))


def takes(syllable: str, tone: str) -> bool:
    """Whether a toneless syllable can carry the tone; "" is no tone, which before a stop is only careless writing."""
    return tone in ("", SAC, NANG) or not syllable.endswith(STOPS)


def with_tone(syllable: str, tone: str) -> str:
    """The tone on the vowel it is usually written on: hòa, thúy, chịu, nghiệp, quý, giá.

    >>> [with_tone(s, t) for s, t in (("hoa", HUYEN), ("hoan", HUYEN), ("giêng", SAC), ("quy", SAC), ("ươc", SAC))]
    ['hòa', 'hoàn', 'giếng', 'quý', 'ước']
    """
    if not tone:
        return syllable
    at = tone_place(syllable)
    return unicodedata.normalize("NFC", syllable[: at + 1] + tone + syllable[at + 1 :])


def tone_place(syllable: str) -> int:
    start = len(next(o for o in sorted(ONSETS, key=len, reverse=True) if is_onset(o, syllable)))
    vowels = [i for i in range(start, len(syllable)) if plain(syllable[i]) in "aeiouy"]
    marked = [i for i in vowels if plain(syllable[i]) != syllable[i]]
    if marked:
        return marked[-1]
    closed = vowels[-1] < len(syllable) - 1
    return vowels[1] if len(vowels) == 3 or (len(vowels) == 2 and closed) else vowels[0]


def is_onset(onset: str, syllable: str) -> bool:
    """ "gi" is one in "gia" but not in "gi" or "gin"; "qu" always is."""
    rest = syllable[len(onset) :]
    return syllable.startswith(onset) and bool(rest) and plain(rest[0]) in "aeiouy"


def every_syllable() -> Iterator[str]:
    """All of them with every tone they take, composed."""
    for syllable in sorted(toneless()):
        yield from (with_tone(syllable, tone) for tone in ("", *TONES) if takes(syllable, tone))
