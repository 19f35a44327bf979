"""The fields of the form: their order, what is still missing, what comes before."""

from bot.dialogue.booking.visiting import is_possible
from bot.dialogue.states import Asked, Draft
from bot.dialogue.world import Given, Under
from knowledge.explanation import all_papers
from procedures_catalog.models import Procedure

ORDER: tuple[Asked, ...] = (
    "procedure", "again", "commune", "street", "visit", "name", "phone", "papers", "back",
)  # fmt: skip
OPTIONAL: tuple[Asked, ...] = (
    "landmark", "receiver", "back_to", "weight", "exemption", "forward_fee", "note",
)  # fmt: skip


def missing(draft: Draft, given: Given) -> Asked:
    """The next field to ask for; the summary when there is none."""
    return next((field for field in ORDER if is_missing(field, draft, given)), "summary")


def is_missing(field: Asked, draft: Draft, given: Given) -> bool:
    match field:
        case "procedure":
            return draft.procedure not in given.catalog
        case "again":
            return not draft.again and twin_order(draft, given) is not None
        case "commune":
            return draft.commune is None
        case "street":
            return draft.street is None
        case "visit":
            return not (draft.day and draft.shift and is_possible(draft.day, draft.shift, given))
        case "name":
            return draft.name is None
        case "phone":
            return draft.phone is None
        case "papers":
            return not draft.papers_seen and bool(all_papers(procedure_of(draft, given)))
        case "back":
            return draft.back is None and may_come_back(draft, given)
        case _:
            return False


def procedure_of(draft: Draft, given: Given) -> Procedure:
    return given.catalog[draft.procedure or ""]


def may_come_back(draft: Draft, given: Given) -> bool:
    return draft.procedure in given.catalog and procedure_of(draft, given).postal.back.possible is not False


def is_asked(field: Asked, draft: Draft, given: Given) -> bool:
    """Whether the form has this field at all, for this procedure."""
    match field:
        case "again":
            return False
        case "papers":
            return draft.procedure in given.catalog and bool(all_papers(procedure_of(draft, given)))
        case "back":
            return may_come_back(draft, given)
        case "receiver" | "back_to":
            return draft.back is True
        case _:
            return True


def before(field: Asked, draft: Draft, given: Given) -> Asked:
    """The field to go back to; the first stays where it is, and what is not of the order goes back to the summary."""
    if field == "summary":
        asked = [one for one in ORDER if is_asked(one, draft, given)]
        return asked[-1]
    if field not in ORDER:
        return missing(draft, given)
    earlier = [one for one in ORDER[: ORDER.index(field)] if is_asked(one, draft, given)]
    return earlier[-1] if earlier else "procedure"


def open_orders(given: Given) -> tuple[Under, ...]:
    return tuple(under for under in given.own.orders if under.is_open)


def twin_order(draft: Draft, given: Given) -> Under | None:
    """An open order of this chat for the same procedure."""
    return next((under for under in open_orders(given) if under.order.procedure == draft.procedure), None)
