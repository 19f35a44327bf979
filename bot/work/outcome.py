"""What one attempt came to, and how long to wait for the next."""

from typing import Literal

Outcome = Literal["settled", "more", "later"]  # more: something else is to be told at once · later: nobody is there
FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0  # seconds


def wait_before(attempt: int) -> float:
    """Seconds before the second attempt (1), the third …; doubled each time.

    >>> [wait_before(attempt) for attempt in (1, 2, 3, 7, 100)]
    [5.0, 10.0, 20.0, 300.0, 300.0]
    """
    return min(FIRST_WAIT * 2.0 ** min(attempt - 1, 10), LONGEST_WAIT)
