"""Any system that answers JSON over HTTP, connected by a YAML file alone (docs/connect-a-dossier-system.md)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from yarl import URL

from bot.dossiers.dossier import Answer
from bot.services.dossiers.calls import Caller, not_understood
from bot.services.dossiers.dates import Dates
from bot.services.dossiers.gateway import RefusedError, SystemDownError
from bot.services.dossiers.mapping_rules import PLACEHOLDER, AnswerRules, Outcome, Request
from bot.services.dossiers.paths import parse
from bot.services.dossiers.plain import CHANNELS, short, text_of
from bot.services.dossiers.reading import Did, Reader, Told, answers_to
from bot.services.dossiers.statuses import Statuses, first_then, of_numbers, of_table
from bot.services.http import Call

Gaps = Mapping[str, str | list[str] | None]


@dataclass(frozen=True)
class MappedSystem:
    """`secrets`: what stands in gaps of the request besides the codes."""

    key: str
    request: Request
    answer: AnswerRules
    caller: Caller
    reader: Reader
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def at_most(self) -> int:
        return self.request.codes_at_once

    async def look(self, codes: Sequence[str], identity: str | None = None) -> Mapping[str, Answer]:
        found: dict[str, Answer] = {}
        for start in range(0, len(codes), self.at_most):
            found |= await self._look(codes[start : start + self.at_most], identity)
        return found

    async def _look(self, codes: Sequence[str], identity: str | None) -> Mapping[str, Answer]:
        gaps: Gaps = {**self.secrets, "code": codes[0], "codes": list(codes), "identity": identity}
        answer = await self.caller.ask(call_of(self.key, self.request, gaps), self.answer.absent_http)
        if answer is None or self._says_absent(answer):
            return {}
        items = [(self._code(item, codes), item) for item in self._items(answer)]
        if items and not any(code for code, _ in items):
            raise not_understood(self.key)
        return answers_to(codes, items, lambda code, item: self.reader.read(told(code, item, self.answer)), self.reader)

    def _says_absent(self, answer: Any) -> bool:
        """Raises SystemDownError for an error inside the answer, RefusedError when it is about us."""
        return self.answer.outcome is not None and is_absent(self.key, self.answer.outcome, answer)

    def _items(self, answer: Any) -> list[Any]:
        """The dossiers in it. Raises SystemDownError when it is not shaped as it should be."""
        path = parse(self.answer.dossiers)
        place = path.place(answer)
        if place is None:
            return []
        items = place if path.is_list else [place]
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):  # MISSING is none
            raise not_understood(self.key)
        return items

    def _code(self, item: Any, asked: Sequence[str]) -> str:
        """Of a system that does not repeat the code, the one that was asked for."""
        paths = self.answer.fields.code
        return text_of(first(item, paths)) if paths else asked[0]


def reader_of(key: str, rules: AnswerRules, now: Callable[[], datetime] | None) -> Reader:
    dates = Dates(rules.dates, ZoneInfo(rules.zone))
    return Reader(key, statuses_of(rules), dates, {**CHANNELS, **rules.channels}, now)


def statuses_of(rules: AnswerRules) -> Statuses:
    own = of_numbers(rules.statuses)
    return first_then(own, of_table(rules.known_statuses)) if rules.known_statuses else own


def is_absent(key: str, rules: Outcome, answer: Any) -> bool:
    value = said(parse(rules.path).first(answer))
    if value in rules.refused:
        raise RefusedError(f"{key}: refused, {short(value)} inside the answer")
    if value not in (*rules.ok, *rules.absent):
        raise SystemDownError(f"{key}: error {short(value)} inside the answer")
    return value in rules.absent


def said(value: Any) -> str:
    """
    >>> said(True), said(0), said(" OK "), said(None)
    ('true', '0', 'OK', '')
    """
    return str(value).lower() if isinstance(value, bool) else text_of(value)


def first(item: Any, paths: Sequence[str]) -> Any:
    found = (parse(path).first(item) for path in paths)
    return next((value for value in found if value not in (None, "")), None)


def told(code: str, item: Any, rules: AnswerRules) -> Told:
    fields = rules.fields
    status = first(item, fields.status)
    return Told(
        code=code,
        status=status,
        status_words=first(item, fields.official),
        procedure=first(item, fields.procedure),
        title=first(item, fields.title),
        agency=first(item, fields.agency),
        channel=first(item, fields.channel),
        received=first(item, fields.received),
        due=first(item, fields.due),
        finished=first(item, fields.finished),
        returned=first(item, fields.returned),
        steps=list(steps_of(item, rules)),
        papers=list(papers_of(item, fields.papers)) if fields.papers else (),
        supply_by=first(item, fields.supply_by),
        fee=first(item, fields.fee),
        reason=first(item, fields.reason),
        apology_due=first(item, fields.apology_due),
        apology_reason=first(item, fields.apology_reason),
        name=first(item, fields.owner.name),
        phone=first(item, fields.owner.phone),
        identity=first(item, fields.owner.identity),
    )


def steps_of(item: Any, rules: AnswerRules) -> Iterator[Did]:
    steps = rules.fields.steps
    for step in parse(steps.each).each(item) if steps else ():
        yield (
            Did(first(step, steps.at), first(step, steps.words), first(step, steps.unit)) if steps else Did(None, None)
        )


def papers_of(item: Any, path: str) -> Iterator[Any]:
    """A list of them, or one text with ; or line ends between."""
    for paper in parse(path).each(item):
        yield from re.split(r"[;\n]", paper) if isinstance(paper, str) else [paper]


def call_of(key: str, request: Request, gaps: Gaps) -> Call:
    """Raises ValueError for an address that is none."""
    address = URL(fill_text(request.url, gaps, request.separator, quoted=True), encoded=True)
    return Call(
        key,
        request.method,
        address.update_query(fill_texts(request.query, gaps, request.separator)) if request.query else address,
        {"Accept": "application/json", **fill_texts(request.headers, gaps, request.separator)},
        body=None if request.body is None else fill(request.body, gaps, request.separator),
        form=None if request.form is None else fill_texts(request.form, gaps, request.separator),
    )


def fill(template: Any, gaps: Gaps, separator: str) -> Any:
    """A gap alone becomes its value, a list too; what has none is left out."""
    if isinstance(template, Mapping):
        return {k: fill(v, gaps, separator) for k, v in template.items() if not is_empty(v, gaps)}
    if isinstance(template, list):
        return [fill(value, gaps, separator) for value in template if not is_empty(value, gaps)]
    if not isinstance(template, str):
        return template
    alone = PLACEHOLDER.fullmatch(template)
    return gaps[alone[1]] if alone else fill_text(template, gaps, separator)


def fill_texts(template: Mapping[str, str], gaps: Gaps, separator: str) -> dict[str, str]:
    return {k: fill_text(v, gaps, separator) for k, v in template.items() if not is_empty(v, gaps)}


def is_empty(template: Any, gaps: Gaps) -> bool:
    alone = PLACEHOLDER.fullmatch(template) if isinstance(template, str) else None
    return alone is not None and gaps[alone[1]] is None


def fill_text(template: str, gaps: Gaps, separator: str, *, quoted: bool = False) -> str:
    def value(name: str) -> str:
        found = gaps[name]
        text = separator.join(found) if isinstance(found, list) else found or ""
        return quote(text, safe=separator) if quoted else text

    return PLACEHOLDER.sub(lambda gap: value(gap[1]), template)
