"""A long answer in parts that a channel takes: torn between lines, else between sentences, else between words."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.texts.message import ShownLine

# Where a line may be torn, the best first. A part keeps what it ends with.
SEAMS = tuple(re.compile(seam) for seam in (r"(?<=[.!?…;])\s+", r"(?<=[,:)])\s+", r"\s+"))
MARK = 3  # characters a channel may put before a line: "• ", "⚠️ "


def utf16(text: str) -> int:
    """How Telegram counts.

    >>> utf16("ơ"), utf16("😀")
    (1, 2)
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parts(lines: Iterable[ShownLine], longest: int, measure: Callable[[str], int] = len) -> list[tuple[ShownLine, ...]]:
    """The lines in as few parts as fit; a heading stays with what it heads."""
    packed: list[list[ShownLine]] = [[]]
    room = longest
    for line in (piece for whole in lines for piece in torn(whole, longest - MARK - 1, measure)):
        cost = measure(line.words) + MARK + 1
        if cost > room and packed[-1]:
            moved = heads_at_end(packed[-1])
            packed.append(moved)
            room = longest - sum(measure(head.words) + MARK + 1 for head in moved)
        packed[-1].append(line)
        room -= cost
    return [tuple(part) for part in packed if part]


def heads_at_end(part: list[ShownLine]) -> list[ShownLine]:
    """Taken from the end of a part, unless it is nothing else."""
    count = 0
    while count < len(part) and part[-1 - count].kind in ("title", "heading"):
        count += 1
    if count in (0, len(part)):
        return []
    heads = part[-count:]
    del part[-count:]
    return heads


def torn(line: ShownLine, longest: int, measure: Callable[[str], int] = len) -> list[ShownLine]:
    """
    >>> [piece.words for piece in torn(ShownLine("Một hai. Ba bốn năm"), 10)]
    ['Một hai.', 'Ba bốn năm']
    """
    if measure(line.words) <= longest:
        return [line]
    pieces: list[ShownLine] = []
    rest = line.words
    while measure(rest) > longest:
        cut = seam(rest, longest, measure)
        pieces.append(replace(line, words=rest[:cut].rstrip()))
        rest = rest[cut:].lstrip()
    return [*pieces, replace(line, words=rest)] if rest else pieces


def seam(words: str, longest: int, measure: Callable[[str], int]) -> int:
    """Where to tear: in the second half of what fits, at the best kind of place there is."""
    fitting = fits(words, longest, measure)
    for kind in SEAMS:
        places = [found.start() for found in kind.finditer(words, 0, fitting + 1) if found.start() > fitting // 2]
        if places:
            return places[-1]
    return fitting


def fits(words: str, longest: int, measure: Callable[[str], int]) -> int:
    """How many characters: at least one, or nothing would ever end."""
    low, high = 1, min(len(words), longest)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(words[:middle]) <= longest:
            low = middle
        else:
            high = middle - 1
    return low
