"""Who has a dossier now, and what is next. The post and the agency tell of it apart, and neither is always first."""

from typing import Literal

from bot.dialogue.dossiers.wording import as_written
from bot.dialogue.step import Text, Words, text
from bot.dialogue.world import Under
from bot.dossiers.dossier import Dossier, Status
from bot.dossiers.lateness import Lateness
from bot.pickup import progress

Holder = Literal["post", "agency", "citizen", "waiting"]  # waiting: with the agency, which waits for the citizen

UNSEEN: frozenset[Status] = frozenset({"registered", "unknown"})  # the agency has not taken it in, as far as it says
CARRIED: frozenset[progress.Status] = frozenset({"collected"})
ON_THE_WAY_BACK: frozenset[progress.Status] = frozenset({"result_on_the_way", "delivery_failed"})
AFTER_IT: frozenset[progress.Status] = frozenset({*ON_THE_WAY_BACK, "delivered", "returned"})
BY_STATUS: dict[Status, Holder] = {
    "registered": "agency",
    "received": "agency",
    "processing": "agency",
    "supplement": "waiting",
    "payment": "waiting",
    "done": "agency",
    "returned": "citizen",
}


def holder(dossier: Dossier, under: Under | None) -> Holder | None:
    """None: nobody says. A dossier that was refused, stopped or taken back may lie anywhere."""
    if under and under.status in CARRIED and dossier.status in UNSEEN:
        return "post"
    if under and under.status in ON_THE_WAY_BACK:
        return "post"
    if under and under.status == "delivered":
        return "citizen"
    if under and under.status == "returned":
        return "agency"
    if is_given_to_the_post(dossier, under):
        return "post"
    return BY_STATUS.get(dossier.status)


def is_given_to_the_post(dossier: Dossier, under: Under | None) -> bool:
    """Agencies write "returned" when the postman fetches the result, days before the citizen has it."""
    return dossier.status == "returned" and under is not None and comes_home(under)


def comes_home(under: Under) -> bool:
    return under.order.back is not None and under.status not in ("delivered", "returned", "cancelled", "refused")


def held_words(dossier: Dossier, under: Under | None) -> Text | None:
    match holder(dossier, under):
        case None:
            return None
        case "post":
            return text("dossier.with_post")
        case "citizen":
            return text("dossier.with_citizen")
        case "agency":
            return text("dossier.with_agency", agency=agency_words(dossier, under))
        case "waiting":
            return text("dossier.waiting_for_citizen", agency=agency_words(dossier, under))


def agency_words(dossier: Dossier, under: Under | None) -> Words:
    if dossier.agency:
        return as_written(dossier.agency)
    return under.order.agency.name if under else text("dossier.some_agency")


def next_words(dossier: Dossier, under: Under | None, late: Lateness) -> Text:
    """Past the promised day there is something to do: to ask."""
    if under and (under.status in AFTER_IT or (under.status in CARRIED and dossier.status in UNSEEN)):
        return text(f"order.next_{under.status}")
    if is_given_to_the_post(dossier, under):
        return text("dossier.next_returned_by_post")
    if dossier.status == "done" and under and comes_home(under):
        return text("dossier.next_done_by_post")
    if dossier.status == "done" and under:
        return text("dossier.next_done_fetched", agency=agency_words(dossier, under))
    return text("dossier.next_overdue") if late.kind == "overdue" else text(f"dossier.next_{dossier.status}")
