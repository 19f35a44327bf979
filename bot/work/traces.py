"""Where a fault of ours was raised, for logs that may not show its words."""

from pathlib import Path
from traceback import extract_tb


def way_to(error: Exception) -> list[str]:
    """File and line, innermost last."""
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-5:]]
