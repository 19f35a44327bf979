"""Where a fault of ours was raised, for logs that may not show its words: they may quote what a citizen wrote."""

from pathlib import Path
from traceback import extract_tb

FRAMES = 5  # the innermost


def where(error: BaseException) -> list[str]:
    """File and line, innermost last."""
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-FRAMES:]]
