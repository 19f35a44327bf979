"""A bot in a process of its own, and what it uses of the machine (Linux: read from /proc)."""

import asyncio
import os
import socket
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.processes import LOOK, START, NotRunningError, ended, free_port
from benchmarks.webhook_api import BotApi
from benchmarks.webhook_wire import Caller

TICKS = os.sysconf("SC_CLK_TCK")


Command = tuple[Sequence[str], Mapping[str, str]]  # and its environment, besides ours
Program = Callable[[Path, str, int], Command]  # given its folder, the address of the Bot API, and the port to listen at


@dataclass(frozen=True)
class Bot:
    process: Process
    caller: Caller

    def cpu(self) -> float:
        """Seconds so far, on all cores, user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def megabytes(self) -> float:
        """Resident now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


@asynccontextmanager
async def running(program: Program, folder: Path, api: BotApi) -> AsyncIterator[Bot]:
    """From the moment it has registered its webhook and listens."""
    port = free_port()
    command, environment = program(folder, api.address, port)
    api.expect()
    mine = {name: value for name, value in os.environ.items() if not name.startswith("NOIDAI_")}
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, env={**mine, **environment}, stdin=DEVNULL, stdout=log, stderr=log
        )
    try:
        await up(process, port, folder, api)
        caller = caller_of(api.hook, port)
        yield Bot(process, caller)
        caller.close()
    finally:
        await ended(process)


async def up(process: Process, port: int, folder: Path, api: BotApi) -> None:
    try:
        async with asyncio.timeout(START):
            while not (api.hooked.is_set() and listens(port)):
                if process.returncode is not None:
                    raise TimeoutError
                await asyncio.sleep(LOOK)
    except TimeoutError:
        raise NotRunningError((folder / "log").read_text("utf-8", "replace")[-2000:]) from None


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def caller_of(hook: Mapping[str, str], port: int) -> Caller:
    """Who posts as this webhook was registered: its path, its secret, its number of connections."""
    headers = "Content-Type: application/json\r\n"
    if secret := hook.get("secret_token"):
        headers += f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\n"
    where = urlsplit(hook["url"])._replace(scheme="", netloc="").geturl()
    return Caller("127.0.0.1", port, where, headers, int(hook.get("max_connections") or 40))
