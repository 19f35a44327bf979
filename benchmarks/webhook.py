"""Updates answered a second by webhook, beside python-telegram-bot's own echo bot, with a Bot API that takes 50 ms.

    python -m benchmarks.webhook [--echo-python PYTHON] [--rounds 3] [--seconds 10]

The service is `python -m bot run` with SQLite, one process, as it is installed: each update is kept, then 200, then
understood, answered, the answer kept, sent, marked. The echo bot keeps nothing. PYTHON is an interpreter with
python-telegram-bot[webhooks] (benchmarks/webhook.md). This process is Telegram and all the citizens. Rounds alternate;
figures are medians over the rounds, the ratio is taken within its round, to the best of the echo bots in it.
Exit code 1 when an update got no answer, or not exactly one turn.
"""

import argparse
import asyncio
import signal
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.processes import ROOT
from benchmarks.webhook_api import BotApi
from benchmarks.webhook_load import SHARES, Counted, Load
from benchmarks.webhook_people import Chances, Citizen
from benchmarks.webhook_processes import Bot, Command, Program, running
from bot import app
from knowledge.lexicon import load_lexicon
from knowledge.text import fold

LATENCY = 0.05  # seconds
WARM_UP = 3.0  # seconds of each round that are not counted
FIRST_WARM_UP = 12.0  # of the first, until people have come as far as the form
WAITS = 20  # seconds for what is under way when all is over
OURS = "noidai"
# Updates at once, and connections; 0: the library's default. Those of CHANNELS §1.4, and one between.
ECHOES = ((0, 0), (16, 16), (32, 32), (64, 64), (64, 256), (256, 256))
HEAD = ("bot", "updates/s", "p50 ms", "p99 ms", "CPU ms an update", "its core", "ours", "MB", "search/tap/form")


@dataclass
class Side:
    """A bot that is up, and all who talk to it."""

    name: str
    bot: Bot
    load: Load
    folder: Path
    rounds: list[Counted] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    async def plays(self, api: BotApi, seconds: float) -> None:
        api.shown = self.load.shown
        try:
            warm_up = WARM_UP if self.rounds else FIRST_WARM_UP
            counted = await self.load.run(warm_up, seconds, self.bot.cpu)
            counted.megabytes = self.bot.megabytes()
            self.rounds.append(counted)
        except TimeoutError:
            self.problems.append("an update was never answered")

    async def wrongs(self) -> list[str]:
        """Of ours: each update has one turn, all are sent, and nothing waits, at least after a while."""
        if self.name != OURS:
            return []
        for _ in range(WAITS):
            found = self._left()
            if not any(found.values()):
                break
            await asyncio.sleep(1)
        return [f"{name}: {number} too many" for name, number in found.items() if number]

    def _left(self) -> dict[str, int]:
        with closing(sqlite3.connect(f"file:{self.folder}/noidai.db?mode=ro", uri=True)) as database:
            (turns,) = database.execute("SELECT count(*) FROM turn").fetchone()
            (owed,) = database.execute("SELECT count(*) FROM turn WHERE due_at IS NOT NULL").fetchone()
            (waiting,) = database.execute("SELECT count(*) FROM inbox").fetchone()
        return {"updates without a turn": self.load.posted - turns, "answers owed": owed, "updates waiting": waiting}


def ours(folder: Path, api: str, port: int) -> Command:
    return (sys.executable, "-m", "bot", "run"), {
        "PYTHONPATH": str(ROOT),
        "NOIDAI_PORT": str(port),
        "NOIDAI_PUBLIC_URL": "https://bot.example",
        "NOIDAI_DATABASE_URL": f"sqlite:///{folder}/noidai.db",
        "NOIDAI_DATA_KEY_FILE": str(folder / "data.key"),
        "NOIDAI_SANDBOX_FILE": str(folder / "post.db"),
        "NOIDAI_TELEGRAM_TOKEN": "1:noidai",
        "NOIDAI_TELEGRAM_MODE": "webhook",
        "NOIDAI_TELEGRAM_API": api,
        "NOIDAI_TELEGRAM_A_SECOND": "100000",  # Telegram's own limit is 30: nobody could be measured against it
        "NOIDAI_LOG_LEVEL": "WARNING",
    }


def echo(python: str, at_once: int, pool: int, folder: Path, api: str, port: int) -> Command:
    return (python, str(ROOT / "benchmarks" / "webhook_echo.py"), api, *map(str, (port, at_once, pool))), {}


@dataclass(frozen=True)
class Given:
    """What is measured, and how long."""

    echo_python: str = sys.executable
    echoes: Sequence[tuple[int, int]] = ECHOES
    rounds: int = 3
    seconds: float = 10.0
    in_flight: int = 256


@asynccontextmanager
async def up(name: str, program: Program, api: BotApi, wishes: Sequence[str], in_flight: int) -> AsyncIterator[Side]:
    chances = Chances(wishes)
    with tempfile.TemporaryDirectory(prefix="noidai-webhook-") as folder:
        async with running(program, Path(folder), api) as bot:
            load = Load(bot.caller, lambda chat: Citizen(chat, chances, echoed=name != OURS), in_flight)
            yield Side(name, bot, load, Path(folder))


def programs(given: Given) -> dict[str, Program]:
    """By the name of the row."""
    echoes = {
        f"echo, {at_once or 1} at once, {pool or 256} connections": (at_once, pool) for at_once, pool in given.echoes
    }
    return {OURS: ours, **{name: partial(echo, given.echo_python, *sizes) for name, sizes in echoes.items()}}


async def measured(given: Given) -> list[Side]:
    wishes = wishes_of_citizens()
    async with AsyncExitStack() as stack:
        api = BotApi(LATENCY)
        await api.start()
        stack.push_async_callback(api.close)
        sides = [
            await stack.enter_async_context(up(name, program, api, wishes, given.in_flight))
            for name, program in programs(given).items()
        ]
        for number in range(given.rounds):
            for side in sides:
                if number == 0 or ", 1 at once" not in side.name:  # twenty a second: once is enough
                    await side.plays(api, given.seconds)
        for side in sides:
            side.problems += await side.wrongs()
    return sides


def wishes_of_citizens() -> list[str]:
    """Everyday names of the bundled procedures, without accents."""
    lexicon = load_lexicon()
    return [fold(name) for code in app.read_catalogue(app.BARE) for name in lexicon.said_of(code)]


def table(sides: Sequence[Side]) -> str:
    rows = [row(*HEAD), row("---", *("---:" for _ in HEAD[1:]))]
    return "\n".join([*rows, *(row(side.name, *figures(side)) for side in sides if side.rounds)])


def figures(side: Side) -> Sequence[str]:
    def middle(of: Callable[[Counted], float]) -> float:
        return median(map(of, side.rounds))

    shares = [median(one.answered[kind] / one.answered.total() for one in side.rounds) for kind in SHARES]
    return (
        f"{middle(lambda one: one.rate):.0f}",
        f"{middle(lambda one: one.within(0.5)) * 1000:.0f}",
        f"{middle(lambda one: one.within(0.99)) * 1000:.0f}",
        f"{middle(lambda one: one.cpu / one.answered.total()) * 1000:.2f}",
        f"{middle(lambda one: one.cpu / one.seconds):.0%}",
        f"{middle(lambda one: one.own / one.seconds):.0%}",
        f"{middle(lambda one: one.megabytes):.0f}",
        "/".join(f"{share:.0%}" for share in shares),
    )


def ratios(sides: Sequence[Side]) -> list[float]:
    """Ours to the best echo bot, round by round, so that a slow moment of the machine meets both."""
    mine, *echoes = sides
    best = [
        max((side.rounds[number].rate for side in echoes if len(side.rounds) > number), default=0.0)
        for number in range(len(mine.rounds))
    ]
    return [one.rate / other for one, other in zip(mine.rounds, best, strict=True) if other]


def row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--echo-python", default=Given.echo_python, help="of the echo bots; '': without them")
    parser.add_argument("--rounds", type=int, default=Given.rounds)
    parser.add_argument("--seconds", type=float, default=Given.seconds, help="of a round, besides the warm-up")
    parser.add_argument("--in-flight", type=int, default=Given.in_flight, help="updates posted and not answered")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the processes of the run end with it
    echoes = ECHOES if options.echo_python else ()
    given = Given(options.echo_python, echoes, options.rounds, options.seconds, options.in_flight)
    sides = asyncio.run(measured(given))
    print(table(sides))
    if found := ratios(sides):
        print(f"\nto the best echo bot: {median(found):.1f} (rounds: {', '.join(f'{one:.1f}' for one in found)})")
    problems = [f"{side.name}: {problem}" for side in sides for problem in side.problems]
    print("\n".join(problems))
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
