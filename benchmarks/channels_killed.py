"""Chats that ask through a webhook while the service is killed: is each question answered once, and in its order?

    python -m benchmarks.channels_killed [--chats 50] [--questions 200] [--kills 2] [--careful]

Two processes on this machine: the service (`python -m bot run`), which is killed with SIGKILL and started again, and
this one, which is all the citizens and the far end of the channel (channels_ends.py), once as Telegram, once as Zalo.
Each chat asks on without waiting for answers; updates and answers take random times; some updates are brought twice,
and each again until it is taken. Every question asks for another procedure, so an answer tells which one it answers;
a long one comes in several messages, in each chat the same.

An answer that is on its way, or on the screen, and not yet marked as sent in the moment of the kill is sent again:
neither Telegram nor Zalo offers a key by which it could be the same message. How many that were is told; `--careful`
kills in moments in which there are none, and then nothing at all may come twice. Exit code 1 when anything is wrong.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from aiohttp import ClientSession, TCPConnector, web

from benchmarks.channels_ends import End, Shown, TelegramEnd, ZaloEnd, chat_of
from benchmarks.channels_scene import ANSWERS, Kill, Plan, Scene, until
from benchmarks.processes import Service
from bot.storage.store import connect

CHANNELS = ("telegram", "zalo")
TITLES = frozenset(ANSWERS)


@dataclass
class Verdict:
    """Lists name chat and question; all must be empty."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)  # beside those that may be
    out_of_order: list[str] = field(default_factory=list)
    sent_again: int = 0  # unmarked when the service was killed
    answered: int = 0
    parts: dict[int, dict[int, set[str]]] = field(default_factory=dict)  # by question and chat: those after the first

    def judge(self, chat: int, lines: Sequence[str], plan: Plan, unmarked: frozenset[tuple[int, int]]) -> None:
        """What may come twice comes at once after the first time: nothing is sent in between."""
        number = 0
        for line in lines:
            if number < plan.questions and line == ANSWERS[number % len(ANSWERS)]:
                number += 1
            elif number and line == ANSWERS[(number - 1) % len(ANSWERS)]:
                if not plan.careful and (chat, number - 1) in unmarked:
                    self.sent_again += 1
                else:
                    self.twice.append(f"{chat}/{number - 1}")
            elif number and line not in TITLES:
                self._goes_on(chat, number - 1, line, (chat, number - 1) in unmarked and not plan.careful)
            else:
                self.out_of_order.append(f"{chat}/{number}: {line}")
        self.answered += number
        self.lost += [f"{chat}/{missing}" for missing in range(number, plan.questions)]

    def _goes_on(self, chat: int, number: int, line: str, again: bool) -> None:
        seen = self.parts.setdefault(number, {}).setdefault(chat, set())
        if line in seen and not again:
            self.twice.append(f"{chat}/{number}: {line}")
        seen.add(line)

    def compare(self, chats: Collection[int]) -> None:
        """All are asked the same, so what one was shown of an answer, all must have been."""
        for number, shown in self.parts.items():
            whole = set[str]().union(*shown.values())
            self.lost += [f"{chat}/{number}: {line}" for chat in chats for line in whole - shown.get(chat, set())]


@dataclass
class Run:
    channel: str
    verdict: Verdict
    kills: list[Kill]
    brought_again: int
    brought_twice: int
    seconds: float
    problems: list[str]
    log_errors: list[str]

    @property
    def wrongs(self) -> list[str]:
        told = self.verdict
        lists = {"lost": told.lost, "twice": told.twice, "out of order": told.out_of_order}
        found = [f"{name}: {', '.join(some[:9])}" for name, some in lists.items() if some]
        return [*self.problems, *found, *(f"in the log: {line}" for line in self.log_errors)]


def end_of(channel: str, plan: Plan) -> End:
    shown = Shown(Random(plan.seed), plan.slowest, TITLES)
    return TelegramEnd(shown, plan.chats) if channel == "telegram" else ZaloEnd(shown)


async def run(channel: str, plan: Plan, folder: Path, database: str = "") -> Run:
    began, end = time.monotonic(), end_of(channel, plan)
    database = database or f"sqlite:///{folder / 'noidai.db'}"
    runner = web.AppRunner(end.application(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    service = Service(folder, settings_for(folder, database, end.settings(f"http://{host}:{port}")), None)
    engine = connect(database)
    try:
        async with ClientSession(connector=TCPConnector(limit=0)) as session:
            await service.start(session)
            await until(lambda: end.is_ready)  # the service tells it where its webhook is
            scene = Scene(plan, end, service, engine, session)
            problems = await scene.play()
            await service.close()
    finally:
        await service.close()
        await runner.cleanup()
        engine.dispose()
    verdict = Verdict()
    unmarked = frozenset[tuple[int, int]]().union(*(kill.unmarked for kill in scene.kills))
    for chat in range(plan.chats):
        verdict.judge(chat, end.shown.lines.get(chat_of(chat), []), plan, unmarked)
    verdict.compare(range(plan.chats))
    return Run(
        channel,
        verdict,
        scene.kills,
        scene.sent_again,
        scene.brought_twice,
        time.monotonic() - began,
        problems,
        errors_in(service.log),
    )


def settings_for(folder: Path, database: str, channel: Mapping[str, str]) -> Mapping[str, str]:
    return {
        **channel,
        "NOIDAI_DATABASE_URL": database,
        "NOIDAI_DATA_KEY_FILE": str(folder / "data.key"),
        "NOIDAI_SANDBOX_FILE": str(folder / "sandbox.db"),
    }


def errors_in(log: Path) -> list[str]:
    lines = log.read_text("utf-8", "replace").splitlines()
    return [line[:300] for line in lines if "[error" in line or "[critical" in line or "Traceback" in line]


def table(runs: Sequence[Run], plan: Plan) -> str:
    rows: Mapping[str, Sequence[object]] = {
        "questions answered": [f"{one.verdict.answered:,} of {plan.chats * plan.questions:,}" for one in runs],
        "lost": [len(one.verdict.lost) for one in runs],
        "out of order": [len(one.verdict.out_of_order) for one in runs],
        "twice": [len(one.verdict.twice) for one in runs],
        "sent again, unmarked at a kill": [one.verdict.sent_again for one in runs],
        "… of so many unmarked": [sum(len(kill.unmarked) for kill in one.kills) for one in runs],
        "taken and not answered at a kill": [", ".join(str(kill.waiting) for kill in one.kills) for one in runs],
        "seconds down": [", ".join(f"{kill.down:.1f}" for kill in one.kills) for one in runs],
        "updates brought again until taken": [one.brought_again for one in runs],
        "updates brought twice": [one.brought_twice for one in runs],
        "errors in the service's log": [len(one.log_errors) for one in runs],
        "seconds": [f"{one.seconds:.0f}" for one in runs],
    }
    lines = [f"| | {' | '.join(one.channel for one in runs)} |", f"|---|{'---|' * len(runs)}"]
    return "\n".join([*lines, *(f"| {name} | {' | '.join(map(str, row))} |" for name, row in rows.items())])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=Plan.chats)
    parser.add_argument("--questions", type=int, default=Plan.questions)
    parser.add_argument("--kills", type=int, default=Plan.kills)
    parser.add_argument("--careful", action="store_true")
    parser.add_argument("--channel", choices=CHANNELS, action="append")
    given = parser.parse_args()
    plan = Plan(given.chats, given.questions, given.kills, careful=given.careful)
    runs = []
    for channel in given.channel or CHANNELS:
        with tempfile.TemporaryDirectory(prefix="noidai-killed-") as folder:
            runs.append(asyncio.run(run(channel, plan, Path(folder))))
    print(table(runs, plan))
    for one in runs:
        for wrong in one.wrongs:
            print(f"{one.channel}: {wrong}")
    return 1 if any(one.wrongs for one in runs) else 0


if __name__ == "__main__":
    sys.exit(main())
