"""One photo, looked at in several ways until what its bar codes say is believed."""

import time

from bot.services.receipts.marks import Mark, believed, marks_in
from bot.services.receipts.opening import opened
from bot.services.receipts.views import views

ALWAYS = 2  # views, so that one can contradict the other
LONG_ENOUGH = 2.0  # seconds after which no further view is begun; one takes a third of a second, of pure noise one


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
