"""Every kind of page on a small phone, with large zoom and with large letters, light and dark, in both languages."""

from base64 import b64decode
from collections.abc import Iterator

import pytest
from pypdfium2 import PdfDocument
from zxingcpp import read_barcodes

from bot.dialogue.world import World
from bot.handlers.web.links import payload_of
from bot.services.receipts.threads import Receipts
from tests.e2e.layout import faults
from tests.e2e.screens import LANGUAGES, PLACES, SCREENS, Stage, held
from tests.e2e.serving import chat_of, one_browser, served, stored

ALL = (*SCREENS, "photo", *PLACES)
LINKS = {"telegram": "https://t.me/NoiDaiBot", "zalo": "https://zalo.me/2553928453557884079"}
AT_400_PERCENT = (320, 256)  # 1280 x 1024 pixels
AT_200_PERCENT = (640, 400)  # 1280 x 800
PHONE = (390, 844)


@pytest.fixture(scope="module")
def stage(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One browser for all pages: starting one takes longer than looking at a page."""
    folder, eyes = tmp_path_factory.mktemp("layout"), Receipts()
    with one_browser(folder / "browser") as page, stored(folder) as store:
        tokens = held(store, world)
        with served(chat_of(store, world, pictures=eyes, links=LINKS)) as address:
            yield Stage(page, address, tokens)
    eyes.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", ALL)
def test_at_four_times_the_size_nothing_is_cut_and_nothing_in_the_way(stage: Stage, screen: str, language: str) -> None:
    stage.page.resizes(*AT_400_PERCENT)
    stage.shows(screen, language)
    assert "\n".join(faults(stage.page)) == ""
    for scheme in ("light", "dark"):
        stage.page.prefers("color-scheme", scheme)
        assert (scheme, stage.page.barriers()) == (scheme, [])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", ALL)
def test_with_twice_the_zoom_and_with_twice_the_letters_nothing_is_cut(
    stage: Stage, screen: str, language: str
) -> None:
    stage.page.resizes(*AT_200_PERCENT)
    stage.shows(screen, language)
    assert "\n".join(faults(stage.page)) == ""
    stage.page.resizes(*PHONE)
    size = float(str(stage.page.runs("return getComputedStyle(document.documentElement).fontSize")).removesuffix("px"))
    stage.page.runs("document.documentElement.style.fontSize = arguments[0]", f"{2 * size}px")
    assert "\n".join(faults(stage.page)) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_poster_is_one_sheet_of_a4_and_a_phone_reads_it(stage: Stage, world: World, language: str) -> None:
    """Of the procedure with the longest name, with the codes of all channels, as a printer without colours draws it."""
    longest = max(world.catalog.values(), key=lambda procedure: len(procedure.title))
    payload = payload_of(longest.code)
    stage.page.driver.get(f"{stage.address}/poster/{payload}?lang={language}")
    assert longest.title in stage.page.one("main").text
    asked = {"preferCSSPageSize": True, "printBackground": False}
    printed = b64decode(stage.page.driver.execute_cdp_cmd("Page.printToPDF", asked)["data"])
    with PdfDocument(printed) as document:
        assert len(document) == 1
        [sheet] = document
        assert [round(side * 25.4 / 72) for side in sheet.get_size()] == [210, 297]
        picture = sheet.render(scale=3, grayscale=True).to_pil()
        assert stage.page.one("footer strong").text in sheet.get_textpage().get_text_bounded()  # nothing fell off
    web, telegram = f"{stage.address}/?p={payload}", f"{LINKS['telegram']}?start={payload}"
    assert {code.text for code in read_barcodes(picture)} == {web, telegram, LINKS["zalo"]}
