"""The letters of the papers: Source Sans Pro (SIL Open Font License), from the package font-source-sans-pro."""

import unicodedata
from collections.abc import Set
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

Weight = Literal["Regular", "Bold"]
FAMILY = "Source Sans Pro"
UNPRINTABLE = "■"  # stands where a letter was that the font lacks, so that both sides see that one is missing
SPACES = {"Zs", "Zl", "Zp", "Cc"}  # Unicode categories
SELECTORS = range(0xFE00, 0xFE10)  # variation selectors: how an emoji is to look


def font_file(weight: Weight) -> Path:
    return Path(str(files("font_source_sans_pro"))) / "files" / f"SourceSansPro-{weight}.ttf"


@cache
def letters() -> Set[str]:
    """What both weights can show."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    known: list[set[str]] = []
    for weight in ("Regular", "Bold"):
        with TTFont(font_file(weight), lazy=True) as font:
            known.append({chr(code) for code in font.getBestCmap()})
    return frozenset(known[0] & known[1])


def printable(text: str) -> str:
    """On one line, composed (NFC), with nothing the font lacks and nothing that cannot be seen.

    >>> printable("Nguye\u0302\u0303n\\n  Thị 🙂 \u202eBé")
    'Nguyễn Thị ■ Bé'
    """
    return " ".join("".join(map(shown, unicodedata.normalize("NFC", text))).split())


def shown(letter: str) -> str:
    """The letter, what is written like it (ａ: a), or the sign that it is missing; invisible signs go."""
    category = unicodedata.category(letter)
    if category in SPACES:
        return " "
    if category == "Cf" or ord(letter) in SELECTORS:
        return ""
    if letter in letters():
        return letter
    alike = unicodedata.normalize("NFKC", letter)
    return alike if set(alike) <= letters() else UNPRINTABLE
