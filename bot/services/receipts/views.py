"""Ways to look at one picture: what blur, noise, shade or a slant hides in one shows in another.

Their order is by what they found and cost with some hundred photos made bad at random (tests/receipts): a picture
as it is shows two thirds of the codes that can be found at all, enlarged and turned ones nearly all others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, radians, sin

from PIL import Image, ImageFilter, ImageOps
from zxingcpp import BarcodeFormat, BarcodeFormats, Binarizer

from bot.services.receipts.opening import at_most, scaled

# The codes that receipts, parcels and payments carry. Not ITF: it has no check, and none of our codes fits into it.
BARS = (BarcodeFormat.Code128, BarcodeFormat.Code39)
LINES = BarcodeFormats(BARS)
ALL = BarcodeFormats((BarcodeFormat.QRCode, BarcodeFormat.DataMatrix, BarcodeFormat.PDF417, *BARS))
LITTLE = 2000  # pixels of the longer side up to which a picture is worth enlarging
HANDY = 2400  # pixels of the longer side, for what costs more
SLANTS = (75, 30, 45, 15, 60)  # degrees: bars are read along a line, so those that lie aslant must be turned
BESIDE = 128  # the grey around a turned picture

Point = tuple[float, float]


@dataclass(frozen=True)
class View:
    """A picture made from another: so many times as large, turned by degrees against the clock."""

    picture: Image.Image
    scale: float = 1.0
    turned: float = 0.0
    formats: BarcodeFormats = ALL
    binarizer: Binarizer = Binarizer.LocalAverage

    def from_middle(self, point: Point) -> Point:
        """Of a point seen here, in pixels of the picture it was made from."""
        across, down = point[0] - self.picture.width / 2, point[1] - self.picture.height / 2
        angle = radians(self.turned)
        x, y = across * cos(angle) - down * sin(angle), across * sin(angle) + down * cos(angle)
        return (x / self.scale, y / self.scale)


def views(picture: Image.Image) -> Iterator[View]:
    """The cheap ones first; each is made when it is asked for."""
    handy = at_most(HANDY, picture)
    scale = max(handy.size) / max(picture.size)
    yield View(picture)
    yield View(ImageOps.autocontrast(handy, 1), scale, binarizer=Binarizer.GlobalHistogram)
    if max(picture.size) <= LITTLE:
        yield View(scaled(2, picture), 2)
    for degrees in SLANTS:
        yield View(turned(handy, degrees), scale, degrees, LINES)
    yield View(handy.filter(ImageFilter.UnsharpMask(3, 200, 0)), scale)
    yield View(handy.filter(ImageFilter.MedianFilter(3)), scale)  # grains of noise go
    yield View(scaled(0.5, picture), 0.5)


def turned(picture: Image.Image, degrees: float) -> Image.Image:
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=BESIDE)
