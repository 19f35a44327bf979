"""What the service has learnt, for those who look after it."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

import typer

from bot import app
from bot.commands.indicators import indicators
from bot.settings import load_settings
from bot.storage.misses import Counted
from knowledge.impersonal import GAP
from knowledge.lexicon import Lexicon, load_lexicon
from knowledge.tongue import language_of
from procedures_catalog.catalog import Catalog

UNKNOWN = "?"
ABOUT = 70  # characters the lexicon allows

cli = typer.Typer(help="What the service has learnt, and what came of the dossiers.", no_args_is_help=True)
cli.command("indicators")(indicators)


@cli.command("misses")
def misses(
    since: Annotated[int, typer.Option(min=1, metavar="DAYS", help="Seen in the last so many days.")] = 90,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
) -> None:
    """Wordings not understood at once, the commonest first, each with a draft for the lexicon."""
    settings = load_settings()
    store = app.open_store(settings)
    try:
        first = app.today() - timedelta(days=since)
        found = store.run_now(lambda unit: unit.misses.commonest(limit, first))
    finally:
        store.close()
    drafts = Drafts(load_lexicon(), app.read_catalogue(settings)) if found else None
    for counted in found:
        draft = drafts.of(counted) if drafts else UNKNOWN
        typer.echo(json.dumps(as_object(counted, draft), ensure_ascii=False) if as_json else as_lines(counted, draft))
    if not found and not as_json:
        typer.echo("no misses")


@dataclass(frozen=True)
class Drafts:
    """Lines for knowledge/data/lexicon, to be read over by a person."""

    lexicon: Lexicon
    catalogue: Catalog

    def of(self, counted: Counted) -> str:
        code, wording = counted.miss.settled, counted.miss.wording
        if code is None or (code not in self.lexicon.by_code and code not in self.catalogue):
            return UNKNOWN
        language = "en" if language_of(wording) == "en" else "vi"
        mend = "".join([*(["; thêm dấu"] if language == "vi" else []), *([f"; thay {GAP}"] if GAP in wording else [])])
        if entries := self.lexicon.by_code.get(code):
            return f"    - {wording}  # {code} {entries[0].about}, {language}{mend}"
        about = json.dumps(self.catalogue[code].title[:ABOUT], ensure_ascii=False)
        phrases = {"vi": "[]", "en": "[]", language: f"[{wording}]"}
        return (
            f"- {{codes: [{code}], about: {about}, common: 4, vi: {phrases['vi']}, en: {phrases['en']}}}  # new{mend}"
        )


def as_object(counted: Counted, draft: str) -> dict[str, Any]:
    days = {"first_day": counted.first_day.isoformat(), "last_day": counted.last_day.isoformat()}
    return {**counted.miss._asdict(), "times": counted.times, **days, "draft": draft}


def as_lines(counted: Counted, draft: str) -> str:
    miss = counted.miss
    codes = f"{miss.shown or UNKNOWN:8} > {miss.settled or UNKNOWN:8}"
    return f"{counted.times:5}  {counted.last_day}  {miss.kind:8}  {codes}  {miss.wording}\n{draft:>{len(draft) + 3}}"
