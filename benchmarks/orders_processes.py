"""The two processes of a run, each in the folder of the run: the pretend post, and the service that is killed."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession

from bot.sandbox.wire_tokens import Key

ROOT = Path(__file__).parents[1]
START = 120.0  # seconds a start may take on a busy machine
STOP = 30.0
LOOK = 0.05
# A service that differs in one constant: how long it waits before it tries the post again.
IMPATIENT = "import sys; from bot.work import outcome; outcome.FIRST_WAIT = float(sys.argv.pop(1)); import bot.__main__"


class NotRunningError(Exception):
    """A process that should run does not; the message is the end of what it wrote."""


@dataclass
class Post:
    process: Process
    address: str

    async def deed(self, session: ClientSession, name: str, **form: str) -> None:
        """A button of the control page. Raises ClientError."""
        headers = {"Origin": self.address}
        url = f"{self.address}/sandbox/{name}"
        async with session.post(url, data=form, headers=headers, allow_redirects=False) as answer:
            if answer.status != 303:
                raise NotRunningError(f"the control page answered {answer.status} to {name}")

    async def advance(self, session: ClientSession, time: timedelta) -> None:
        await self.deed(session, "advance", hours=str(time / timedelta(hours=1)))

    async def stopped(self) -> dict[str, Any]:
        """What it counted."""
        self.process.send_signal(signal.SIGTERM)
        out, _ = await asyncio.wait_for(self.process.communicate(), STOP)
        counted: dict[str, Any] = json.loads(out)
        return counted


@asynccontextmanager
async def pretend_post(folder: Path, **options: float) -> AsyncIterator[Post]:
    arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    command = (sys.executable, "-m", "benchmarks.orders_post", str(folder / "post.db"), *arguments)
    with (folder / "post.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=DEVNULL, stdout=PIPE, stderr=log)
    try:
        assert process.stdout
        first = await asyncio.wait_for(process.stdout.readline(), START)
        if not first:
            raise NotRunningError((folder / "post.log").read_text("utf-8")[-2000:])
        yield Post(process, first.decode().strip())
    finally:
        await ended(process)


@dataclass
class Service:
    """`python -m bot run`, on a port it keeps from one life to the next. `down`: seconds it did not answer."""

    folder: Path
    settings: Mapping[str, str]
    first_wait: float | None
    port: int = field(default_factory=lambda: free_port())
    process: Process | None = None
    kills: int = 0
    down: float = 0.0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def program(self) -> tuple[str, ...]:
        return ("-c", IMPATIENT, str(self.first_wait)) if self.first_wait is not None else ("-m", "bot")

    @property
    def log(self) -> Path:
        return self.folder / "service.log"

    async def start(self, session: ClientSession) -> None:
        began = time.monotonic()
        mine = {name: value for name, value in os.environ.items() if not name.startswith("NOIDAI_")}
        environment = {**mine, **self.settings, "NOIDAI_PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, *self.program, "run"),
                cwd=self.folder,  # where no .env lies
                env=environment,
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
            )
        while not await self._answers(session):
            if self.process.returncode is not None or time.monotonic() - began > START:
                raise NotRunningError(self.log.read_text("utf-8", "replace")[-2000:])
            await asyncio.sleep(LOOK)
        self.down += time.monotonic() - began

    async def kill(self) -> None:
        """SIGKILL: nothing of it is warned."""
        assert self.process
        self.process.kill()
        await self.process.wait()
        self.kills += 1

    async def _answers(self, session: ClientSession) -> bool:
        try:
            async with session.get(f"{self.address}/healthz") as answer:
                return answer.status == 200
        except (ClientError, OSError):
            return False

    async def close(self) -> None:
        if self.process:
            await ended(self.process)


async def ended(process: Process) -> None:
    """Asked to stop; killed when it does not. Only ever one that was started here."""
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), STOP)
    except TimeoutError:
        process.kill()
        await process.wait()


def settings_for(folder: Path, database: str, post: Post, look: float) -> Mapping[str, str]:
    key = Key()
    return {
        "NOIDAI_POST": "ngsp",
        "NOIDAI_POST_URL": f"{post.address}/ngsp/apiVNPostNGSP/p1.0",
        "NOIDAI_POST_TOKEN_URL": f"{post.address}/ngsp/token",
        "NOIDAI_POST_USER": key.key,
        "NOIDAI_POST_SECRET": key.secret,
        "NOIDAI_POST_CUSTOMER": key.customer,
        "NOIDAI_POST_LOOK": str(look),
        "NOIDAI_DATABASE_URL": database,
        "NOIDAI_DATA_KEY_FILE": str(folder / "data.key"),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
