"""The programs of a test: the real service, and the peers, each a process of its own that ends with the test."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TypeVar

from aiohttp import web

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
THEIR_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
NODE_MODULES = HERE / "node_modules"
PATIENCE = 120  # seconds for what must happen; no measure of speed
TOKEN = "666:peers"
NO_PROXY = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
ADDRESS = re.compile(r"(?:Nối Dài: |running on |listening on )(http://127\.0\.0\.1:\d+)")

T = TypeVar("T")


@asynccontextmanager
async def program(*command: str | Path, folder: Path, settings: Mapping[str, str] = {}) -> AsyncIterator[str]:
    """The address a program tells on one of its lines. It works in `folder`, so that nobody's .env is met."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("NOIDAI_")}
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=theirs | NO_PROXY | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            address = await told_by(process)
        listening = asyncio.create_task(listen(process))
        yield address
        listening.cancel()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def told_by(process: asyncio.subprocess.Process) -> str:
    async for line in lines_of(process):
        if found := ADDRESS.search(line):
            return found[1]
    raise AssertionError("it ended instead of listening")


async def listen(process: asyncio.subprocess.Process) -> None:
    """Or it stands still when the pipe is full."""
    async for _ in lines_of(process):
        pass


async def lines_of(process: asyncio.subprocess.Process) -> AsyncIterator[str]:
    """Written out as they come: pytest shows them with the test that fails."""
    assert process.stdout
    async for line in process.stdout:
        sys.stdout.write(line.decode())
        yield line.decode()


def service(folder: Path, **settings: str) -> AbstractAsyncContextManager[str]:
    """`python -m bot run`, as it is run anywhere."""
    given = {f"NOIDAI_{name.upper()}": value for name, value in settings.items()}
    usual = {"NOIDAI_PORT": "0", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return program(sys.executable, "-m", "bot", "run", folder=folder, settings=usual | given)


def telemelya(folder: Path) -> AbstractAsyncContextManager[str]:
    return program(THEIR_PYTHON, HERE / "theirs" / "run_telemelya.py", folder=folder)


def telegram_test_api(folder: Path) -> AbstractAsyncContextManager[str]:
    return program("node", HERE / "theirs" / "run_test_api.js", folder=folder)


async def eventually(look: Callable[[], Awaitable[T]]) -> T:
    """What is seen, as soon as it is something; the test fails when it never is."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if seen := await look():
                return seen
            await asyncio.sleep(0.05)


@asynccontextmanager
async def served(application: web.Application) -> AsyncIterator[str]:
    """On a free port."""
    runner = web.AppRunner(application, access_log=None, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield "http://{}:{}".format(*runner.addresses[0])
    finally:
        await runner.cleanup()


async def checked(script: str, lines: list[str], folder: Path) -> list[str]:
    """What a script of the peers says of these lines, line by line."""
    file = folder / f"{script}.jsonl"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    command = (THEIR_PYTHON, HERE / "theirs" / f"{script}.py", file)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    assert process.returncode == 0
    return told.decode().splitlines()
