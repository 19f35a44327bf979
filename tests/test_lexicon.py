"""The lexicon keeps its rules, and every entry of it is worth its place."""

import gzip
import json
import os
import random
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from knowledge.elsewhere import load_elsewhere
from knowledge.evidence import load_weights
from knowledge.lexicon import RARE, Entry, Lexicon, faults, load_lexicon
from knowledge.search import Found, ProcedureSearch
from knowledge.text import fold, has_marks
from knowledge.topics import Topics, load_topics
from knowledge.words import load_words
from procedures_catalog.catalog import Catalog, load
from procedures_catalog.models import Postal, PostalWay, Procedure, Source

CORPUS = os.environ.get("NATIONAL_CORPUS")
CODE = re.compile(r"\d\.\d{6}")
COVERED = 800
WELL_SAID, WELL_COVERED = 12, 150  # phrases, and the procedures that have as many
SAMPLE, SEED, AMONG_THREE = 1500, 20261122, 0.97

LEXICON = load_lexicon()
WORDS = load_words()
TOPICS = load_topics(WORDS)


@cache
def in_force() -> frozenset[str]:
    """Live national codes; without the corpus, those of the bundled procedures."""
    if not CORPUS:
        return frozenset(load())
    path = Path(CORPUS)
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        return frozenset(row["code"] for row in rows if row["in_catalogue_2026_07"] and row["scope"] == "national")


def checkable(codes: Iterable[str]) -> set[str]:
    """The codes that can be looked up with what is at hand: all with the corpus, otherwise the bundled ones."""
    return set(codes) if CORPUS else set(codes) & set(load())


def codes(found: Found) -> list[str]:
    return [hit.code for hit in found.hits]


# The shipped data


def test_the_linter_finds_nothing(catalogue: Catalog) -> None:
    known = in_force() | (set(LEXICON.by_code) - checkable(LEXICON.by_code))
    assert list(faults(LEXICON, known, catalogue)) == []


def test_codes_are_well_formed_and_in_force() -> None:
    assert [code for code in LEXICON.by_code if not CODE.fullmatch(code)] == []
    assert checkable(LEXICON.by_code) - in_force() == set()


def test_no_entry_names_a_code_twice() -> None:
    assert [entry.about for entry in LEXICON.entries if len(set(entry.codes)) < len(entry.codes)] == []


def test_every_bundled_procedure_has_an_entry() -> None:
    assert set(load()) - set(LEXICON.by_code) == set()


def test_enough_procedures_have_enough_phrases() -> None:
    there = Counter({code: sum(len(entry.vi) for entry in entries) for code, entries in LEXICON.by_code.items()})
    assert len(there) >= COVERED
    few = {code: n for code, n in there.items() if n < (12 if LEXICON.common(code) <= 2 else 6)}
    assert few == {}
    assert sum(n >= WELL_SAID for n in there.values()) >= WELL_COVERED


def test_vietnamese_is_written_with_marks() -> None:
    """Unaccented forms are derived; a few words can do without marks, four can hardly."""
    assert [p for entry in LEXICON.entries for p in entry.vi if len(p.split()) >= 4 and not has_marks(p)] == []


def test_english_is_not_vietnamese() -> None:
    assert [p for entry in LEXICON.entries for p in entry.en if all(map(has_marks, p.split()))] == []


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([p for topic in TOPICS.topics for p in topic.phrases()], id="topics"),
        pytest.param(load_elsewhere(), id="elsewhere"),
    ],
)
def test_no_phrase_stands_both_in_the_lexicon_and(others: Iterable[str]) -> None:
    own = {fold(phrase): entry.about for entry in LEXICON.entries for phrase in entry.phrases()}
    assert {phrase: own[fold(phrase)] for phrase in others if fold(phrase) in own} == {}


def test_no_phrase_of_a_topic_is_also_elsewhere() -> None:
    elsewhere = set(map(fold, load_elsewhere()))
    assert [p for topic in TOPICS.topics for p in topic.phrases() if fold(p) in elsewhere] == []


def test_topics_offer_at_least_two_procedures_in_force() -> None:
    assert {topic.about: topic.codes for topic in TOPICS.topics if len(set(topic.codes)) < 2} == {}
    offered = {code for topic in TOPICS.topics for code in topic.codes}
    assert [code for code in offered if not CODE.fullmatch(code)] == []
    assert checkable(offered) - in_force() == set()


# What the entries do


@pytest.fixture(scope="module")
def official_names(catalogue: Catalog) -> ProcedureSearch:
    topics = Topics((), WORDS.around, WORDS.around_marked)
    return ProcedureSearch(catalogue, WORDS, Lexicon(()), topics, load_elsewhere(), load_weights())


def test_no_entry_is_decorative(catalogue: Catalog, search: ProcedureSearch, official_names: ProcedureSearch) -> None:
    """Something it says finds its procedure first, by itself, and would not by official names alone."""

    def tells(entry: Entry, phrase: str) -> bool:
        return comes_first(search, entry, phrase) and not comes_first(official_names, entry, phrase)

    here = [entry for entry in LEXICON.entries if not catalogue.keys().isdisjoint(entry.codes)]
    assert {e.codes: e.about for e in here if not any(tells(e, phrase) for phrase in e.phrases())} == {}


def comes_first(search: ProcedureSearch, entry: Entry, phrase: str) -> bool:
    """Without the help of a topic."""
    found = search.find(phrase, 1)
    return found.topic is None and bool(found.hits) and found.hits[0].procedure.code in entry.codes


def test_phrases_find_their_entry_among_the_first_three(catalogue: Catalog, search: ProcedureSearch) -> None:
    there = [(entry, p) for entry in LEXICON.entries for p in entry.phrases() if catalogue.keys() & set(entry.codes)]
    sample = random.Random(SEED).sample(there, min(SAMPLE, len(there)))
    missed = [(p, entry.about) for entry, p in sample if set(codes(search.find(p, 3))).isdisjoint(entry.codes)]
    assert 1 - len(missed) / len(sample) >= AMONG_THREE, missed


# The linter itself


def entry(*phrases: str, code: str = "1.000001", about: str = "birth", common: int = 4) -> Entry:
    enough = tuple(f"{about} {n}" for n in range(20))
    return Entry(codes=(code,), about=about, common=common, vi=(*phrases, *enough), en=(f"{about} en", f"{about} uk"))


def linted(*entries: Entry, names: dict[str, Procedure] | None = None) -> list[str]:
    return list(faults(Lexicon(entries), {"1.000001", "1.000002"}, names))


def named(name: str) -> Procedure:
    unknown = PostalWay(possible=None)
    return Procedure(
        code="1.000001", name=name, levels=(), documents=None,
        postal=Postal(send=unknown, back=unknown), source=Source(document="x", as_of="2026-01-01"),
    )  # fmt: skip


def test_a_sound_lexicon_has_no_faults() -> None:
    assert linted(entry("làm giấy khai sinh"), entry("cưới vợ", code="1.000002", about="marriage")) == []


def test_a_dead_code_is_a_fault() -> None:
    assert linted(entry("cưới vợ", code="1.999999")) == ["birth: no procedure 1.999999 in force"]


def test_a_phrase_of_two_entries_is_a_fault_however_it_is_written() -> None:
    found = linted(entry("Cưới vợ"), entry("cuoi vo!", code="1.000002", about="marriage"))
    assert found == ["marriage: 'cuoi vo!' also stands in: birth"]


def test_a_phrase_given_twice_in_an_entry_is_a_fault() -> None:
    assert linted(entry("cưới vợ", "cưới vợ")) == ["birth: 'cưới vợ' also stands in: birth"]


def test_a_phrase_without_a_letter_is_a_fault() -> None:
    assert linted(entry("…")) == ["birth: a phrase without a letter: '…'"]


def test_the_official_name_is_a_fault_when_names_are_given() -> None:
    names = {"1.000001": named("Đăng ký khai sinh")}
    said = entry("đăng ký KHAI SINH")
    assert linted(said) == []
    assert linted(said, names=names) == ["birth: 'đăng ký KHAI SINH' is the official name; the search knows it"]


@pytest.mark.parametrize(
    ("common", "vi", "en", "sound"),
    [
        (1, 12, 2, True),
        (1, 11, 2, False),
        (2, 12, 1, False),
        (2, 11, 2, False),
        (3, 6, 1, True),
        (3, 5, 1, False),
        (4, 6, 0, False),
    ],
)
def test_a_common_need_takes_more_phrases(common: int, vi: int, en: int, sound: bool) -> None:
    given = Entry(
        codes=("1.000001",), about="birth", common=common,
        vi=tuple(f"một {n}" for n in range(vi)), en=tuple(f"one {n} en" for n in range(en)),
    )  # fmt: skip
    assert (linted(given) == []) is sound


def test_phrases_of_a_code_are_counted_over_all_its_entries() -> None:
    first, second = (
        Entry(codes=("1.000001",), about=a, common=3, vi=tuple(f"{a} {n}" for n in range(3)), en=(f"{a} en",))
        for a in ("one", "two")
    )
    assert linted(first, second) == []
    assert len(linted(first)) == 1


def test_the_commonest_need_counts_and_what_has_no_entry_is_rare() -> None:
    lexicon = Lexicon((entry(common=3), entry(about="again", common=1)))
    assert (lexicon.common("1.000001"), lexicon.common("1.000002")) == (1, RARE)
    assert len(list(lexicon.said_of("1.000001"))) == 44
