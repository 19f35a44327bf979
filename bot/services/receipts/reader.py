"""Photos read beside the bot's own work."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from bot.services.receipts.marks import Mark, believed, marks_in
from bot.services.receipts.opening import opened
from bot.services.receipts.views import views

ALWAYS = 2  # views, so that one can contradict the other
LONG_ENOUGH = 2.0  # seconds after which no further view is begun; one takes a third of a second, of pure noise one
AT_ONCE = 2  # photos; the others wait


def codes_in(image: bytes, seconds: float = LONG_ENOUGH) -> tuple[str, ...]:
    """What the bar codes say, nearest to the middle first. Empty: none, none that can be read, or no picture.

    Raises nothing. Nothing is written anywhere, and nothing of the picture outlives the call.
    """
    picture = opened(image)
    if picture is None:
        return ()
    marks: list[Mark] = []
    until = time.monotonic() + seconds
    for number, view in enumerate(views(picture), 1):
        marks += marks_in(view)
        if time.monotonic() > until or (number >= ALWAYS and believed(marks)):
            break
    return believed(marks)


class Receipts:
    """A few threads of its own: zxing and Pillow let the others run meanwhile."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="receipts")

    async def codes_in(self, image: bytes) -> tuple[str, ...]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, codes_in, image)

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)
