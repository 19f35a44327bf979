"""The buttons of the form. Each says all that is needed to act on it, so that one of yesterday still works."""

from datetime import date

from bot.dialogue.booking.wordings import commune_words, visit_label
from bot.dialogue.step import Button, Words, text
from bot.dialogue.ways import title, wanting
from knowledge.moments.reader import Shift
from knowledge.tongue import Language
from procedures_catalog.models import Procedure

RESUME = Button("resume", text("book.button.resume"))
DROP = Button("drop", text("book.button.drop"))
STOP = Button("stop", text("book.button.stop"))
PREVIOUS = Button("previous", text("book.button.previous"))
EDIT = Button("edit", text("book.button.edit"))
BACK_TO_SUMMARY = Button("resume", text("book.button.summary"))
BACK_YES = Button("put:back/yes", text("book.button.back_yes"))
BACK_NO = Button("put:back/no", text("book.button.back_no"))
AGAIN_YES = Button("put:again/yes", text("book.button.again"))
FORWARD_YES = Button("put:forward_fee/yes", text("book.button.forward_yes"))
FORWARD_NO = Button("put:forward_fee/no", text("book.button.forward_no"))
DECLINE = Button("decline", text("book.button.decline"))


def agree_button(version: str) -> Button:
    return Button(f"agree:{version}", text("book.button.agree"))


def confirm_button(print_: str) -> Button:
    return Button(f"confirm:{print_}", text("book.button.confirm"))


def commune_button(code: str, field: str = "commune") -> Button:
    return Button(f"put:{field}/{code}", commune_words(code))


def visit_button(day: date, shift: Shift) -> Button:
    return Button(f"put:visit/{day.isoformat()}/{shift}", visit_label(day, shift))


def procedure_button(procedure: Procedure, language: Language) -> Button:
    return Button(f"put:procedure/{procedure.code}", title(procedure, language))


def short_name_button(name: str) -> Button:
    return Button(f"put:name/{name}", text("book.button.short_name", name=name))


def skip_button(field: str) -> Button:
    return Button(f"skip:{field}", text("book.button.skip"))


def clear_button(field: str) -> Button:
    return Button(f"skip:{field}", text("book.button.clear"))


def ask_button(field: str, label: Words) -> Button:
    return Button(f"ask:{field}", label)


def have_button(key: str, label: Words, *, wanted: bool) -> Button:
    return Button(f"have:{wanting(key, wanted=wanted)}", label)


def all_ready_button(case: int | None) -> Button:
    return Button(f"put:papers/all/{'' if case is None else case}", text("book.button.all_ready"))


def papers_done_button(case: int | None) -> Button:
    return Button(f"put:papers/done/{'' if case is None else case}", text("book.button.papers_done"))


def case_button(case: int, name: str) -> Button:
    return Button(f"papersof:{case}", name)


def exemption_button(key: str, label: str) -> Button:
    return Button(f"put:exemption/{key}", label)


def weight_button(grams: int, label: Words) -> Button:
    return Button(f"put:weight/{grams}", label)
