"""The pretend post as a process of its own, in the folder of the run."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from benchmarks.processes import ROOT, START, STOP, NotRunningError, ended
from bot.sandbox.wire_tokens import Key


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
