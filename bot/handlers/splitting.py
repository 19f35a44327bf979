"""A long answer in parts that a channel takes: torn between lines, else between sentences, else between words."""

import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.texts.message import ShownLine

# Where a line may be torn, the best first. A part keeps what it ends with.
SEAMS = tuple(re.compile(seam) for seam in (r"(?<=[.!?…;])\s+", r"(?<=[,:)])\s+", r"\s+"))
MARK = 3  # characters a channel may put before a line: "• ", "⚠️ "
HEADS = frozenset({"title", "heading"})
JOINER = "\u200d"  # between the parts of one emoji
HANGING = 32  # marks on one letter that are kept with it


def utf16(text: str) -> int:
    """How Telegram counts.

    >>> utf16("ơ"), utf16("😀")
    (1, 2)
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parts(lines: Iterable[ShownLine], longest: int, measure: Callable[[str], int] = len) -> list[tuple[ShownLine, ...]]:
    """The lines in as few parts as fit; a heading stays with what it heads, or with the beginning of it."""

    def room_beside(part: Iterable[ShownLine]) -> int:
        return longest - MARK - 1 - sum(measure(line.words) + MARK + 1 for line in part)

    packed: list[list[ShownLine]] = [[]]
    waiting = deque(lines)
    while waiting:
        line, room = waiting.popleft(), room_beside(packed[-1])
        if packed[-1] and measure(line.words) > room:
            if packed[-1][-1].kind not in HEADS:
                packed.append([])
            elif moved := heads_at_end(packed[-1]):
                packed.append(moved)
            room = room_beside(packed[-1])
        if measure(line.words) > room:
            if packed[-1] and room < longest // 4:  # headings without end: not even a beginning would be read
                packed.append([])
                room = room_beside(())
            line, rest = begun(line, room, measure)
            waiting.extendleft([rest] if rest.words else [])
        packed[-1].append(line)
    return [tuple(part) for part in packed if part]


def heads_at_end(part: list[ShownLine]) -> list[ShownLine]:
    """Taken from the end of a part, unless it is nothing else."""
    count = 0
    while count < len(part) and part[-1 - count].kind in HEADS:
        count += 1
    if count in (0, len(part)):
        return []
    heads = part[-count:]
    del part[-count:]
    return heads


def begun(line: ShownLine, longest: int, measure: Callable[[str], int] = len) -> tuple[ShownLine, ShownLine]:
    """As much of a line as fits, and the rest.

    >>> [piece.words for piece in begun(ShownLine("Một hai. Ba bốn năm"), 10)]
    ['Một hai.', 'Ba bốn năm']
    """
    cut = seam(line.words, longest, measure) if measure(line.words) > longest else len(line.words)
    return replace(line, words=line.words[:cut].rstrip()), replace(line, words=line.words[cut:].lstrip())


def seam(words: str, longest: int, measure: Callable[[str], int]) -> int:
    """Where to tear: in the second half of what fits, at the best kind of place there is."""
    fitting = fits(words, longest, measure)
    for kind in SEAMS:
        places = [found.start() for found in kind.finditer(words, 0, fitting + 1) if found.start() > fitting // 2]
        if places:
            return places[-1]
    return whole_letters(words, fitting)


def whole_letters(words: str, cut: int) -> int:
    """The next place before it that does not part a letter from its marks."""
    for place in range(cut, max(cut - HANGING, 0), -1):
        if not hangs_on(words, place):
            return place
    return cut


def hangs_on(words: str, place: int) -> bool:
    category = unicodedata.category(words[place]) if place < len(words) else ""
    return category in ("Mn", "Me", "Mc") or JOINER in words[place - 1 : place + 1]


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
