"""A citizen who knows what they want: how many taps until the right procedure is on screen.

    python -m benchmarks.citizens CATALOGUE [QUERIES]

CATALOGUE is an imported national layer. QUERIES are JSON Lines {"query": …, "codes": […]}, those of the search bench
for example; without them the messages the ranking was learnt from. The whole dialogue answers, as in production. The
citizen taps the button that holds what they want, or says truthfully that it is none of these, and gives up after
`PATIENCE` taps.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot import app
from bot.dialogue.events import Chose, Event, Wrote, interpret
from bot.dialogue.states import Conversation, Home
from bot.dialogue.step import Step
from bot.dialogue.table import advance
from bot.dialogue.world import World
from bot.settings import Settings
from knowledge.making.weights import messages

PATIENCE = 3
WRONG = -1
LEADING = ("show:", "among:", "others:")


def taps(world: World, query: str, means: frozenset[str]) -> int:
    """Taps until one of `means` is on screen; 0 when it is shown at once, WRONG when it never is."""
    step = said(world, Home(), interpret(Wrote(query), world.understanding))
    for count in range(PATIENCE + 1):
        if getattr(step.state, "code", None) in means:
            return count
        option = truthful(step, means)
        if option is None:
            return WRONG
        step = said(world, step.state, Chose(option))
    return WRONG


def said(world: World, state: object, event: Event) -> Step:
    return advance(state, event, world.given(Conversation().memory))  # type: ignore[arg-type]


def truthful(step: Step, means: frozenset[str]) -> str | None:
    """The button that names what is wanted, or leaves it."""
    options = [button.option for reply in step.replies for button in reply.buttons]
    leading = [option for option in options if option.startswith(LEADING)]
    return next((option for option in leading if means & set(option.partition(":")[2].split(","))), None)


def asked(queries: Path | None) -> Iterator[tuple[str, str, frozenset[str]]]:
    """(style, query, codes); only of messages that a procedure serves."""
    if queries is None:
        yield from ((one.style, one.message, one.means) for one in messages() if one.means)
        return
    for line in queries.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["codes"]:
            yield row.get("style", ""), row["query"], frozenset(row["codes"])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("catalogue", type=Path)
    arguments.add_argument("queries", type=Path, nargs="?")
    arguments.add_argument("--lost", type=int, default=0, help="show so many that did not arrive")
    given = arguments.parse_args()
    world = app.know(app.read_catalogue(Settings(catalogue=given.catalogue)), at=lambda: datetime(2026, 11, 21, 12))
    needed: Counter[int] = Counter()
    lost: list[str] = []
    for style, query, means in asked(given.queries):
        count = taps(world, query, means)
        needed[count] += 1
        if count not in (0, 1, 2):
            lost.append(f"{style:12} {query}")
    total = sum(needed.values())
    within = {n: sum(needed[k] for k in range(n + 1)) / total for n in range(3)}
    print(f"{total} queries: at once {within[0]:.3f}, within one tap {within[1]:.3f}, within two {within[2]:.3f}")
    print("\n".join(lost[: given.lost]))


if __name__ == "__main__":
    main()
