"""Search from the command line."""

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ValidationError

from bot import app
from bot.settings import load_settings
from knowledge.search import ProcedureSearch


class Query(BaseModel):
    """A line of a batch; it may hold more, for whoever made it."""

    query: str


def search(
    words: Annotated[list[str] | None, typer.Argument(metavar="TEXT…", help="What a citizen would write.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 5,
    catalogue: Annotated[Path | None, typer.Option(help="Imported layer; default NOIDAI_CATALOGUE.")] = None,
    batch: Annotated[Path | None, typer.Option(help='JSON Lines {"query": …}; one answer a line.')] = None,
) -> None:
    """Ranked procedures for a text, or for each query of a file."""
    settings = load_settings()
    if catalogue:
        settings = settings.model_copy(update={"catalogue": catalogue})
    if not words and not batch:
        raise typer.BadParameter("give a text, or --batch FILE")
    asked = queries(batch) if batch else []
    engine = ProcedureSearch.over(app.read_catalogue(settings))
    if batch:
        for query in asked:
            typer.echo(json.dumps(answer(engine, query, limit), ensure_ascii=False))
        return
    found = answer(engine, " ".join(words or ()), limit)
    typer.echo(json.dumps(found, ensure_ascii=False) if as_json else as_table(found))


def queries(batch: Path) -> list[str]:
    """Raises typer.BadParameter naming the line that is not {"query": …}."""
    found: list[str] = []
    try:
        lines = batch.read_text("utf-8", errors="replace").split("\n")
    except OSError as error:
        raise typer.BadParameter(f"{batch}: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(Query.model_validate_json(line).query)
        except ValidationError as error:
            raise typer.BadParameter(f'{batch}:{number}: not {{"query": …}}') from error
    return found


def answer(engine: ProcedureSearch, query: str, limit: int) -> dict[str, Any]:
    start = time.perf_counter_ns()
    found = engine.find(query, limit)
    took = (time.perf_counter_ns() - start) // 1000
    hits = [
        {"code": h.procedure.code, "name": h.procedure.name, "score": round(h.score, 4), "matched": h.matched}
        for h in (found.hits if found.fits else ())
    ]
    return {"query": query, "hits": hits, "confident": found.confident, "took_us": took}


def as_table(found: dict[str, Any]) -> str:
    if not found["hits"]:
        return "nothing fits"
    return "\n".join(f"{h['score']:.2f}  {h['code']}  {h['name']}  ({h['matched']})" for h in found["hits"])
