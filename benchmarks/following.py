"""Many followed dossiers, systems that fail, a service that is killed: is each change told once, and soon?

    python -m benchmarks.following [--dossiers 10000] [--kills 5] [--faults 0.2] [--engine sqlite] [--engine postgres]

Three processes on this machine: the pretend agencies with their faults on (benchmarks/following_agencies.py), the
service (`python -m bot run`), and this one, which follows the dossiers, kills the service with SIGKILL and starts it
again, and lets time pass at the agencies. In the end it lays what happened there and the notices kept here side by
side (benchmarks/following_verdict.py). Exit code 1 when anything does not agree. A run ends after 30 minutes, at most.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import make_url

from benchmarks.following_memory import Memory
from benchmarks.following_processes import Lives, Watched, pretend_agencies, settings_for
from benchmarks.following_scene import Ledger, Plan, Scene, follow_all
from benchmarks.following_systems import Limit, limits, write_systems
from benchmarks.following_verdict import KEY, Down, Judge, Verdict, in_plain, notices_of
from benchmarks.orders import database, errors_in, row
from benchmarks.orders_citizen import browsers
from bot.app import now
from bot.storage.keys import key_from
from bot.storage.migrate import migrate
from bot.storage.store import opened
from bot.storage.vault import Vault

FLAT = 0.05  # growth of memory that still counts as none


@dataclass
class Run:
    """How one engine fared. Times in seconds."""

    engine: str
    plan: Plan
    verdict: Verdict
    limits: Mapping[str, Limit]
    counted: Mapping[str, Any]  # at the agencies: calls by system, and the faults that struck
    memory: Memory
    downs: Sequence[Down]
    first_round: float
    passed: float
    drained: float
    whole: float
    ended: int
    changes: int  # of a status, or an apology, while all was watched
    log_errors: list[str]
    warnings: int
    problems: list[str] = field(default_factory=list)

    @property
    def wrongs(self) -> list[str]:
        growth = [f"memory grew by {self.memory.growth:.1%}"] if self.memory.growth > FLAT else []
        return [*self.problems, *self.verdict.wrongs, *growth, *(f"in the log: {line}" for line in self.log_errors)]


async def run(plan: Plan, url: str, folder: Path) -> Run:
    began = time.monotonic()
    store = opened(url, Vault(key_from(None, folder / "data.key")), now)
    allowed, systems = limits(plan.dossiers, plan.period, plan.faults, plan.headroom), folder / "systems.yaml"
    async with browsers() as session, pretend_agencies(folder, **plan.agencies) as agencies:
        write_systems(systems, agencies.address, allowed, plan.timeout)
        lives = Lives(Watched(folder, settings_for(folder, url, systems, plan.period), None, lease=plan.lease))
        scene = Scene(plan, agencies, lives, session, Ledger(store), Random(plan.seed))
        try:
            migrate(store.engine)
            followed = follow_all(store, agencies.codes)
            await scene.play()
        finally:
            await lives.close()
        truth, counted = await agencies.stopped()
    judge = Judge(plan.period, scene.began, scene.first_look, lives.downs)
    notices = notices_of(store.engine)
    store.close()
    for (chat, key), code in followed.items():
        judge.follower(f"{key[:12]} {chat[4:12]}", truth[code], notices.get((chat, key[:KEY]), []))
    strangers = notices.keys() - {(chat, key[:KEY]) for chat, key in followed}
    judge.verdict.untrue += [f"told to who does not follow: {chat[:12]}" for chat, _ in strangers]
    judge.verdict.in_plain += in_plain(folder)
    judge.verdict.above_limit += list(above(allowed, counted))
    log = lives.service.log
    return Run(
        engine=make_url(url).get_backend_name(),
        plan=plan,
        verdict=judge.verdict,
        limits=allowed,
        counted=counted,
        memory=lives.memory,
        downs=lives.downs,
        first_round=scene.first_look - scene.began,
        passed=scene.stood_still - scene.first_look,
        drained=scene.over - scene.stood_still,
        whole=time.monotonic() - began,
        ended=scene.ended_by_then,
        changes=sum(seen.since > scene.first_look for way in truth.values() for seen in way),
        log_errors=errors_in(log),
        warnings=log.read_text("utf-8", "replace").count("[warning"),
        problems=scene.problems,
    )


def above(allowed: Mapping[str, Limit], counted: Mapping[str, Any]) -> Sequence[str]:
    """Calls for tokens are not counted to the rate, and told apart."""
    found = []
    for wire, limit in allowed.items():
        was = counted["systems"][wire]
        if was["in_a_minute"] > limit.per_minute:
            found.append(f"{wire}: {was['in_a_minute']} calls in a minute, {limit.per_minute} allowed")
        if was["at_once"] > limit.at_once:
            found.append(f"{wire}: {was['at_once']} calls at once, {limit.at_once} allowed")
    return found


def table(runs: Sequence[Run]) -> str:
    """Markdown, a column for each engine."""
    lines = [row("", *(one.engine for one in runs)), row("---", *("---:" for _ in runs))]
    lines += [row(label, *(of(one) for one in runs)) for label, of in FIGURES.items()]
    return "\n".join(lines)


def systems(run: Run) -> str:
    """Markdown, a row for each system."""
    titles = ("", "calls", "allowed a minute", "most in a minute", "with tokens", "allowed at once", "most at once")
    lines = [row(*titles), row("---", *("---:" for _ in titles[1:]))]
    for wire, limit in run.limits.items():
        was = run.counted["systems"][wire]
        rate = (limit.per_minute, was["in_a_minute"], was["in_a_minute_with_tokens"])
        lines.append(row(wire, was["calls"], *rate, limit.at_once, was["at_once"]))
    return "\n".join(lines)


def calls(run: Run) -> int:
    return sum(was["calls"] + was["tokens"] for was in run.counted["systems"].values())


def failed(run: Run) -> str:
    return f"{sum(run.counted['struck'].values()) / max(calls(run), 1):.1%}"


def percentile(delays: Sequence[float], share: float) -> str:
    if not delays:
        return "-"
    return f"{sorted(delays)[min(int(len(delays) * share), len(delays) - 1)]:.1f}"


def delay(share: float, run: Run) -> str:
    return percentile(run.verdict.delays, share)


def weight(place: float, run: Run) -> str:
    """MB at a place of the longest life, 0 to 1."""
    life = run.memory.longest
    return f"{life[min(int(len(life) * place), len(life) - 1)].megabytes:.0f}" if life else "-"


FIGURES: Mapping[str, Any] = {
    "dossiers followed": lambda run: run.plan.dossiers,
    "by chats (each for each dossier)": lambda run: run.verdict.followers,
    "polling period, s": lambda run: f"{run.plan.period:g}",
    "changes seen at the agencies during the run": lambda run: run.changes,
    "notices to be": lambda run: run.verdict.expected,
    "notices kept": lambda run: run.verdict.told,
    "missing": lambda run: len(run.verdict.missing),
    "twice": lambda run: len(run.verdict.twice),
    "of nothing that happened": lambda run: len(run.verdict.untrue),
    "out of order": lambda run: len(run.verdict.out_of_order),
    "s from visible to kept, half of them within": partial(delay, 0.5),
    "95 % within": partial(delay, 0.95),
    "99 % within": partial(delay, 0.99),
    "the slowest": partial(delay, 1),
    "later than two periods": lambda run: run.verdict.late_without_grace,
    "later than two periods and the time it was down": lambda run: len(run.verdict.too_late),
    "of what was so before: the slowest, s after the start": lambda run: percentile(run.verdict.first, 1),
    "kills (SIGKILL)": lambda run: len(run.downs),
    "s down after each": lambda run: ", ".join(f"{down.until - down.since:.0f}" for down in run.downs),
    "calls, with tokens": calls,
    "of them made to fail": failed,
    "systems above their limit": lambda run: len(run.verdict.above_limit),
    "MB resident, longest life: at 10 %": partial(weight, 0.1),
    "in the middle": partial(weight, 0.5),
    "at its end": partial(weight, 1),
    "most of all lives": lambda run: f"{run.memory.peak:.0f}",
    "last third beside the first, warmed up": lambda run: f"{run.memory.growth:+.1%}",
    "s of that life": lambda run: f"{run.memory.longest[-1].age:.0f}" if run.memory.longest else "-",
    "files in which an owner can be read": lambda run: len(run.verdict.in_plain),
    "errors in the service's log": lambda run: len(run.log_errors),
    "warnings there": lambda run: run.warnings,
    "s until all were seen once": lambda run: f"{run.first_round:.0f}",
    "s in which time passed at the agencies": lambda run: f"{run.passed:.0f}",
    "s until all were asked for after that": lambda run: f"{run.drained:.0f}",
    "dossiers ended by then": lambda run: run.ended,
    "s in all": lambda run: f"{run.whole:.0f}",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dossiers", type=int, default=Plan.dossiers)
    parser.add_argument("--kills", type=int, default=Plan.kills)
    parser.add_argument("--faults", type=float, default=Plan.faults, help="0 to 1")
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--period", type=float, default=Plan.period, help="seconds")
    parser.add_argument("--engine", action="append", choices=("sqlite", "postgres"), help="both when none is named")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the processes of the run end with it
    plan = Plan(given.dossiers, given.kills, given.faults, given.seed, given.period)
    runs = []
    for engine in given.engine or ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory(prefix="noidai-following-") as folder, database(engine, Path(folder)) as url:
            runs.append(asyncio.run(run(plan, url, Path(folder))))
    print(table(runs))
    for one in runs:
        print(f"\n{one.engine}: told {dict(one.verdict.kinds)}; besides {dict(one.verdict.besides)}")
        print(f"faults: {one.counted['struck']}\n\n{systems(one)}\n")
        print("\n".join(one.wrongs[:40]))
    return int(any(one.wrongs for one in runs))


if __name__ == "__main__":
    sys.exit(main())
