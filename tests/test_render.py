"""Facts are written the way each language writes them, and stay what they are."""

from datetime import date
from decimal import Decimal

import pytest

from bot.dialogue.step import Button, File, Line, Reply, Text, text
from bot.texts.message import MESSAGES, ShownFile
from bot.texts.render import money, render, words, written


@pytest.mark.parametrize(
    ("amount", "vi", "en"),
    [
        (8000, "8.000\N{NO-BREAK SPACE}đ", "8,000 VND"),
        (0, "0\N{NO-BREAK SPACE}đ", "0 VND"),
        (1350000, "1.350.000\N{NO-BREAK SPACE}đ", "1,350,000 VND"),
        (500, "500\N{NO-BREAK SPACE}đ", "500 VND"),
    ],
)
def test_money(amount: int, vi: str, en: str) -> None:
    assert (money(Decimal(amount), "vi"), money(Decimal(amount), "en")) == (vi, en)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_day_is_written_day_first(language: str) -> None:
    assert written(date(2026, 11, 24), "", language) == "24/11/2026"
    assert written(date(2026, 1, 2), "", language) == "02/01/2026"


@pytest.mark.parametrize(
    ("key", "amount", "vi", "en"),
    [
        ("time.working_day", 1, "1 ngày làm việc", "1 working day"),
        ("time.working_day", 5, "5 ngày làm việc", "5 working days"),
        ("time.month", Decimal(1), "1 tháng", "1 month"),
        ("time.hour", Decimal("1.5"), "1.5 giờ", "1.5 hours"),
    ],
)
def test_a_unit_goes_by_its_number(key: str, amount: int | Decimal, vi: str, en: str) -> None:
    said = Text(key, {"amount": amount})
    assert (words(said, "vi"), words(said, "en")) == (vi, en)


def test_a_sum_with_its_unit() -> None:
    fee = text("fee.sum", sum=Decimal(8000), unit=text("unit.copy"))
    assert words(fee, "vi") == "8.000\N{NO-BREAK SPACE}đ/bản"
    assert words(fee, "en") == "8,000 VND per copy"


def test_several_values_are_joined_as_the_text_says() -> None:
    either = text("by_channel", channels=(text("channel.direct"), text("channel.online")))
    assert words(either, "vi") == "khi nộp trực tiếp hoặc trực tuyến"
    assert words(either, "en") == "when filed in person or online"


def test_a_source_tells_its_day() -> None:
    line = text("source.line", source="163/QĐ-BTP", day=date(2026, 7, 18))
    assert words(line, "vi") == "Nguồn: 163/QĐ-BTP, dữ liệu ngày 18/07/2026"


@pytest.mark.parametrize("fact", ["Giấy {chứng} sinh", "100 %", "<b>đậm</b>", "*sao*", "{sum:money}"])
def test_a_fact_is_shown_as_it_is(fact: str) -> None:
    assert words(fact, "vi") == fact
    assert words(text("tick.off", name=fact), "vi") == f"☐ {fact}"


def test_a_key_nobody_wrote_is_our_fault_and_loud() -> None:
    with pytest.raises(KeyError):
        words(Text("no.such.key"), "vi")


def test_a_gap_nobody_fills_is_our_fault_and_loud() -> None:
    with pytest.raises(KeyError):
        words(Text("fee.sum", {"sum": Decimal(1)}), "vi")


def test_a_reply_keeps_kinds_links_and_options() -> None:
    reply = Reply(
        (Line("A", "title"), Line(text("danger.114"), "warning", link="tel:114")),
        (Button("lang:en", "English"), Button("fee:1.001193", text("button.fee"))),
    )
    shown = render(reply, "vi")
    assert [(line.words[:7], line.kind, line.link) for line in shown.lines] == [
        ("A", "title", None),
        ("Gọi nga", "warning", "tel:114"),
    ]
    assert [(b.option, b.label) for b in shown.buttons] == [("lang:en", "English"), ("fee:1.001193", "Phí, lệ phí")]


def test_a_file_keeps_its_reference_and_is_named_in_the_language() -> None:
    reply = Reply((Line("A"),), files=(File("slip/ND261122-4F7KQ2", text("button.form")), File("ics/ND1", "Lịch")))
    named = [words(text("button.form"), language) for language in ("vi", "en")]
    shown = [render(reply, language) for language in ("vi", "en")]
    assert [message.files for message in shown] == [
        (ShownFile("slip/ND261122-4F7KQ2", name), ShownFile("ics/ND1", "Lịch")) for name in named
    ]
    assert MESSAGES.validate_json(MESSAGES.dump_json(tuple(shown), exclude_defaults=True)) == tuple(shown)


def test_messages_kept_before_there_were_files_are_still_read() -> None:
    [message] = MESSAGES.validate_json(b'[{"lines":[{"words":"A"}]}]')
    assert message.files == ()
