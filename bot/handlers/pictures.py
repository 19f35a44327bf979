"""Pictures a citizen shows: what a channel asks when one came."""

from typing import Protocol

LARGEST = 10 * 1024 * 1024  # bytes of a picture


class Pictures(Protocol):
    """Reads the bar codes in a picture and keeps nothing of it.

    The texts come nearest to its middle first. Empty: no code, none that can be read, or no picture at all.
    """

    async def codes_in(self, image: bytes) -> tuple[str, ...]: ...
