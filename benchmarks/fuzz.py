"""How long the search takes at worst: random strings of every kind, and the slowest of them.

    python -m benchmarks.fuzz [--catalogue var/national.jsonl] [--count 100000] [--seed 1]

Prints percentiles of the process time of a query, then the ten slowest queries, each with its time on a second go:
far less the second time, it was the garbage collector that took the first. As in the service, what is loaded at the
start is kept out of the collector's way. Exceptions are not caught.
"""

import argparse
import gc
import random
import time
from collections.abc import Callable, Iterator
from heapq import nlargest
from pathlib import Path

from knowledge.lexicon import load_lexicon
from knowledge.search import ProcedureSearch
from procedures_catalog.catalog import load

SLOWEST = 10
SHOWN = 90  # characters of a query
PERCENTILES = (50, 90, 99, 99.9, 100)
KEYS = "qwertyuiopasdfghjklzxcvbnm1234567890      ,.;/-'"
ONSETS = ("", *"bcdđghklmnpqrstvx", "ch", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr")
VOWELS = (*"aáàạăắâấeẹêếiíoóôốơớuúưứy", "ươ", "ướ", "iê", "uô", "oa", "oà", "uyê")
ENDINGS = ("", "", "c", "ch", "i", "m", "n", "ng", "nh", "o", "p", "t", "u")
LONGEST = 1000  # characters

Kind = Callable[[random.Random, list[str]], str]


def anything(chance: random.Random, words: list[str]) -> str:
    """Any character but the halves of surrogate pairs, which no channel lets through."""
    points = (chance.choice((0x7F, 0x1FFF, 0xFFFF, 0x10FFFF)) for _ in range(chance.randrange(200)))
    drawn = (chance.randrange(limit + 1) for limit in points)
    return "".join(chr(point) for point in drawn if not 0xD800 <= point <= 0xDFFF)


def syllables(chance: random.Random, words: list[str]) -> str:
    count = chance.randrange(1, 60)
    return " ".join(chance.choice(ONSETS) + chance.choice(VOWELS) + chance.choice(ENDINGS) for _ in range(count))


def keyboard(chance: random.Random, words: list[str]) -> str:
    return "".join(chance.choices(KEYS, k=chance.randrange(1, 300)))


def known_words(chance: random.Random, words: list[str]) -> str:
    """As people would say, in no order."""
    return " ".join(chance.choices(words, k=chance.randrange(1, 80)))


def slices(chance: random.Random, words: list[str]) -> str:
    """Pieces of what people say, cut anywhere."""
    said = " ".join(chance.choices(words, k=100))
    start = chance.randrange(len(said))
    return said[start : start + chance.randrange(1, 300)]


def slips(chance: random.Random, words: list[str]) -> str:
    """Every word misspelt, so that every one has to be mended."""
    return " ".join(slipped(word, chance) for word in chance.choices(words, k=chance.randrange(1, 50)))


def slipped(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word) + 1)
    return word[:at] + chance.choice(KEYS[:26]) + word[at:]


def long_words(chance: random.Random, words: list[str]) -> str:
    return " ".join(
        "".join(chance.choices(KEYS[:26], k=chance.randrange(1, 400))) for _ in range(chance.randrange(1, 6))
    )


KINDS: tuple[Kind, ...] = (anything, syllables, keyboard, known_words, slices, slips, long_words)


def strings(count: int, seed: int, longest: int = LONGEST) -> Iterator[str]:
    """Of each kind in turn; the same seed gives the same."""
    chance = random.Random(seed)
    words = sorted({word for entry in load_lexicon().entries for phrase in entry.phrases() for word in phrase.split()})
    for number in range(count):
        yield KINDS[number % len(KINDS)](chance, words)[:longest]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--catalogue", type=Path, help="imported national layer; without it the bundled procedures")
    arguments.add_argument("--count", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    search = ProcedureSearch.over(load(national=given.catalogue))
    search.prepare()
    gc.collect()
    gc.freeze()
    times = [(spent_on(search, said), said) for said in strings(given.count, given.seed)]
    ordered = sorted(spent for spent, _ in times)
    for percentile in PERCENTILES:
        print(f"p{percentile:<5} {ordered[min(len(ordered) - 1, int(len(ordered) * percentile / 100))]:8.2f} ms")
    for spent, said in nlargest(SLOWEST, times):
        print(f"{spent:8.2f} ms, again {spent_on(search, said):6.2f}  {len(said):4} characters  {said[:SHOWN]!r}")


def spent_on(search: ProcedureSearch, said: str) -> float:
    """Milliseconds of process time."""
    start = time.process_time()
    search.find(said)
    return 1000 * (time.process_time() - start)


if __name__ == "__main__":
    main()
