"""Our search as an engine of the search bench: `run.py --ours benchmarks.search_adapter:build --ours-path .`."""

from collections.abc import Callable
from typing import Any

from knowledge.search import ProcedureSearch
from procedures_catalog.catalog import BUNDLED, Catalog, read_folder
from procedures_catalog.importers.national_jsonl import to_procedure

Ranking = Callable[[str, int], list[tuple[str, float]]]


def build(rows: list[dict[str, Any]]) -> tuple[Ranking, Callable[[str], bool]]:
    """The bench's rows, corrected by the bundled layer as in the product; a procedure the bench lacks is left out."""
    national = {row["code"]: to_procedure(row)[0] for row in rows}
    bundled = {code: procedure for code, procedure in read_folder(BUNDLED).items() if code in national}
    search = ProcedureSearch.over(Catalog({"national": national, "bundled": bundled}))

    def rank(query: str, limit: int) -> list[tuple[str, float]]:
        return [(hit.procedure.code, hit.score) for hit in search.find(query, limit).hits]

    def nothing_fits(query: str) -> bool:
        return not search.find(query, 1).fits

    return rank, nothing_fits
