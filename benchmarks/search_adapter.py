"""Our search as an engine of the search bench: `run.py --ours benchmarks.search_adapter:build --ours-path .`."""

import gc
from collections.abc import Callable
from datetime import date
from typing import Any

from knowledge.search import ProcedureSearch
from procedures_catalog.catalog import BUNDLED, Catalog, read_folder
from procedures_catalog.models import Postal, PostalWay, Procedure, Source

Ranking = Callable[[str, int], list[tuple[str, float]]]
UNKNOWN = PostalWay(possible=None)
NOT_SHOWN = Source(document="search bench", as_of=date(2026, 7, 18))


def build(rows: list[dict[str, Any]]) -> tuple[Ranking, Callable[[str], bool]]:
    """The bench's rows under the bundled layer, as in the product; a procedure the bench lacks is left out.

    Only what the search reads is taken over (code and name); papers, fees and law play no part in it.
    """
    national = {row["code"]: named(row["code"], row["name"]) for row in rows}
    bundled = {code: procedure for code, procedure in read_folder(BUNDLED).items() if code in national}
    search = ProcedureSearch.over(Catalog({"national": national, "bundled": bundled}))
    search.prepare()
    gc.freeze()  # as bot/app.py does: what lives as long as the process is not looked through again

    def rank(query: str, limit: int) -> list[tuple[str, float]]:
        return [(hit.code, hit.score) for hit in search.find(query, limit).hits]

    def nothing_fits(query: str) -> bool:
        return not search.find(query, 1).fits

    return rank, nothing_fits


def named(code: str, name: str) -> Procedure:
    # the rows that the bench makes up to grow the catalogue have codes of no official form
    facts = {"code": code, "name": name, "documents": None, "postal": Postal(send=UNKNOWN, back=UNKNOWN)}
    return Procedure.model_construct(**{**DEFAULTS, **facts, "source": NOT_SHOWN})


DEFAULTS = {name: field.default for name, field in Procedure.model_fields.items() if not field.is_required()}
