"""What a dossier weighs, in grams, as people say it: "500g", "1,2 kg", "nửa cân", "1 ký rưỡi"."""

import re
from functools import cache

from pydantic import BaseModel, ConfigDict

from knowledge.courtesies import any_of
from knowledge.datafile import read
from knowledge.text import accented

LONGEST = 100  # characters that are read
KILO, LANG, HALF = 1000, 100, 0.5


class WeightWords(BaseModel):
    """data/grams.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kilos: tuple[str, ...]
    grams: tuple[str, ...]
    grams_of_100: tuple[str, ...]
    half: tuple[str, ...]
    one: tuple[str, ...]


def read_grams(text: str) -> int | None:
    """The first weight in the message. None: none, or none with a unit.

    >>> [read_grams(said) for said in ("khoảng 500g", "1,2 kg", "nửa cân", "1 ký rưỡi", "3 lạng", "một cân", "12")]
    [500, 1200, 500, 1500, 300, 1000, None]
    """
    said = accented(re.sub(r"(\d)[.,](\d)", r"\1dot\2", text[:LONGEST]))
    said = re.sub(r"(\d)dot(\d)", r"\1.\2", re.sub(r"(?<=\d)(?=[^\W\d])(?!dot)", " ", said))
    match = pattern().search(said)
    if not match:
        return None
    count = HALF if match["half"] else 1.0 if match["one"] else float(match["count"])
    if match["more"]:
        count += HALF
    unit = KILO if match["kilos"] else LANG if match["lang"] else 1
    return round(count * unit)


@cache
def pattern() -> re.Pattern[str]:
    words = read("grams.yaml", WeightWords)
    count = rf"(?:(?P<half>{any_of(words.half)})|(?P<one>{any_of(words.one)})|(?P<count>\d+(?:\.\d+)?))"
    unit = (
        rf"(?:(?P<kilos>{any_of(words.kilos)})|(?P<grams>{any_of(words.grams)})|(?P<lang>{any_of(words.grams_of_100)}))"
    )
    return re.compile(rf"(?<!\S){count} (?:a )?{unit}(?!\S)(?: (?P<more>{any_of(words.half)})(?!\S))?")
