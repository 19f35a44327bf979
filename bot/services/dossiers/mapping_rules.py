"""How a system is asked and read, as an IT clerk writes it down: the part of the YAML file that needs no code."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

import yarl
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.dossiers.dossier import Channel
from bot.services.dossiers.dates import USUAL, WORDS, pattern_of
from bot.services.dossiers.paths import parse
from bot.services.dossiers.statuses import load_tables

PLACEHOLDER = re.compile(r"\{(\w+)\}")
OURS = ("code", "codes", "identity")
URL_SHAPE = re.compile(r"https?://[^\s{}/?#@]+(?:[/?][^\s#]*)?")


class Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, coerce_numbers_to_str=True)


def checked_path(written: str) -> str:
    parse(written)
    return written


def checked_form(written: str) -> str:
    if written not in WORDS:
        pattern_of(written)
    return written


def checked_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise ValueError("no time zone of this name, e.g. Asia/Ho_Chi_Minh") from None
    return name


def listed(value: Any) -> Any:
    """One may stand without a list around it."""
    return (value,) if isinstance(value, str | int) else value


def known_table(name: str) -> str:
    if name not in load_tables():
        raise ValueError(f"no such table; there are: {', '.join(load_tables())}")
    return name


def checked_url(written: str) -> str:
    if not URL_SHAPE.fullmatch(written):
        raise ValueError(
            "no address: it begins with https:// (or http://) and the name of a server, and has no # in it"
        )
    try:
        yarl.URL(PLACEHOLDER.sub("0", written))
    except ValueError:
        raise ValueError("no address: its server or port cannot be read") from None
    return written


def sendable(body: Any) -> Any:
    try:
        json.dumps(body)
    except (TypeError, ValueError):
        raise ValueError("holds something JSON has no word for, a date perhaps: put it in quotes") from None
    return body


PathText = Annotated[str, AfterValidator(checked_path)]
Paths = Annotated[tuple[PathText, ...], BeforeValidator(listed)]  # the first that leads to something counts
Values = Annotated[tuple[str, ...], BeforeValidator(listed)]
Url = Annotated[str, AfterValidator(checked_url)]
Number = Annotated[int, Field(ge=1, le=10)]


class Request(Rules):
    """`{code}`, `{codes}`, `{identity}` and the names under `secrets` stand for what is put in their place."""

    url: Url
    method: Literal["GET", "POST"] = "GET"
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    body: Annotated[Any, AfterValidator(sendable)] = None  # sent as JSON; "{codes}" alone becomes a list
    form: Mapping[str, str] | None = None
    codes_at_once: int = Field(1, ge=1, le=200)
    separator: str = ","  # between codes where they are one text

    @property
    def gaps(self) -> set[str]:
        return set(gaps_in([self.url, self.query, self.headers, self.body, self.form]))

    @model_validator(mode="after")
    def asks_for_codes(self) -> Self:
        if not {"code", "codes"} & self.gaps:
            raise ValueError("nowhere does it say {code} or {codes}")
        if "code" in self.gaps and self.codes_at_once > 1:
            raise ValueError("codes_at_once above 1 needs {codes} in place of {code}")
        if self.method == "GET" and (self.body is not None or self.form is not None):
            raise ValueError("GET has no body and no form")
        if self.body is not None and self.form is not None:
            raise ValueError("body or form, not both")
        return self


def gaps_in(template: Any) -> Iterator[str]:
    if isinstance(template, str):
        yield from PLACEHOLDER.findall(template)
    elif isinstance(template, Mapping):
        for value in template.values():
            yield from gaps_in(value)
    elif isinstance(template, list):
        for value in template:
            yield from gaps_in(value)


class Outcome(Rules):
    """Where an answer says how it went. What is in none of the lists is an error over there; "" is nothing there."""

    path: PathText
    ok: Values
    absent: Values = ()  # no such dossier
    refused: Values = ()  # our key, our rights


class StepRules(Rules):
    """`each` leads to the steps; the others lead on from one of them."""

    each: PathText
    words: Paths
    at: Paths = ()
    unit: Paths = ()  # a department; never a person


class OwnerRules(Rules):
    name: Paths = ()
    phone: Paths = ()
    identity: Paths = ()


class Fields(Rules):
    """Paths from one dossier on."""

    status: Paths
    code: Paths = ()
    official: Paths = ()  # the status in words
    procedure: Paths = ()
    title: Paths = ()
    agency: Paths = ()
    channel: Paths = ()
    received: Paths = ()
    due: Paths = ()
    finished: Paths = ()
    returned: Paths = ()
    steps: StepRules | None = None
    papers: PathText | None = None  # e.g. missing[*].name
    supply_by: Paths = ()
    fee: Paths = ()
    reason: Paths = ()
    apology_due: Paths = ()
    apology_reason: Paths = ()
    owner: OwnerRules = OwnerRules()


class AnswerRules(Rules):
    fields: Fields
    statuses: Mapping[str, Number] = {}  # the system's values, or its words, by our numbers
    known_statuses: Annotated[str, AfterValidator(known_table)] | None = None  # a table of statuses.yaml, besides
    dossiers: PathText = "$"  # where they are; [*] at the end: a list of them
    outcome: Outcome | None = None
    absent_http: Annotated[tuple[int, ...], BeforeValidator(listed)] = ()  # e.g. 404
    dates: Annotated[tuple[Annotated[str, AfterValidator(checked_form)], ...], BeforeValidator(listed)] = USUAL
    zone: Annotated[str, AfterValidator(checked_zone)] = "Asia/Ho_Chi_Minh"
    channels: Mapping[str, Channel] = {}

    @model_validator(mode="after")
    def has_statuses(self) -> Self:
        if not self.statuses and not self.known_statuses:
            raise ValueError("statuses are missing: each value the system has, and a number from 1 to 10")
        return self
