"""The processes of a run: the pretend agencies, and the service, whose lives and deaths are written down."""

import asyncio
import json
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from benchmarks.following_agencies import TRUTH
from benchmarks.following_memory import Memory
from benchmarks.following_systems import SECRETS
from benchmarks.following_told import Seen
from benchmarks.following_verdict import Down
from benchmarks.processes import ROOT, START, NotRunningError, Service, ended

# A service that differs in one constant: how long what a killed process was asking for stays its own.
HASTY = (
    "import sys; from datetime import timedelta; from functools import partial; from bot import app_dossiers as app; "
    "lease = timedelta(seconds=float(sys.argv.pop(1))); app.Follower = partial(app.Follower, lease=lease); "
    "import bot.__main__"
)
SEEDING = 300.0  # seconds ten thousand dossiers may take to be filed, or told of in the end


@dataclass
class Agencies:
    process: Process
    address: str
    folder: Path

    @property
    def codes(self) -> list[str]:
        return list(json.loads((self.folder / TRUTH).read_text("ascii")))

    async def run_at(self, session: ClientSession, speed: float) -> None:
        async with session.post(f"{self.address}/bench/speed", data={"speed": str(speed)}) as answer:
            answer.raise_for_status()

    async def stopped(self) -> tuple[dict[str, list[Seen]], dict[str, Any]]:
        """What happened to each dossier, and what was asked."""
        self.process.terminate()
        out, _ = await asyncio.wait_for(self.process.communicate(), SEEDING)
        if not out:
            raise NotRunningError((self.folder / "agencies.log").read_text("utf-8")[-2000:])
        truth = json.loads((self.folder / TRUTH).read_text("ascii"))
        return {code: [Seen(*seen) for seen in way] for code, way in truth.items()}, json.loads(out)


@asynccontextmanager
async def pretend_agencies(folder: Path, **options: float) -> AsyncIterator[Agencies]:
    arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    command = (sys.executable, "-m", "benchmarks.following_agencies", str(folder), *arguments)
    with (folder / "agencies.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=DEVNULL, stdout=PIPE, stderr=log)
    try:
        assert process.stdout
        first = await asyncio.wait_for(process.stdout.readline(), SEEDING)
        if not first:
            raise NotRunningError((folder / "agencies.log").read_text("utf-8")[-2000:])
        yield Agencies(process, first.decode().strip(), folder)
    finally:
        await ended(process)


@dataclass
class Watched(Service):
    """`lease`: see HASTY; None: as it is in the service."""

    lease: float | None = None

    @property
    def program(self) -> tuple[str, ...]:
        return ("-m", "bot") if self.lease is None else ("-c", HASTY, str(self.lease))


@dataclass
class Lives:
    """The service, looked at while it lives. `downs`: from a kill until it answers again."""

    service: Service
    memory: Memory = field(default_factory=Memory)
    downs: list[Down] = field(default_factory=list)
    watching: asyncio.Task[None] | None = None

    async def start(self, session: ClientSession) -> None:
        await asyncio.wait_for(self.service.start(session), 2 * START)
        assert self.service.process
        self.watching = asyncio.create_task(self.memory.watch(self.service.process.pid))

    async def restart(self, session: ClientSession) -> None:
        since = time.time()
        await self.service.kill()
        await self._stop_watching()
        await self.start(session)
        self.downs.append(Down(since, time.time()))

    async def close(self) -> None:
        await self._stop_watching()
        await self.service.close()

    async def _stop_watching(self) -> None:
        if self.watching:
            self.watching.cancel()
            with suppress(asyncio.CancelledError):
                await self.watching


def settings_for(folder: Path, database: str, systems: Path, period: float) -> Mapping[str, str]:
    return {
        **SECRETS,
        "NOIDAI_DATABASE_URL": database,
        "NOIDAI_SANDBOX_FILE": str(folder / "sandbox.db"),
        "NOIDAI_DATA_KEY_FILE": str(folder / "data.key"),
        "NOIDAI_DOSSIER_SYSTEMS": str(systems),
        "NOIDAI_DOSSIER_PERIOD": str(period / 60),
    }
