"""The order as it would be placed now: who gets it, its price, its days, and a fingerprint of what is agreed to."""

from dataclasses import dataclass, replace
from hashlib import sha256

from bot.dialogue.booking.fields import procedure_of
from bot.dialogue.booking.papers import paper_lines
from bot.dialogue.booking.wordings import commune_of
from bot.dialogue.states import Draft
from bot.dialogue.world import Given
from bot.pickup.order import Address, Agency, Order, Person, Return, Visit
from knowledge.clocks import Clocks, clocks
from knowledge.desks import desk_name
from knowledge.explanation import fees_on
from knowledge.order_numbers import order_number
from knowledge.quote import Journey, Quote, quote
from procedures_catalog.models import Level, Procedure

NEAREST: tuple[Level, ...] = ("commune", "province", "ministry", "other")
NOT_AGREED = {"number", "chat", "language", "ordered_at", "clocks", "consent"}  # change without the citizen


@dataclass(frozen=True)
class Ready:
    """A draft with nothing missing, told apart from what may be."""

    procedure: str
    name: str
    phone: str
    commune: str
    street: str
    visit: Visit


def ready(draft: Draft) -> Ready:
    """Raises ValueError for a draft that lacks something: it is asked for before."""
    fields = (draft.procedure, draft.name, draft.phone, draft.commune, draft.street, draft.day, draft.shift)
    match fields:
        case (str(procedure), str(name), str(phone), str(commune), str(street), day, shift) if day and shift:
            return Ready(procedure, name, phone, commune, street, Visit(day=day, shift=shift))
        case _:
            raise ValueError("the draft is not whole")


def level_of(procedure: Procedure) -> Level:
    """The nearest desk that takes it in; where none is published, the province's."""
    return next((level for level in NEAREST if level in procedure.levels), "province")


def agency_of(procedure: Procedure, commune: str) -> Agency:
    """The desk of the citizen's own commune or province: it may be handed in at any of the province (NĐ 118/2025)."""
    home, level = commune_of(commune), level_of(procedure)
    place = home.name if level == "commune" else home.province.name
    name = desk_name(level, place) or procedure.authority or procedure.hand_in or desk_name("other", "") or ""
    return Agency(name=name, level=level, province=home.province.code, commune=commune if level == "commune" else None)


def price(draft: Draft, given: Given) -> Quote:
    procedure = procedure_of(draft, given)
    journey = Journey(
        level=level_of(procedure),
        grams=draft.grams,
        back=draft.back is True,
        exemption=draft.exemption,
        forward_fee=draft.forward_fee is True,
        fees=fees_on(procedure, given.today),
    )
    told = quote(given.post.tariffs, journey, given.today)
    return with_far_return(told, journey, given) if goes_far(draft) else told


def goes_far(draft: Draft) -> bool:
    """Whether the result goes to another province than the agency's."""
    if not (draft.back and draft.back_to and draft.commune):
        return False
    return commune_of(draft.back_to.commune).province != commune_of(draft.commune).province


def with_far_return(told: Quote, journey: Journey, given: Given) -> Quote:
    """The dossier goes within the province, its result to another."""
    far = quote(given.post.tariffs, replace(journey, same_province=False), given.today)
    doubts = tuple(dict.fromkeys((*told.doubts, *far.doubts)))
    lines = (
        *(line for line in told.lines if line.what != "back"),
        *(line for line in far.lines if line.what == "back"),
    )
    return told.model_copy(update={"lines": lines, "doubts": doubts})


def days(draft: Draft, given: Given) -> Clocks:
    procedure, visit = procedure_of(draft, given), ready(draft).visit
    calendar, tariffs, home = given.post.visits.calendar, given.post.tariffs, draft.back is True and not goes_far(draft)
    return clocks(tariffs, calendar, level_of(procedure), visit.day, procedure.durations, home)


def order_of(draft: Draft, given: Given) -> Order:
    """The order the citizen would place now."""
    whole, procedure = ready(draft), procedure_of(draft, given)
    return Order(
        number=order_number(given.today, given.fresh),
        chat=given.chat,
        language=given.memory.language,
        procedure=procedure.code,
        procedure_name=procedure.name,
        agency=agency_of(procedure, whole.commune),
        sender=Person(name=whole.name, phone=whole.phone),
        address=Address(commune=whole.commune, street=whole.street, said=draft.said, landmark=draft.landmark),
        visit=whole.visit,
        papers=paper_lines(draft, given),
        back=Return(to=draft.back_to, receiver=draft.receiver) if draft.back else None,
        grams=draft.grams,
        exemption=draft.exemption,
        forward_fee=draft.forward_fee is True,
        note=draft.note,
        quote=price(draft, given),
        clocks=days(draft, given),
        consent=given.memory.consent or "",
        trial=given.post.trial,
        ordered_at=given.now,
    )


def fingerprint(order: Order) -> str:
    """Of what is agreed to: another day, price or address makes another."""
    return sha256(order.model_dump_json(exclude=NOT_AGREED).encode()).hexdigest()[:8]
