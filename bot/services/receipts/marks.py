"""What a reader made out in a view, and which of it to believe: a code read wrongly is worse than none."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import dist, hypot

import zxingcpp
from zxingcpp import Barcode, BarcodeFormat, TextMode

from bot.services.receipts.views import BARS, Point, View
from knowledge.codes import find_codes

LONGEST = 300  # characters; a longer text is left out, for cut it might end in half a code
MOST = 10
IDENTITY = re.compile(r"\d{12}\|")  # the QR of a căn cước: its number, then name, birthday and address
FLAT = 0.2  # of its length a code of bars is at least high, so another one is not nearer than this


@dataclass(frozen=True)
class Mark:
    text: str
    place: Point  # of its middle, from the middle of the picture
    reach: float  # whatever is nearer than this is the same code

    def is_at(self, other: "Mark") -> bool:
        return dist(self.place, other.place) < max(self.reach, other.reach)


def marks_in(view: View) -> Iterable[Mark]:
    """Only what was read without an error, can be checked, and is nobody's identity card."""
    mode, binarizer = TextMode.Plain, view.binarizer
    for code in zxingcpp.read_barcodes(view.picture, view.formats, text_mode=mode, binarizer=binarizer):
        text = code.text.strip()
        if not code.valid or not 0 < len(text) <= LONGEST or IDENTITY.match(text):
            continue
        if has_check(code) or is_ours(text):
            yield mark(text, code, view)


def has_check(code: Barcode) -> bool:
    """Code39 alone has none."""
    return code.symbology != BarcodeFormat.Code39


def is_ours(text: str) -> bool:
    """One code that is known, from the first character to the last."""
    return any((found.start, found.end) == (0, len(text)) for found in find_codes(text))


def mark(text: str, code: Barcode, view: View) -> Mark:
    seen = code.position
    corners = [(corner.x, corner.y) for corner in (seen.top_left, seen.top_right, seen.bottom_right, seen.bottom_left)]
    middle = (sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4)
    length = max(dist(corners[0], corners[1]), dist(corners[1], corners[2])) / view.scale
    return Mark(text, view.from_middle(middle), length * (FLAT if code.symbology in BARS else 0.5))


def believed(marks: Sequence[Mark]) -> tuple[str, ...]:
    """Nearest to the middle first; none of those that were read in two ways."""
    clear = [mark for mark in marks if not any(mark.is_at(other) and mark.text != other.text for other in marks)]
    nearest = sorted(clear, key=lambda mark: hypot(*mark.place))
    return tuple(dict.fromkeys(mark.text for mark in nearest))[:MOST]
