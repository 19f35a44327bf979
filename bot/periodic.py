"""Work that comes again and again while the service runs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

log = structlog.get_logger()


@asynccontextmanager
async def every(seconds: float, work: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """`work` at once and then again and again; a failure is logged and does not end it."""

    async def again() -> None:
        while True:
            try:
                await work()
            except Exception:
                log.exception("periodic work failed")
            await asyncio.sleep(seconds)

    task = asyncio.create_task(again())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
