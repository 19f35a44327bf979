"""The quality of the search, judged by people, one query a line of judgements.yaml."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.lexicon import load_lexicon
from knowledge.search import Found, ProcedureSearch
from procedures_catalog.catalog import load

SEARCH = ProcedureSearch.over(load())
JUDGEMENTS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "judgements.yaml").read_text("utf-8"))
MEANT = [j for j in JUDGEMENTS if j["means"]]
NOTHING = [j["query"] for j in JUDGEMENTS if not j["means"]]


def case(judgement: dict[str, Any]) -> Any:
    missed = [pytest.mark.xfail(strict=True)] if judgement.get("known_miss") else []
    return pytest.param(judgement["query"], judgement["means"], id=judgement["query"], marks=missed)


def codes(found: Found) -> list[str]:
    return [hit.code for hit in found.hits]


@pytest.mark.parametrize(("query", "meant"), [case(j) for j in MEANT])
def test_a_procedure_meant_comes_first(query: str, meant: list[str]) -> None:
    found = SEARCH.find(query)
    assert found.fits
    assert codes(found)[0] in meant


@pytest.mark.parametrize("query", NOTHING)
def test_what_no_procedure_fits_is_not_answered_with_one(query: str) -> None:
    assert not SEARCH.find(query).confident


def test_overall_quality() -> None:
    """Mean reciprocal rank: 1 when every procedure meant comes first. A floor, to be raised and never lowered."""
    ranks = [codes(SEARCH.find(j["query"])) for j in MEANT]
    first = [
        next((i for i, code in enumerate(found, 1) if code in j["means"]), None)
        for found, j in zip(ranks, MEANT, strict=True)
    ]
    assert sum(1 / rank for rank in first if rank) / len(MEANT) >= 0.95


def test_the_order_does_not_depend_on_the_order_of_the_catalogue() -> None:
    turned = ProcedureSearch.over(type(load()).of(reversed(list(load().values()))))
    for judgement in JUDGEMENTS:
        assert codes(turned.find(judgement["query"])) == codes(SEARCH.find(judgement["query"])), judgement["query"]


def test_a_hit_says_which_words_matched() -> None:
    hit = SEARCH.find("giay doc than").hits[0]
    assert hit.matched in load_lexicon().said_of(hit.code)
