"""Photos read beside the bot's own work.

zxing is loaded with the first of them: in a process that ends at once, over a wrong setting, it would complain at the
exit, and bury the one line that matters.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

AT_ONCE = 2  # photos; the others wait


class Receipts:
    """A few threads of its own: zxing and Pillow let the others run meanwhile."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="receipts")

    async def codes_in(self, image: bytes) -> tuple[str, ...]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, read, image)

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)


def read(image: bytes) -> tuple[str, ...]:
    from bot.services.receipts.reader import codes_in

    return codes_in(image)
