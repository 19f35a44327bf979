"""What a hand, a dark room and a cheap phone do to a page: each a function from picture to picture."""

from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image, ImageFilter

Picture = Image.Image
Shot = Callable[[Picture], Picture]
TABLE = 96  # the grey of what the page lies on


def turned(degrees: float) -> Shot:
    return lambda picture: picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE)


def blurred(radius: float) -> Shot:
    """`radius` in pixels."""
    return lambda picture: picture.filter(ImageFilter.GaussianBlur(radius))


def shaken(length: int) -> Shot:
    """The hand moved, across: `length` in pixels."""

    def shake(picture: Picture) -> Picture:
        light = np.asarray(picture, np.float32)
        return of(sum(np.roll(light, step, 1) for step in range(length)) / length)

    return shake


def noisy(sigma: float, seed: int = 1) -> Shot:
    """`sigma` of 255."""

    def grain(picture: Picture) -> Picture:
        light = np.asarray(picture, np.float32)
        return of(light + np.random.default_rng(seed).normal(0, sigma, light.shape))

    return grain


def dim(brightest: float, darkest: float) -> Shot:
    """Light from the left, in parts of daylight."""

    def fade(picture: Picture) -> Picture:
        light = np.asarray(picture, np.float32)
        return of(light * np.linspace(brightest, darkest, light.shape[1]))

    return fade


def aslant(strength: float) -> Shot:
    """Photographed at an angle: the upper edge is further away. `strength`: how much shorter it looks, in parts."""

    def tilt(picture: Picture) -> Picture:
        width, height = picture.size
        near, far = (0, width), (width * strength / 2, width * (1 - strength / 2))
        top = height * strength / 3
        seen = [(far[0], top), (far[1], top), (near[1], height), (near[0], height)]
        whole = [(0, 0), (width, 0), (width, height), (0, height)]
        method, sampling = Image.Transform.PERSPECTIVE, Image.Resampling.BICUBIC
        return picture.transform(picture.size, method, bent(seen, whole), sampling, fillcolor=TABLE)

    return tilt


def bent(seen: list[tuple[float, float]], whole: list[tuple[float, float]]) -> list[float]:
    """The eight numbers by which Pillow finds for each point that is seen the point it was."""
    rows, points = [], []
    for (x, y), (u, v) in zip(seen, whole, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        points += [u, v]
    return [float(number) for number in np.linalg.solve(np.array(rows), np.array(points))]


def on_a_table(times: float) -> Shot:
    """From further away: the picture is so many times as wide as the page."""

    def step_back(picture: Picture) -> Picture:
        table = Image.new("L", (round(picture.width * times), round(picture.height * times)), TABLE)
        table.paste(picture, ((table.width - picture.width) // 2, (table.height - picture.height) // 3))
        return table

    return step_back


def sized(longest: int) -> Shot:
    """As a messenger makes it smaller: so many pixels at the longer side."""

    def shrink(picture: Picture) -> Picture:
        scale = longest / max(picture.size)
        return picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS)

    return shrink


def of(light: object) -> Picture:
    return Image.fromarray(np.clip(np.asarray(light), 0, 255).astype(np.uint8))


def taken(picture: Picture, *shots: Shot, quality: int = 85) -> bytes:
    """A JPEG of what is left."""
    for shot in shots:
        picture = shot(picture)
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=quality)
    return kept.getvalue()
