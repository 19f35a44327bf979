"""The bundled procedures keep the house rules; with the national corpus at hand, their facts agree with it.

NATIONAL_CORPUS names the corpus (JSON Lines, perhaps gzipped); without it those tests are skipped.
"""

import gzip
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from knowledge.explanation import fees_on
from knowledge.text import fold
from procedures_catalog.catalog import BUNDLED, load
from procedures_catalog.models import Procedure

DAY = date(2026, 11, 21)
FEWEST = 120
LONGEST_SHORT = 40
LONGEST_DOCUMENT = 90
COPIED = 10  # words in a row that stand in the published text: the wording is to be our own
CORPUS = os.environ.get("NATIONAL_CORPUS")

CATALOG = load()
PROCEDURES = sorted(CATALOG.values(), key=lambda p: p.code)

each = pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.code)


def strings(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield path, value
        case dict():
            for key, inner in value.items():
                yield from strings(inner, f"{path}.{key}")
        case list() | tuple():
            for inner in value:
                yield from strings(inner, path)


OURS = (".summary", ".advice", ".hand_in", ".short", ".note", ".only_if", ".instead", ".documents.name", ".cases.name")


def own_words(procedure: Procedure) -> list[str]:
    """What is our own wording, not a published name or number."""
    return [said for path, said in strings(procedure.model_dump(mode="json")) if path.endswith(OURS)]


def test_the_procedures_citizens_most_use_are_there() -> None:
    assert len(CATALOG) >= FEWEST
    assert {level for p in PROCEDURES for level in p.levels} >= {"commune", "province"}


def test_titles_are_short_and_distinct() -> None:
    titles = [p.short for p in PROCEDURES]
    assert all(title and len(title) <= LONGEST_SHORT for title in titles)
    assert len({fold(title or "") for title in titles}) == len(titles)


def test_english_titles_are_distinct() -> None:
    """In English they stand on the buttons."""
    titles = [fold(p.english or "") for p in PROCEDURES]
    assert sorted({t for t in titles if titles.count(t) > 1}) == []


def test_a_file_is_named_after_its_code() -> None:
    assert all(re.fullmatch(r"\d\.\d{6}-[a-z0-9-]+\.yaml", f.name) for f in BUNDLED.glob("*"))


@each
def test_a_procedure_tells_what_a_citizen_needs(procedure: Procedure) -> None:
    assert procedure.english
    assert procedure.summary
    assert procedure.hand_in
    assert procedure.domain
    assert procedure.applicants
    assert procedure.fees, "an unknown fee is said to be unknown"
    assert procedure.durations, "an unknown time is said to be unknown"
    assert not procedure.also_called, "what people call it stands in the lexicon"


@each
def test_every_fact_is_sourced_and_none_comes_from_the_future(procedure: Procedure) -> None:
    sources = [procedure.source, procedure.postal.send.source, procedure.postal.back.source]
    sources += [fee.source for fee in procedure.fees]
    assert all(source.as_of <= DAY for source in sources if source)


@each
def test_nobody_is_sent_to_a_district_office(procedure: Procedure) -> None:
    office = re.compile(
        r"(?:ubnd|ủy ban(?: nhân dân)?|công an|một cửa|phòng [\w ]{2,20}|chi nhánh|trung tâm [\w ]{2,20})"
        r"(?: cấp)? (?:huyện|quận|thị xã)",
        re.I,
    )
    assert [said for said in own_words(procedure) if office.search(said)] == []


@each
def test_an_unknown_fee_is_not_nothing(procedure: Procedure) -> None:
    for fee in procedure.fees:
        assert (fee.amount is None) == (fee.unknown is not None)
        assert fee.amount is None or fee.amount == 0 or fee.amount >= 100, "sums are in VND, not in thousands"


@each
def test_two_sums_due_on_one_day_tell_what_sets_them_apart(procedure: Procedure) -> None:
    """ "Free" and "set by the province" may both hold, but then each names its case, its channel or what it is for."""
    for day in (DAY, *(f.valid_from for f in procedure.fees if f.valid_from)):
        alike: dict[object, list[str | None]] = defaultdict(list)
        for fee in fees_on(procedure, day):
            alike[fee.kind, fee.channels, fee.only_if].append(fee.note)
        assert [
            notes for notes in alike.values() if len(notes) > 1 and (None in notes or len(notes) != len(set(notes)))
        ] == []


@each
def test_the_facts_of_the_post_are_consistent(procedure: Procedure) -> None:
    for way in (procedure.postal.send, procedure.postal.back):
        assert (way.possible is False) == (way.obstacle is not None)
    send = procedure.postal.send
    assert send.obstacle != "nothing_to_return"
    assert send.obstacle != "online_only" or procedure.online is True
    posted = [f for f in (*procedure.fees, *procedure.durations) if f.channels == ("post",)]
    assert not posted or send.possible is not False, "a fee or time for the post, which is said to be impossible"


@each
def test_conditions_continue_a_sentence(procedure: Procedure) -> None:
    """ "chỉ khi …", "nếu …" """
    documents = [*(procedure.documents or ()), *(d for c in procedure.cases for d in c.documents)]
    conditions = [x.only_if for x in (*documents, *procedure.fees, *procedure.durations) if x.only_if]
    assert [c for c in conditions if re.match(r"(?:chỉ khi|nếu|khi|trường hợp) ", c, re.I)] == []
    assert [c for c in conditions if c.endswith(".")] == []


@each
def test_documents_have_short_names(procedure: Procedure) -> None:
    documents = [*(procedure.documents or ()), *(d for c in procedure.cases for d in c.documents)]
    assert [d.name for d in documents if len(d.name) > LONGEST_DOCUMENT] == []


@each
def test_text_holds_nothing_a_channel_would_show_raw(procedure: Procedure) -> None:
    assert [said for said in own_words(procedure) if re.search(r"[<>{}\n\t]|\*\*|  ", said)] == []


@cache
def corpus() -> dict[str, dict[str, object]]:
    path = Path(CORPUS or "")
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines)
        return {row["code"]: row for row in rows if row["code"] in CATALOG}


compared = pytest.mark.skipif(not CORPUS, reason="NATIONAL_CORPUS names no corpus")

LEVELS = {"xã": "commune", "tỉnh": "province", "cấp bộ": "ministry", "cơ quan khác": "other"}


def plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


@compared
@each
def test_facts_agree_with_the_corpus(procedure: Procedure) -> None:
    row = corpus()[procedure.code]
    assert procedure.name == row["name"]
    assert str(procedure.source.as_of) == row["crawl_date"]
    if decision := str(row["decision_no"] or ""):
        assert decision.split()[0].strip(",;") in procedure.source.document
    if levels := row["level"]:
        assert {LEVELS[level] for level in levels} == set(procedure.levels)  # type: ignore[attr-defined]


@compared
@each
def test_the_wording_is_our_own(procedure: Procedure) -> None:
    published = plain(json.dumps(corpus()[procedure.code], ensure_ascii=False))
    for said in own_words(procedure):
        words = plain(said).split()
        runs = (" ".join(words[i : i + COPIED]) for i in range(len(words) - COPIED + 1))
        assert not any(run in published for run in runs), said
