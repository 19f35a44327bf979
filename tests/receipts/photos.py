"""Photos of receipts as citizens take them, each with what stands on it. Drawn anew each time, always the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from PIL import Image

from tests.receipts.camera import aslant, blurred, dim, noisy, on_a_table, shaken, sized, taken, turned
from tests.receipts.paper import bars, page, square

LONG = "000.00.06.H56-231027-0361"
SHORT = "H56.14-240823-0001"
NATIONAL = "G22.99.08-260921-896048"
MINISTRY = "G09.20-20260609-0092637"
PARCEL = "EF123456789VN"
LINK = f"https://dichvucong.example.vn/tra-cuu?ma={SHORT}"
PAYMENT = "00020101021138540010A00000072701240006970415011012345678900208QRIBFTTA53037045802VN6304ABCD"
CLOSE = (900, 500)  # a part of a page, seen from near


@dataclass(frozen=True)
class Photo:
    name: str
    make: Callable[[], bytes]
    says: frozenset[str]


def near(code: Image.Image) -> Image.Image:
    return page((code, (0.5, 0.5)), size=CLOSE)


def both(content: str) -> Image.Image:
    """As many agencies print it: a QR above, bars below."""
    return page((square(content), (0.2, 0.12)), (bars(content), (0.6, 0.3)))


def photos() -> Iterator[Photo]:
    def photo(name: str, make: Callable[[], bytes], *says: str) -> Photo:
        return Photo(name, make, frozenset(says))

    yield photo("a scanned page", partial(taken, both(LONG)), LONG)
    yield photo("a page upside down", partial(taken, both(NATIONAL), turned(180)), NATIONAL)
    yield photo("QR with a link", partial(taken, near(square(LINK))), LINK)
    yield photo("QR and bars say the same", partial(taken, both(SHORT), quality=50), SHORT)
    paid = page((bars(LONG), (0.5, 0.3)), (square(PAYMENT), (0.75, 0.8)))
    yield photo("a payment's QR beside", partial(taken, paid), LONG, PAYMENT)
    parcel = page((bars(PARCEL), (0.5, 0.3)), (square(SHORT), (0.5, 0.6)))
    yield photo("a parcel's bars and a dossier's QR", partial(taken, parcel, turned(4)), PARCEL, SHORT)
    for degrees in (7, 33, 90, 118, 161, 200, 225, 270, 341):
        yield photo(f"bars turned by {degrees}°", partial(taken, near(bars(SHORT)), turned(degrees)), SHORT)
    for degrees in (15, 45, 100, 222, 305):
        yield photo(f"QR turned by {degrees}°", partial(taken, both(MINISTRY), turned(degrees)), MINISTRY)
    yield photo("bars out of focus", partial(taken, near(bars(NATIONAL)), turned(3), blurred(1.6)), NATIONAL)
    yield photo("QR out of focus", partial(taken, near(square(LONG)), turned(9), blurred(2.5)), LONG)
    yield photo("bars in grain", partial(taken, near(bars(LONG)), noisy(35)), LONG)
    yield photo("QR in grain", partial(taken, both(LONG), turned(12), noisy(30)), LONG)
    yield photo("bars in low light", partial(taken, near(bars(PARCEL)), turned(-4), dim(0.35, 0.1), noisy(4)), PARCEL)
    yield photo("QR in low light", partial(taken, both(MINISTRY), dim(0.25, 0.08), noisy(3)), MINISTRY)
    yield photo("bars after JPEG at 30", partial(taken, near(bars(MINISTRY)), turned(2), quality=30), MINISTRY)
    yield photo("a page after JPEG at 30", partial(taken, both(SHORT), turned(6), quality=30), SHORT)
    yield photo("bars at an angle", partial(taken, near(bars(LONG)), aslant(0.3)), LONG)
    yield photo("QR at an angle", partial(taken, both(SHORT), turned(20), aslant(0.4)), SHORT)
    far = partial(taken, both(LONG), on_a_table(2.2), turned(8))
    yield photo("small in a large photo", far, LONG)
    yield photo("made small by a messenger", partial(taken, both(LONG), aslant(0.2), sized(1000)), LONG)
    shaky = partial(taken, near(bars(SHORT, module=4)), turned(5), shaken(4), noisy(6))
    yield photo("a hand that shook", shaky, SHORT)
    worst = (turned(14), aslant(0.25), blurred(0.8), dim(0.8, 0.3), noisy(8))
    yield photo("everything at once", partial(taken, both(NATIONAL), *worst, quality=40), NATIONAL)
