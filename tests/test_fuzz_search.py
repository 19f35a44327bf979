"""Nothing that is written makes the search fail. How long it takes is measured in benchmarks/fuzz.py."""

import pytest

from benchmarks.fuzz import KINDS, strings
from knowledge.search import ProcedureSearch

COUNT, SEED = 3_000, 20261122
LONGEST = 250  # characters; longer ones cost time and show nothing else


def test_no_string_is_an_exception(bundled_search: ProcedureSearch) -> None:
    for said in strings(COUNT, SEED, LONGEST):
        try:
            found = bundled_search.find(said)
        except Exception as error:
            pytest.fail(f"{said!r}: {error!r}")
        assert 0 <= found.nothing <= 1, said


def test_the_strings_are_repeatable_and_of_every_kind() -> None:
    first = list(strings(7 * len(KINDS), SEED))
    assert first == list(strings(7 * len(KINDS), SEED))
    assert first != list(strings(7 * len(KINDS), SEED + 1))
    assert len(set(first)) > 6 * len(KINDS)
