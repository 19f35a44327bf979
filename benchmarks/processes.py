"""The service as a process of its own, on one port from one life to the next; how processes of a run end."""

import asyncio
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientError, ClientSession

ROOT = Path(__file__).parents[1]
START = 120.0  # seconds a start may take on a busy machine
STOP = 30.0
LOOK = 0.05
# A service that differs in one constant: how long it waits before it tries the post again.
IMPATIENT = "import sys; from bot.work import outcome; outcome.FIRST_WAIT = float(sys.argv.pop(1)); import bot.__main__"


class NotRunningError(Exception):
    """A process that should run does not; the message is the end of what it wrote."""


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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
