"""The pretend agencies of a run, in a process of their own: dossiers by the thousand, faults, and what is true of them.

Prints its address; its clock stands still until POST /bench/speed. When it is told to stop it writes what happened to
each dossier, and since when that could be seen, and prints as JSON what was asked of it.
"""

import asyncio
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from math import ceil
from pathlib import Path
from typing import Annotated, Any

import typer
from aiohttp import web

from bot.sandbox.__main__ import told_to_stop
from bot.sandbox.agency.bureau import Bureau
from bot.sandbox.agency.codes import ROOTS
from bot.sandbox.agency.faults import AgencyFaults
from bot.sandbox.agency.segments import wall_of
from bot.sandbox.agency.way import way
from bot.sandbox.agency.wire import WIRES, application
from bot.sandbox.faults import Call, Faults
from bot.sandbox.faulty import SLOW

TRUTH = "agencies.json"  # in the folder of the run
A_ROUND = 10  # dossiers: two of each system
BATCHES = 50  # in which they come in, one after the other
MINUTE = 60.0


class Counted(Faults):
    """`rate`: of all calls, in every way a call can fail."""

    def __init__(self, rate: float, seed: int) -> None:
        super().__init__(AgencyFaults.spread(rate).calls.rates, seed)
        self.struck: Counter[Call] = Counter()

    def of_call(self) -> Call | None:
        fault = super().of_call()
        if fault:
            self.struck[fault] += 1
        return fault


def filed(bureau: Bureau, count: int, seed: int, apart: timedelta, over: timedelta) -> list[str]:
    """Codes, of each system as many. They come in while the clock is put forward by `over`: none lies in the past."""
    codes: list[str] = []
    pause = max(1, ceil(count / A_ROUND / BATCHES))
    for number in range(ceil(count / A_ROUND)):
        codes += of_each_system(bureau.seed(len(ROOTS) * 2, seed=seed + number, apart=apart))
        if number % pause == 0:
            bureau.advance(over * pause * A_ROUND / count)
    return codes[:count]


def of_each_system(codes: list[str]) -> list[str]:
    """Two a system: the portal has two roots, of which each gives one."""
    return [*codes[: len(ROOTS)], *(code for code in codes[len(ROOTS) :] if not code.startswith(("H91", "G99")))]


def happened(bureau: Bureau, code: str) -> Iterator[tuple[str, bool, float]]:
    """Status, whether it is an apology, and since when it could be seen: seconds since 1970, by the wall clock."""
    folder, now = bureau.books.folder(code), bureau.now()
    assert folder
    for told in way(folder):
        since = wall_of(told.at, bureau.segments)
        if since and told.at <= now:
            yield told.stage.status, bool(told.stage.apology), max(since, folder.kept_at).timestamp()


def busiest(times: list[float]) -> int:
    """Most that began within any minute."""
    times.sort()
    return max((index + 1 - bisect_right(times, at - MINUTE) for index, at in enumerate(times)), default=0)


def counted(bureau: Bureau, faults: Counted) -> dict[str, Any]:
    calls = bureau.calls
    systems = {
        wire: {
            "calls": calls.count(wire),
            "in_a_minute": busiest(calls.times(wire)),
            "at_once": calls.most_at_once(wire),
            "tokens": calls.count(f"{wire}/token"),
            "in_a_minute_with_tokens": busiest(calls.times(wire) + calls.times(f"{wire}/token")),
        }
        for wire in WIRES
    }
    return {"systems": systems, "struck": dict(faults.struck)}


async def serve(bureau: Bureau, slow: float) -> None:
    """A call whose caller hung up is over: a pretended slow answer is not slept to its end."""

    async def run_at(request: web.Request) -> web.Response:
        bureau.run_at(float((await request.post())["speed"]))  # type: ignore[arg-type]
        return web.Response()

    app = application(bureau, slow=slow)
    app.router.add_post("/bench/speed", run_at)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        typer.echo(f"http://127.0.0.1:{runner.addresses[0][1]}")
        await told_to_stop()
    finally:
        await runner.cleanup()


def main(
    folder: Path,
    dossiers: Annotated[int, typer.Option()],
    faults: Annotated[float, typer.Option()],
    seed: Annotated[int, typer.Option()],
    apart: Annotated[float, typer.Option(help="Seconds of the pretend clock, at least, between two changes.")],
    over: Annotated[float, typer.Option(help="Seconds of it in which the dossiers come in.")],
    slow: Annotated[float, typer.Option()] = SLOW,
) -> None:
    struck = Counted(faults, seed)
    bureau = Bureau.opened(None, speed=0, faults=AgencyFaults())
    bureau.faults.calls = struck
    codes = filed(bureau, dossiers, seed, timedelta(seconds=apart), timedelta(seconds=over))
    (folder / TRUTH).write_text(json.dumps(dict.fromkeys(codes)), "ascii")
    asyncio.run(serve(bureau, slow))
    truth = {code: list(happened(bureau, code)) for code in codes}
    written = folder / f"{TRUTH}.new"
    written.write_text(json.dumps(truth), "ascii")
    written.replace(folder / TRUTH)
    print(json.dumps(counted(bureau, struck)), flush=True)
    bureau.close()


if __name__ == "__main__":
    typer.run(main)
