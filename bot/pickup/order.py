"""What a citizen ordered, as it stood when they said yes. It never changes but for the visit, when they move it."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from knowledge.clocks import Clocks
from knowledge.moments.reader import Shift
from knowledge.quote import Quote
from knowledge.tongue import Language
from procedures_catalog.models import Level, ProcedureCode

OrderNumber = Annotated[
    str, StringConstraints(pattern=r"^ND\d{6}-[0-9A-HJKMNP-TV-Z]{6}$")
]  # knowledge/order_numbers.py


class Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)  # they are logged


class Person(Plain):
    name: str
    phone: str  # E.164: +84912345678


class Address(Plain):
    commune: str  # code of a commune of today (knowledge/places)
    street: str  # house and street, or hamlet
    said: str | None = None  # the old name that was used, so that the postman knows it again
    landmark: str | None = None


class Visit(Plain):
    """When the postman comes."""

    day: date
    shift: Shift


class Agency(Plain):
    """Who the dossier goes to: the one-stop desk, where it may be handed in regardless of the commune (NĐ 118/2025)."""

    name: str
    level: Level
    province: str  # code
    commune: str | None = None  # code, of a commune's desk


class PaperLine(Plain):
    """One line of the list on the slip (QĐ 45/2016 Điều 6.4)."""

    name: str
    form: Literal["original", "certified_copy", "photocopy", "copy", "shown_at_desk"] | None
    count: int
    ready: bool  # ticked by the citizen


class Return(Plain):
    """The result brought home. A delegate needs an authorisation and an ID (TT 17/2017 Điều 5.2d)."""

    to: Address | None = None  # None: where the dossier was collected
    receiver: Person | None = None  # None: who handed it over


class Order(Plain):
    number: OrderNumber
    chat: str  # address of the conversation: "telegram:1234"
    language: Language
    procedure: ProcedureCode
    procedure_name: str  # as published on that day
    agency: Agency
    sender: Person
    address: Address
    visit: Visit
    papers: tuple[PaperLine, ...]
    back: Return | None  # None: the result is not brought home
    grams: int | None  # None: not said, taken to be light
    exemption: str | None  # key of a group in procedures_catalog/data/postage
    forward_fee: bool  # the postman takes the state fee along (QĐ 45/2016 Điều 11)
    note: str | None
    quote: Quote  # as it was told
    clocks: Clocks  # as they were told
    consent: str  # version of the text agreed to
    trial: bool  # ordered from the sandbox: no postman comes
    ordered_at: datetime
