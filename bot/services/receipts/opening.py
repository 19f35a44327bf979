"""The bytes of a picture, opened within limits: whoever sends one may mean ill."""

import re
from io import BytesIO

from PIL import Image, ImageOps

LARGEST = 10 * 1024 * 1024  # bytes
PIXELS = 40_000_000
LONGEST = 4000  # pixels of the longer side that are looked at
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")  # what phones take and messengers send; of a GIF the first frame

SCANS = 100  # a JPEG that fills in bit by bit has about ten; thousands would keep a processor busy for minutes
MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # not a stuffed byte, not a restart
JPEG, SCAN, END = b"\xff\xd8", b"\xff\xda", b"\xff\xd9"


def opened(body: bytes) -> Image.Image | None:
    """As grey light on white paper, upright. None for what is no such picture, broken, or beyond the limits."""
    if len(body) > LARGEST or scans(body) > SCANS:
        return None
    try:
        with Image.open(BytesIO(body), formats=FORMATS) as picture:
            if picture.width * picture.height > PIXELS:
                return None
            picture.draft("L", (LONGEST, LONGEST))  # a JPEG is unpacked smaller at once
            return at_most(LONGEST, grey(ImageOps.exif_transpose(picture)))
    except Exception:  # a broken picture makes Pillow raise nearly anything, a bomb its own warning
        return None


def grey(picture: Image.Image) -> Image.Image:
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("L")


def at_most(longest: int, picture: Image.Image) -> Image.Image:
    """Smaller where its longer side has more pixels than that."""
    scale = longest / max(picture.size)
    return scaled(scale, picture) if scale < 1 else picture


def scaled(scale: float, picture: Image.Image) -> Image.Image:
    width, height = (max(1, round(side * scale)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)


def scans(body: bytes) -> int:
    """How often a JPEG paints over itself; 0 for any other file.

    >>> scans(JPEG + (SCAN + b"\\x00\\x03." + b"light\\xff\\x00") * 3 + END + SCAN)
    3
    """
    count, at = 0, len(JPEG)
    if not body.startswith(JPEG):
        return 0
    while (marker := MARKER.search(body, at)) and marker[0] != END and count <= SCANS:
        count += marker[0] == SCAN
        at = marker.end() + int.from_bytes(body[marker.end() : marker.end() + 2])
    return count
