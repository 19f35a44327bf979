"""What was not understood is noticed, kept without the person, counted, and listed for whoever minds the lexicon."""

import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError

from bot import app
from bot.commands import main
from bot.commands.reporting import Drafts
from bot.dialogue.states import CONVERSATION
from bot.dialogue.step import Miss
from bot.dialogue.world import World
from bot.settings import Settings
from bot.storage.conversations import Conversations, StaleError
from bot.storage.misses import Counted
from bot.storage.store import Store, Unit
from knowledge.impersonal import GAP, LONGEST
from knowledge.lexicon import Entry, Lexicon
from knowledge.places.provinces import Provinces
from knowledge.search import Found, Hit, ProcedureSearch
from knowledge.text import fold
from procedures_catalog.catalog import load

BIRTH, DEATH, LICENCE, LAND = "1.001193", "1.000656", "3.000348", "1.013831"
DAY = date(2026, 11, 21)
NEXT_NOON = datetime.combine(DAY, time(12)) + timedelta(days=1)
SEARCH = ProcedureSearch.over(load())


# Stories. What the search finds is written down, so that they hold however it is taught.


@dataclass
class Scripted:
    """A search that finds what it is told, the first as surely as it is told; anything else fits nothing."""

    world: World
    finds: dict[str, tuple[float, tuple[str, ...]]] = field(default_factory=dict)

    @property
    def provinces(self) -> Provinces:
        return self.world.search.provinces

    def find(self, text: str, limit: int = 10, province: str | None = None) -> Found:
        score, codes = self.finds.get(text, (0.0, ()))
        hits = tuple(Hit(code, score - n / 100, code, catalog=self.world.catalog) for n, code in enumerate(codes))
        return Found(hits, 0.0 if score else 1.0)

    def impersonal(self, text: str) -> str:
        return self.world.search.impersonal(text)


FINDS = {
    "con mới đẻ làm giấy gì": (0.9, (BIRTH, DEATH)),
    "làm khai sinh cho con": (0.9, (BIRTH, DEATH)),
    "bằng lái bị mất": (0.9, (LICENCE, LAND)),
    "giấy tờ cho ông bà": (0.4, (DEATH, BIRTH)),
    "ông nội mới mất": (0.9, (DEATH, BIRTH)),
}
NOWHERE = "xin phép mở quán nước"  # fits nothing


@pytest.fixture
def told(talk: Any, world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A citizen who talks to the whole bot, with a scripted search."""
    assert {BIRTH, DEATH, LICENCE, LAND} <= set(world.catalog)
    search = Scripted(world, FINDS)
    monkeypatch.setattr(talk, "turns", replace(talk.turns, world=replace(world, search=search)))  # type: ignore[arg-type]
    return talk


def kept(talk: Any) -> set[tuple[str, str, str | None, str | None]]:
    found = talk.turns.store.run_now(lambda unit: unit.misses.commonest(99, DAY))
    assert all(counted.times == 1 for counted in found)
    return {tuple(counted.miss) for counted in found}


async def test_a_wish_that_nothing_fits_is_a_miss(told: Any) -> None:
    await told.says(NOWHERE)
    assert kept(told) == {(fold(NOWHERE), "nothing", None, None)}
    await told.says(NOWHERE)  # twice by the same person is once
    assert len(kept(told)) == 1


@pytest.mark.parametrize("refusal", ["không phải", "[]"])
async def test_none_of_these_is_a_miss(told: Any, refusal: str) -> None:
    await told.says("giấy tờ cho ông bà")
    assert kept(told) == set()
    for _ in range(2):  # counted once
        if refusal == "[]":
            await told.taps("Không phải các việc này")
        else:
            await told.says(refusal)
    assert kept(told) == {("giay to cho ong ba", "refused", DEATH, None)}


async def test_not_this_procedure_is_a_miss(told: Any) -> None:
    await told.says("bằng lái bị mất")
    await told.says("không phải")
    assert kept(told) == {("bang lai bi mat", "refused", LICENCE, None)}


async def test_other_words_that_find_it_tell_what_the_first_meant(told: Any) -> None:
    await told.says(NOWHERE)
    await told.says("giấy tờ cho ông bà")
    await told.says("làm khai sinh cho con")
    assert len(kept(told)) == 1  # shown is not yet settled
    await told.taps("Phí, lệ phí")
    assert kept(told) == {
        (fold(NOWHERE), "nothing", None, None),
        (fold(NOWHERE), "reworded", None, BIRTH),
        ("giay to cho ong ba", "reworded", DEATH, BIRTH),
    }
    await told.taps("Gửi qua bưu điện?")
    assert len(kept(told)) == 3


async def test_what_was_refused_and_found_by_other_words(told: Any) -> None:
    await told.says("con mới đẻ làm giấy gì")
    await told.says("không phải")
    await told.says("bằng lái bị mất")
    await told.says("bao nhiêu tiền")
    assert kept(told) == {
        ("con moi de lam giay gi", "refused", BIRTH, None),
        ("con moi de lam giay gi", "reworded", BIRTH, LICENCE),
    }


async def test_a_choice_among_several_is_kept_as_what_it_is(told: Any) -> None:
    await told.says(NOWHERE)
    await told.says("giấy tờ cho ông bà")
    await told.says("2")
    assert kept(told) == {
        (fold(NOWHERE), "nothing", None, None),
        (fold(NOWHERE), "reworded", None, BIRTH),
        ("giay to cho ong ba", "chosen", DEATH, BIRTH),
    }


async def test_a_choice_by_tapping(told: Any, world: World) -> None:
    await told.says("giấy tờ cho ông bà")
    await told.taps(world.catalog[DEATH].title)
    assert kept(told) == {("giay to cho ong ba", "chosen", DEATH, DEATH)}


async def test_a_procedure_shown_and_then_a_nearer_one_is_a_miss(told: Any) -> None:
    """The first stands among what the second wording finds too: the same matter in other words."""
    await told.says("con mới đẻ làm giấy gì")
    await told.says("ông nội mới mất")
    await told.says("cảm ơn")
    assert kept(told) == {("con moi de lam giay gi", "reworded", BIRTH, DEATH)}


async def test_one_of_the_others_is_chosen_instead_of_the_procedure_shown(told: Any, world: World) -> None:
    await told.says("con mới đẻ làm giấy gì")
    await told.taps(next(label for label, option in told.screen.options.items() if option.startswith("others:")))
    await told.taps(world.catalog[DEATH].title)
    assert kept(told) == {("con moi de lam giay gi", "chosen", BIRTH, DEATH)}


SERVED = {
    "read on": ["con mới đẻ làm giấy gì", "bao nhiêu tiền"],
    "another matter": ["con mới đẻ làm giấy gì", "bằng lái bị mất", "bao nhiêu tiền"],
    "the same procedure by other words": ["con mới đẻ làm giấy gì", "làm khai sinh cho con", "bao nhiêu tiền"],
    "read on, then another": ["con mới đẻ làm giấy gì", "bao lâu", "ông nội mới mất", "bao nhiêu tiền"],
    "given up": ["giấy tờ cho ông bà", "thôi", "làm khai sinh cho con", "bao nhiêu tiền"],
    "a greeting in between": ["giấy tờ cho ông bà", "xin chào", "làm khai sinh cho con", "bao nhiêu tiền"],
    "a code in between": ["giấy tờ cho ông bà", LICENCE, "bao nhiêu tiền"],
    "a no after reading on": ["con mới đẻ làm giấy gì", "bao nhiêu tiền", "không"],
    "forgotten": ["giấy tờ cho ông bà", "xóa cuộc trò chuyện", "không phải"],
}


@pytest.mark.parametrize("words", SERVED.values(), ids=SERVED)
async def test_who_was_served_left_no_miss(told: Any, words: list[str]) -> None:
    for said in words:
        await told.says(said)
    assert kept(told) == set()


async def test_the_next_day_is_another_search(told: Any) -> None:
    await told.says("giấy tờ cho ông bà")
    told.turns = replace(told.turns, world=replace(told.turns.world, now=lambda: NEXT_NOON))
    await told.says("làm khai sinh cho con")
    await told.says("bao nhiêu tiền")
    assert kept(told) == set()


async def test_a_no_of_the_next_day_is_about_something_else(told: Any) -> None:
    await told.says("giấy tờ cho ông bà")
    told.turns = replace(told.turns, world=replace(told.turns.world, now=lambda: NEXT_NOON))
    await told.says("không phải")
    assert kept(told) == set()


async def test_with_the_real_search(talk: Any) -> None:
    await talk.says("sổ đỏ")
    await talk.taps("Không phải các việc này")
    assert {miss[:2] for miss in kept(talk)} == {("so do", "refused")}


async def test_a_person_in_the_story_is_kept_nowhere(told: Any, tmp_path: Path) -> None:
    await told.says("em là Trần Văn Cường, 0912345678, mở quán nước ở ngõ 12 đường Khâm Thiên")
    await told.says("không phải")
    written = b"".join((tmp_path / name).read_bytes() for name in ("local.db", "local.db-wal"))
    assert b"mo quan nuoc" in written
    for secret in (b"tran", b"cuong", b"0912345678", b"kham", b"thien"):
        assert secret not in written.lower(), secret


async def test_forgetting_the_conversation_leaves_the_misses(told: Any) -> None:
    await told.says(NOWHERE)
    await told.says("xóa cuộc trò chuyện")
    assert len(kept(told)) == 1


async def test_a_turn_that_is_run_again_counts_once(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    save, failures = Conversations.save, [StaleError("raced")]

    def raced(*arguments: Any) -> None:
        save(*arguments)
        if failures:
            raise failures.pop()

    monkeypatch.setattr(Conversations, "save", raced)
    await told.says(NOWHERE)
    assert len(kept(told)) == 1


async def test_a_turn_without_a_miss_asks_nothing_of_the_table(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.misses.Misses.count", None)
    for words in ("con mới đẻ làm giấy gì", "bao nhiêu tiền", "cảm ơn"):
        await told.says(words)
    await told.taps("Phí, lệ phí")


def test_a_conversation_from_before_is_still_read() -> None:
    old = '{"state": {"at": "home"}, "memory": {"language": "vi", "chosen": false, "met": true, "ticked": []}}'
    assert CONVERSATION.validate_json(old).memory.wishes == ()


# Without the person.

KEPT = {
    "con em mới đẻ thì làm giấy gì": "con em moi de thi lam giay gi",
    "Mất bằng lái xe máy làm lại ở đâu": "mat bang lai xe may lam lai o dau",
    "ông 75 tuổi chưa có lương hưu": "ong 75 tuoi chua co luong huu",
    "đổi bằng lái hạng B2 sang C": "doi bang lai hang b2 sang c",
    "mất CCCD làm lại": "mat cccd lam lai",
    "tooi muoons ddawng kys khai sinh": "toi muon dang ky khai sinh",
    "How do I replace a lost driving licence": "how do i replace a lost driving licence",
}
LEFT_OUT = {
    "em là Nguyễn Văn An muốn đổi bằng lái": "em la … muon doi bang lai",
    "toi la nguyen van an muon doi bang lai": "toi la … muon doi bang lai",
    "bà lê thị hoa mất chưa khai tử": "ba … chua khai tu",
    "tên em là bưởi muốn đăng ký khai sinh": "ten … muon dang ky khai sinh",
    "chị Hoa, anh BÌNH và bé mai Lan xin tạm trú": "chi … anh … va be … tam tru",
    "Hoa muốn ly hôn": "muon ly hon",
    "chị Qui muốn ly hôn": "chi … muon ly hon",  # spelt like an abbreviation of the data
    "TÔI LÀ TRẦN VĂN CƯỜNG MUỐN LY HÔN": "",
    "mất xe 29A 123.45 khai báo": "mat xe … khai bao",
    "sinh ngày 15/3/90 muốn đổi bằng lái": "sinh ngay … muon doi bang lai",
    "sinh ngày 5 muốn đổi bằng lái": "sinh ngay … muon doi bang lai",
    "muốn xây nhà ở ngõ 12 đường Láng": "muon xay nha o ngo",
    "khong chin mot hai ba bon nam muon ly hon": "muon ly hon",
    "mail hoa.mai @ gmail.com muốn ly hôn": "muon ly hon",
    "hoa mai a còng gmail chấm com muốn ly hôn": "muon ly hon",
    "mật khẩu của em là hoa mai muốn ly hôn": "mat khau cua em la … ly hon",
    "hoạn lợn xywzq khai sinh": "hoan lon … khai sinh",
    "xywzq": "",
    "cần": "",
}


@pytest.mark.parametrize(("said", "wording"), [*KEPT.items(), *LEFT_OUT.items()])
def test_what_of_a_message_is_kept(said: str, wording: str) -> None:
    assert SEARCH.impersonal(said) == wording


def test_a_long_story_is_cut() -> None:
    assert len(SEARCH.impersonal("làm giấy khai sinh cho con " * 40).split()) == LONGEST


BASES = [
    "con em mới đẻ thì làm giấy gì",
    "muốn xin giấy phép xây dựng nhà ở nông thôn",
    "bà mất tháng trước giờ khai tử sao",
    "mất bằng lái làm lại hết bao nhiêu tiền",
    "i lost my driving licence what papers do i need",
    "toi muon dang ky tam tru cho nguoi thue tro",
]
DIGITS = st.text("0123456789", min_size=1, max_size=4)
PHONES = st.builds(
    lambda start, rest, mark: start + mark.join((rest[:2], rest[2:5], rest[5:])),
    st.sampled_from(["09", "+84 9", "(024) ", "84-3"]),
    st.text("0123456789", min_size=8, max_size=8),
    st.sampled_from(["", " ", ".", "-", "  "]),
)
IDENTITIES = st.text("0123456789", min_size=9, max_size=12)
MAILS = st.builds(
    lambda name, at, host: name + at + host,
    st.sampled_from(["hoa.mai", "con", "khai_sinh", "nguyen.van.an90", "giay+to"]),
    st.sampled_from(["@", " @ "]),
    st.sampled_from(["gmail.com", "khai-sinh.vn", "con.org", "thu.edu.vn"]),
)
BIRTHDAYS = st.builds(
    "{}{}{}{}{}".format,
    st.integers(1, 31),
    mark := st.sampled_from(["/", "-", ".", " "]),
    st.integers(1, 12),
    mark,
    DIGITS,
)
SYLLABLES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Văn",
    "Thị",
    "Hoa",
    "Sinh",
    "Khai",
    "Mai",
    "An",
    "Con",
    "Giấy",
    "Tử",
    "Bình",
    "Xin",
    "Mất",
]
SHOWN = [lambda s: s, str.upper, fold_title := (lambda s: fold(s).title())]
FULL_NAMES = st.builds(
    lambda parts, shown: " ".join(map(shown, parts)),
    st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=4),
    st.sampled_from(SHOWN),
)
ONE_NAMES = st.builds(lambda name, shown: shown(name), st.sampled_from(SYLLABLES), st.sampled_from(SHOWN))
ANYWHERE = st.one_of(PHONES, IDENTITIES, MAILS, BIRTHDAYS, FULL_NAMES)


def with_inserted(base: str, secret: str, place: int) -> str:
    words = base.split()
    place = min(place, len(words))
    return " ".join([*words[:place], secret, *words[place:]])


def more_than(wording: str, base: str) -> Counter[str]:
    """The words that came from elsewhere than the base."""
    return Counter(wording.replace(GAP, " ").split()) - Counter(fold(base).split())


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(BASES), st.one_of(ANYWHERE, ANYWHERE), st.integers(0, 12))
def test_numbers_mails_and_names_never_survive(base: str, secret: str, place: int) -> None:
    wording = SEARCH.impersonal(with_inserted(base, secret, place))
    assert not more_than(wording, base), wording
    assert re.fullmatch(rf"[a-z0-9 {GAP}]*", wording)
    assert not re.search(r"\d{3}", wording)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(BASES), ONE_NAMES, st.integers(1, 12))
def test_one_name_inside_a_sentence_never_survives(base: str, name: str, place: int) -> None:
    wording = SEARCH.impersonal(with_inserted(base, name, place))
    assert not more_than(wording, base), wording


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_whatever_is_written_only_known_words_stay(text: str) -> None:
    wording = SEARCH.impersonal(text)
    assert re.fullmatch(rf"(?:[a-z0-9]+(?: |\Z)|{GAP} )*", wording), wording
    assert len(wording) <= 640  # the column's


# At rest.

MISSES = [
    Miss("con em moi de", "reworded", DEATH, BIRTH),
    Miss("con em moi de", "nothing", None, None),
    Miss("mo quan nuoc", "nothing", None, None),
]


def count(store: Store, *misses: Miss, day: date = DAY) -> None:
    store.run_now(lambda unit: unit.misses.count(misses, day))


def commonest(store: Store, limit: int = 9, since: date = date.min) -> list[Any]:
    return store.run_now(lambda unit: unit.misses.commonest(limit, since))


def test_equal_misses_are_counted(store: Store) -> None:
    count(store, *MISSES)
    count(store, MISSES[1], MISSES[1], day=DAY + timedelta(days=2))
    first, *others = commonest(store)
    assert (first.miss, first.times) == (MISSES[1], 3)
    assert (first.first_day, first.last_day) == (DAY, DAY + timedelta(days=2))
    assert [(one.miss, one.times) for one in others] == [(MISSES[0], 1), (MISSES[2], 1)]


def test_the_commonest_of_the_last_days_are_listed(store: Store) -> None:
    count(store, MISSES[0], day=DAY - timedelta(days=1))
    count(store, MISSES[1], MISSES[2])
    count(store, MISSES[2])
    assert [one.miss for one in commonest(store, since=DAY)] == [MISSES[2], MISSES[1]]
    assert [one.miss for one in commonest(store, limit=1)] == [MISSES[2]]


def test_the_rows_do_not_tell_in_which_order_they_came(local_store: Store) -> None:
    """A row number would lie beside that of the turn."""
    with local_store.engine.connect() as connection, pytest.raises(OperationalError, match="no such column"):
        connection.execute(sql("SELECT rowid FROM miss"))


def test_the_longest_wording_fits(store: Store) -> None:
    longest = Miss(" ".join(["x" * 20] * LONGEST), "nothing", None, None)
    count(store, longest)
    assert [one.miss for one in commonest(store)] == [longest]


def test_what_was_not_seen_for_long_is_deleted(store: Store) -> None:
    count(store, MISSES[0], MISSES[1], day=DAY - timedelta(days=91))
    count(store, MISSES[1], day=DAY - timedelta(days=90))
    assert store.run_now(lambda unit: unit.misses.purge(DAY - timedelta(days=90))) == 1
    assert [one.miss for one in commonest(store)] == [MISSES[1]]


def test_nothing_of_it_is_kept_when_the_turn_is_not(store: Store) -> None:
    def work(unit: Unit) -> None:
        unit.misses.count(MISSES, DAY)
        raise KeyError

    with suppress(KeyError):
        store.run_now(work)
    assert commonest(store) == []


async def test_the_clean_up_deletes_them_after_ninety_days(local_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "today", lambda: DAY)
    count(local_store, MISSES[0], day=DAY - timedelta(days=91))
    count(local_store, MISSES[1], day=DAY - timedelta(days=90))
    await app.purging(local_store, Settings(_env_file=None))()
    assert [one.miss for one in commonest(local_store)] == [MISSES[1]]


# The report.

Report = Callable[..., str]


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Report:
    """`python -m bot report misses` over the database in the folder it is run in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(app, "today", lambda: DAY)
    settings = app.Settings()
    store = app.open_store(settings)
    count(store, MISSES[2])
    count(store, *[MISSES[0]] * 3, day=DAY - timedelta(days=3))
    count(store, *[Miss("i lost my … licence", "reworded", None, LICENCE)] * 2)
    count(store, *[Miss("giay la", "chosen", BIRTH, LAND)] * 4)
    store.close()

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["bot", "report", "misses", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        assert not stopped.value.code
        return capsys.readouterr().out

    return run


def test_the_report_lists_the_commonest_first_with_a_draft(report: Report) -> None:
    lines = report().splitlines()
    assert [line.split()[0] for line in lines[::2]] == ["4", "3", "2", "1"]
    assert lines[2].split() == ["3", "2026-11-18", "reworded", DEATH, ">", BIRTH, "con", "em", "moi", "de"]
    assert re.fullmatch(rf" +- con em moi de  # {BIRTH} .+, vi; thêm dấu", lines[3])
    assert re.fullmatch(rf" +- i lost my … licence  # {LICENCE} .+, en; thay …", lines[5])
    assert (lines[6].split()[2:6], lines[7].strip()) == (["nothing", "?", ">", "?"], "?")


def test_a_draft_for_what_has_no_entry_is_a_whole_one() -> None:
    draft = Drafts(Lexicon(()), load()).of(Counted(Miss("giay la", "reworded", None, BIRTH), 1, DAY, DAY))
    (entry,) = TypeAdapter(list[Entry]).validate_python(yaml.load(draft, yaml.CBaseLoader))
    assert (entry.codes, entry.vi, entry.en) == ((BIRTH,), ("giay la",), ())


def test_the_report_as_json(report: Report) -> None:
    found = [json.loads(line) for line in report("--json", "--limit", "2").splitlines()]
    assert len(found) == 2
    keys = {"wording", "kind", "shown", "settled", "times", "first_day", "last_day", "draft"}
    assert set(found[1]) == keys
    assert (found[1]["shown"], found[1]["settled"], found[1]["last_day"]) == (DEATH, BIRTH, "2026-11-18")


def test_the_report_of_the_last_days(report: Report) -> None:
    assert "con em moi de" not in report("--since", "2")
    assert "con em moi de" in report("--since", "3")


def test_no_misses_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["bot", "report", "misses"])
    with pytest.raises(SystemExit):
        main()
    assert capsys.readouterr().out == "no misses\n"
