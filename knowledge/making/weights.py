"""Learns what each kind of evidence weighs, from messages written for the purpose (messages.yaml): writes
data/weights.yaml. Run by a maintainer after the lexicon, the evidence or the messages have changed:

    python -m knowledge.making.weights CATALOGUE

CATALOGUE is an imported national layer, so that the procedures compete as they do in production. The ranking is a
multinomial choice among the procedures near the message and "nothing fits"; its weights are those under which the
right answers of the messages are likeliest, held small (L2), and never against common sense (data/weights.yaml says
which sign each may have). The same input gives the same weights.
"""

import argparse
import random
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from knowledge.datafile import HERE, strings_of
from knowledge.elsewhere import load_elsewhere
from knowledge.evidence import Evidence, NoEvidence, Weight, Weights
from knowledge.lexicon import load_lexicon
from knowledge.search import ProcedureSearch
from knowledge.topics import Topics
from knowledge.words import load_words
from procedures_catalog.catalog import load

MESSAGES = Path(__file__).parent / "messages.yaml"
TARGET = HERE / "weights.yaml"
SEED = 7
MISSPELT = 0.4  # of the derived messages
L2 = 0.002
STEPS = 600
RATE = 0.1
HELD_OUT = 5  # every fifth need is left out when the result is judged

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


class Labelled(BaseModel):
    """A message and the procedures a fair judge accepts for it; none when nothing fits."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    style: str
    means: frozenset[str]
    message: str

    @property
    def need(self) -> str:
        return min(self.means, default=self.message)


@dataclass(frozen=True)
class Choice:
    """One message as a choice: rows of evidence, which of them are right, and what speaks for nothing."""

    labelled: Labelled
    codes: tuple[str, ...]
    rows: Numbers  # candidates x evidence, short and long side by side
    nothing: Numbers

    @property
    def right(self) -> Numbers:
        return np.array([code in self.labelled.means for code in self.codes], dtype=np.float64)


def messages() -> Iterator[Labelled]:
    """The written messages, and each again as people type it: without marks, some misspelt."""
    chance = random.Random(SEED)  # noqa: S311  # repeatable, nothing secret
    for labelled in TypeAdapter(list[Labelled]).validate_python(strings_of(MESSAGES)):
        yield labelled
        if labelled.style not in ("teen", "english", "partial"):
            typed = misspelt(labelled.message, chance) if chance.random() < MISSPELT else labelled.message
            yield labelled.model_copy(update={"message": unaccented(typed), "style": f"{labelled.style}, as typed"})


def unaccented(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def misspelt(text: str, chance: random.Random) -> str:
    """One slip of the finger in every six words."""
    words = text.split()
    for _ in range(max(1, len(words) // 6)):
        place = chance.randrange(len(words))
        word = words[place]
        if len(word) > 3:
            at = chance.randrange(1, len(word) - 1)
            swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            words[place] = chance.choice((word[:at] + word[at + 1 :], swapped))
    return " ".join(words)


def choices(search: ProcedureSearch, labelled: Iterable[Labelled]) -> Iterator[Choice]:
    for one in labelled:
        reading, candidates, nothing = search.evidence(one.message)
        rows = np.array([side_by_side(evidence, reading.length) for _, evidence in candidates])
        codes = tuple(candidate.code for candidate, _ in candidates)
        yield Choice(
            one,
            codes,
            rows.reshape(len(codes), 2 * len(Evidence._fields)),
            np.array(side_by_side(nothing, reading.length)),
        )


def side_by_side(evidence: Sequence[float], length: float) -> list[float]:
    """So that one linear weight each for short and long messages is learnt."""
    return [value * (1 - length) for value in evidence] + [value * length for value in evidence]


def learnt(given: Sequence[Choice]) -> tuple[Numbers, Numbers]:
    """Weights of the evidence and of its absence: gradient descent (Adam) on the likelihood of the right answers."""
    usable = [one for one in given if len(one.codes) and (not one.labelled.means or one.right.any())]
    rows, none = np.vstack([one.rows for one in usable]), np.vstack([one.nothing for one in usable])
    right = np.concatenate([one.right for one in usable])
    starts = np.cumsum([0, *(len(one.codes) for one in usable[:-1])])
    of = np.repeat(np.arange(len(usable)), [len(one.codes) for one in usable])
    nothing_fits = np.array([not one.labelled.means for one in usable], dtype=np.float64)
    split = rows.shape[1]
    weights = np.zeros(split + none.shape[1])
    mean, spread = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        utility, no_utility = rows @ weights[:split], none @ weights[split:]
        top = np.maximum(np.maximum.reduceat(utility, starts), no_utility)
        odds, no_odds = np.exp(utility - top[of]), np.exp(no_utility - top)
        total = np.add.reduceat(odds, starts) + no_odds
        of_right = np.add.reduceat(odds * right, starts)
        wanted = odds * right / np.where(of_right == 0, 1, of_right)[of]
        pull = odds / total[of] - wanted
        no_pull = no_odds / total - nothing_fits
        gradient = np.concatenate([rows.T @ pull, none.T @ no_pull]) / len(usable) + L2 * weights
        mean = 0.9 * mean + 0.1 * gradient
        spread = 0.99 * spread + 0.01 * gradient**2
        weights = weights - RATE * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-9)
    return weights[:split], weights[split:]


def judged(given: Sequence[Choice], weights: Numbers, none: Numbers) -> dict[str, list[int]]:
    """By style the place of the first right answer (0 the first, 99 none); of messages that nothing fits, 0 if said."""
    places: dict[str, list[int]] = defaultdict(list)
    for one in given:
        utility = one.rows @ weights if len(one.codes) else np.zeros(0)
        refused = not len(utility) or float(one.nothing @ none) > float(np.logaddexp.reduce(utility))
        order = sorted(range(len(one.codes)), key=lambda i: (-utility[i], one.codes[i]))
        place = next((place for place, i in enumerate(order) if one.codes[i] in one.labelled.means), 99)
        places[one.labelled.style].append(place if one.labelled.means else 0 if refused else 99)
        if one.labelled.means:
            places["wrongly refused"].append(99 if refused else 0)
    return places


def as_weights(weights: Numbers, none: Numbers, version: str) -> Weights:
    def named(fields: tuple[str, ...], values: Numbers) -> dict[str, Weight]:
        half = len(fields)
        both = zip(fields, values[:half], values[half:], strict=True)
        return {name: Weight(short=round(float(s), 2), long=round(float(long), 2)) for name, s, long in both}

    return Weights(version=version, evidence=named(Evidence._fields, weights), nothing=named(NoEvidence._fields, none))


def report(places: dict[str, list[int]]) -> str:
    lines = [f"{'style':24} {'n':>5} first three   ten"]
    for style, found in sorted(places.items()):
        share = [sum(place < n for place in found) / len(found) for n in (1, 3, 10)]
        lines.append(f"{style:24} {len(found):5} " + " ".join(f"{s:5.3f}" for s in share))
    return "\n".join(lines)


def written(weights: Weights, target: Path) -> None:
    head = "# Learnt by knowledge/making/weights.py; do not edit. What each number weighs: knowledge/evidence.py.\n"
    body = yaml.safe_dump(weights.model_dump(), sort_keys=False, default_flow_style=None, width=120)
    target.write_text(head + body, "utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("catalogue", type=Path, help="imported national layer")
    arguments.add_argument("--version", required=True, help="of the weights: the day, e.g. 2026-11-22")
    given = arguments.parse_args()
    search = ProcedureSearch(
        load(national=given.catalogue),
        load_words(),
        load_lexicon(),
        Topics((), frozenset(), frozenset()),
        load_elsewhere(),
        Weights.none(),
    )
    every = list(choices(search, messages()))
    needs = sorted({one.labelled.need for one in every})
    held_out = set(needs[::HELD_OUT])
    kept = [one for one in every if one.labelled.need not in held_out]
    print(f"{len(every)} messages, {len(needs)} needs; judged on {len(held_out)} needs left out of the learning")  # noqa: T201
    print(report(judged([o for o in every if o.labelled.need in held_out], *learnt(kept))))  # noqa: T201
    weights = as_weights(*learnt(every), given.version)
    written(weights, TARGET)


if __name__ == "__main__":
    main()
