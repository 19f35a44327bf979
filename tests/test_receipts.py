"""Bar codes in photos: read from bad ones, never read wrongly, and nothing harmful done by what is no photo."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from threading import active_count

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from PIL.Image import Exif

from bot.handlers import pictures
from bot.services.receipts import marks, opening, reader
from bot.services.receipts.marks import Mark, believed
from bot.services.receipts.opening import opened
from bot.services.receipts.reader import codes_in
from bot.services.receipts.threads import AT_ONCE, Receipts
from bot.services.receipts.views import SLANTS, View, views
from tests.receipts.camera import blurred, noisy, taken, turned
from tests.receipts.paper import bars, page, square
from tests.receipts.photos import LONG, PARCEL, PAYMENT, SHORT, both, near, photos

UNHURRIED = 60.0  # seconds: what is read must not hang on how busy this machine is


def as_file(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def test_nine_photos_of_ten_are_read_and_none_is_misread() -> None:
    taken_now = list(photos())
    read = {photo.name: frozenset(codes_in(photo.make(), UNHURRIED)) for photo in taken_now}
    assert len(read) >= 30
    assert {photo.name: read[photo.name] - photo.says for photo in taken_now if read[photo.name] - photo.says} == {}
    missed = [photo.name for photo in taken_now if read[photo.name] != photo.says]
    assert len(missed) <= len(read) / 10, f"read {len(read) - len(missed)} of {len(read)}; missed: {missed}"


@pytest.mark.parametrize("seed", range(8))
def test_bars_blurred_beyond_reading_are_not_guessed(seed: int) -> None:
    shots = (turned(seed), blurred(2 + seed / 2), noisy(20, seed))
    assert set(codes_in(taken(near(bars(LONG)), *shots), UNHURRIED)) <= {LONG}


def test_the_code_nearest_to_the_middle_comes_first() -> None:
    corner, middle = (0.8, 0.85), (0.45, 0.5)
    assert codes_in(taken(page((square(PAYMENT), corner), (square(SHORT), middle)))) == (SHORT, PAYMENT)
    assert codes_in(taken(page((square(PAYMENT), middle), (square(SHORT), corner)))) == (PAYMENT, SHORT)


def test_not_more_than_ten() -> None:
    places = [(0.1 + 0.2 * (number % 5), 0.15 + 0.3 * (number // 5)) for number in range(15)]
    crowded = page(*((square(f"H56.14-240823-{number:04}", 4), place) for number, place in enumerate(places)))
    assert len(codes_in(taken(crowded))) == marks.MOST == 10


def test_a_text_too_long_to_be_a_code_is_left_out() -> None:
    assert codes_in(taken(near(square("H" * 300, 4)))) == ("H" * 300,)
    assert codes_in(taken(near(square("H" * 301, 4)))) == ()


def test_spaces_around_a_code_go() -> None:
    assert codes_in(taken(near(square(f"  {SHORT} \n")))) == (SHORT,)
    assert codes_in(taken(near(square("   ")))) == ()


def test_the_code_of_an_identity_card_is_left_out_at_once() -> None:
    card = page(
        (square("001234567890|012345678|Hoàng Thị Mai|01011990|Nữ|Lạng Sơn|01012021"), (0.8, 0.3)), size=(860, 540)
    )
    assert codes_in(taken(card)) == ()


def code39(text: str) -> Image.Image:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code39)
    image = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code, scale=3)))
    return image.resize((image.width, 90))


def test_bars_without_a_check_count_only_when_they_say_a_code_of_ours() -> None:
    assert codes_in(taken(near(code39(SHORT)))) == (SHORT,)
    assert codes_in(taken(near(code39(PARCEL)))) == (PARCEL,)
    assert codes_in(taken(near(code39(f"{SHORT} A")))) == ()
    assert codes_in(taken(near(code39("KHO-14-B2")))) == ()


def test_what_two_looks_read_differently_is_not_believed() -> None:
    one, other = Mark("H56.14-240823-0001", (10, 0), 30), Mark("H56.14-240823-0007", (12, 5), 30)
    beside = Mark(PARCEL, (10, 90), 30)
    assert believed([one, beside, one]) == (one.text, PARCEL)
    assert believed([one, beside, other]) == (PARCEL,)
    assert believed([one, other, one]) == ()


def test_a_second_look_may_contradict_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    said = iter(["H56.14-240823-0001", "H56.14-240823-0007"])
    monkeypatch.setattr(reader, "marks_in", lambda view: [Mark(next(said, ""), (0, 0), 30)])
    assert codes_in(taken(near(bars(SHORT))), UNHURRIED) == ()


@pytest.mark.parametrize("size", [(900, 500), (3000, 2000)])
def test_a_view_knows_where_its_points_lie_in_the_picture(size: tuple[int, int]) -> None:
    picture = page((square(SHORT), (0.2, 0.3)), size=size)
    there = (-0.3 * size[0], -0.2 * size[1])
    for view in views(picture):
        looked = View(view.picture, view.scale, view.turned, binarizer=view.binarizer)
        places = [mark.place for mark in marks.marks_in(looked)]
        assert places == [pytest.approx(there, abs=6)], view


def test_the_costly_views_are_made_for_what_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[View] = []

    def noted(view: View) -> list[Mark]:
        seen.append(view)
        return list(marks.marks_in(view))

    monkeypatch.setattr(reader, "marks_in", noted)
    codes_in(taken(both(LONG)), UNHURRIED)
    assert len(seen) == reader.ALWAYS
    codes_in(taken(page()), UNHURRIED)
    assert {view.turned for view in seen} == {0, *SLANTS}


@pytest.mark.parametrize("seed", range(3))
def test_a_picture_without_a_code_says_nothing(seed: int) -> None:
    assert codes_in(taken(page(), turned(7 * seed), noisy(10, seed)), UNHURRIED) == ()


def test_a_photo_of_an_identity_card_says_nothing() -> None:
    card = page(size=(860, 540))
    card.paste(90, (40, 150, 240, 420))
    assert codes_in(taken(card, turned(5)), UNHURRIED) == ()


@pytest.mark.parametrize("seed", range(3))
def test_pure_noise_says_nothing_and_ends(seed: int) -> None:
    began = time.monotonic()
    assert codes_in(as_file(noise(4000, 3000, seed), "JPEG")) == ()
    assert time.monotonic() - began < 20


def noise(width: int, height: int, seed: int = 1) -> Image.Image:
    light = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    return Image.fromarray(light)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("PNG", {"optimize": True}),
        ("WEBP", {"quality": 60}),
        ("WEBP", {"lossless": True}),
        ("GIF", {}),
        ("MPO", {"save_all": True, "append_images": [Image.new("L", (9, 9))]}),  # as many phones save photos
    ],
)
def test_what_phones_and_messengers_send_is_opened(kind: str, options: dict[str, object]) -> None:
    assert codes_in(as_file(near(square(SHORT)), kind, **options)) == (SHORT,)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr"])
def test_whatever_its_colours(mode: str) -> None:
    picture = near(square(SHORT)).convert("RGB").convert(mode)
    assert codes_in(as_file(picture, "JPEG" if mode in ("CMYK", "YCbCr") else "PNG")) == (SHORT,)


def test_black_on_nothing_is_read_as_on_paper() -> None:
    code = square(SHORT)
    clear = Image.new("LA", code.size)
    clear.putalpha(code.point(lambda light: 255 - light))
    assert codes_in(as_file(clear, "PNG")) == (SHORT,)


def test_of_a_moving_picture_the_first_frame_counts() -> None:
    frames = [near(square(SHORT)), near(square(PAYMENT))]
    assert codes_in(as_file(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)) == (SHORT,)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_looked_at_the_way_it_was_taken(orientation: int) -> None:
    exif = Exif()
    exif[0x0112] = orientation
    body = as_file(near(bars(SHORT)), "JPEG", exif=exif)
    picture = opened(body)
    assert picture is not None
    assert (picture.size == (500, 900)) is (orientation > 4)
    assert codes_in(body) == (SHORT,)


@contextmanager
def nothing_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield
    assert list(folder.iterdir()) == []


def broken_jpeg() -> bytes:
    whole = as_file(near(bars(SHORT)), "JPEG")
    return whole[: len(whole) // 2]


def bomb() -> bytes:
    """A few kilobytes that unpack to 400 megapixels."""
    return as_file(Image.new("1", (20_000, 20_000)), "PNG")


def half_a_bomb() -> bytes:
    """More than our limit, and less than Pillow's own."""
    return as_file(Image.new("1", (8000, 5001)), "PNG")


def painted_over() -> bytes:
    """A progressive JPEG that paints over itself thousands of times."""
    whole = as_file(Image.new("L", (6000, 6000)), "JPEG", progressive=True)
    last = whole.rindex(opening.SCAN)
    return whole[:last] + whole[last:-2][:60] * 20_000 + whole[-2:]


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(200)


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"",
        lambda: b"\xff\xd8",
        lambda: b"\xff\xd8\xff\xe0" + bytes(100),
        lambda: b"\x89PNG\r\n\x1a\n" + bytes(100),
        lambda: np.random.default_rng(1).bytes(100_000),
        lambda: b"GIF89a" + np.random.default_rng(2).bytes(5000),
        lambda: b"RIFF\x10\0\0\0WEBPVP8 " + bytes(99),
        broken_jpeg,
        lambda: as_file(near(bars(SHORT)), "PNG")[:-500],
        bomb,
        half_a_bomb,
        painted_over,
        lambda: SVG,
        lambda: PDF,
        lambda: HEIC,
        lambda: as_file(near(square(SHORT)), "BMP"),
        lambda: as_file(near(square(SHORT)), "TIFF"),
        lambda: as_file(near(square(SHORT)), "JPEG") + bytes(opening.LARGEST),
        lambda: as_file(Image.new("L", (1, 1)), "PNG"),
        lambda: as_file(Image.new("L", (30_000, 1)), "PNG"),
    ],
)  # fmt: skip
def test_what_is_no_photo_says_nothing_and_does_no_harm(
    make: Callable[[], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    body, began = make(), time.monotonic()
    with nothing_written(tmp_path, monkeypatch):
        assert codes_in(body) == ()
    assert time.monotonic() - began < 20
    assert capfd.readouterr() == ("", "")


def test_a_photo_is_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with nothing_written(tmp_path, monkeypatch):
        assert codes_in(taken(both(SHORT))) == (SHORT,)


def test_a_large_photo_is_looked_at_smaller() -> None:
    for kind in ("JPEG", "PNG"):
        picture = opened(as_file(Image.new("L", (7000, 5000), 255), kind))
        assert picture is not None
        assert max(picture.size) == opening.LONGEST


async def test_ten_photos_are_read_without_holding_up_the_bot() -> None:
    receipts = Receipts()
    threads, photo, longest = active_count(), as_file(noise(1200, 900), "JPEG"), 0.0
    reading = asyncio.gather(*(receipts.codes_in(photo) for _ in range(10)))
    while not reading.done():
        before = time.monotonic()
        await asyncio.sleep(0.01)
        longest = max(longest, time.monotonic() - before)
        assert active_count() <= threads + AT_ONCE
    assert await reading == [()] * 10
    assert longest < 1
    receipts.close()


async def test_a_photo_read_by_the_threads_says_the_same() -> None:
    receipts = Receipts()
    assert await receipts.codes_in(taken(both(SHORT))) == (SHORT,)
    receipts.close()


def test_the_channels_take_in_what_the_reader_takes() -> None:
    assert pictures.LARGEST == opening.LARGEST
