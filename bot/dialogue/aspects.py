"""One side of a procedure in full: what it costs, how long it takes, where, by post, under which law."""

from collections.abc import Callable, Iterable

from bot.dialogue import wording
from bot.dialogue.checklist import checklist
from bot.dialogue.states import Reading
from bot.dialogue.step import Button, Line, Reply, Step, Words, go, text
from bot.dialogue.ways import PERSON, book_button, faq_button, title, whole_button
from bot.dialogue.world import Given
from knowledge.explanation import all_papers, fees_on
from knowledge.understanding import Aspect
from procedures_catalog.models import Procedure, Source

PORTAL = "https://dichvucong.gov.vn"

Telling = Callable[[Procedure, Given], Iterable[Line]]


def aspect_of(aspect: Aspect, procedure: Procedure, given: Given) -> Step:
    if aspect == "papers":
        return checklist(procedure, None, given)
    lines = (
        Line(text(f"aspect.{aspect}", name=title(procedure, given.memory.language)), "title"),
        *TELLINGS[aspect](procedure, given),
        Line(wording.source_line(procedure.source), "note"),
    )
    return go(Reading(code=procedure.code), Reply(lines, ways_back(aspect, procedure, given)))


def ways_back(aspect: Aspect, procedure: Procedure, given: Given) -> tuple[Button, ...]:
    """To the whole of it, and to what people ask next."""
    topics = {"post": ("cost", "safe", "time"), "fee": ("statefee",)}.get(aspect, ())
    language = given.memory.language
    asked = (faq_button(topic, given.faq.questions[topic].label[language]) for topic in topics)
    bookable = aspect == "post" and procedure.postal.send.possible is not False
    booked = (book_button(procedure.code),) if bookable else ()
    return (*booked, whole_button(procedure, language), *asked, PERSON)


def items(words: Iterable[Words], otherwise: str) -> tuple[Line, ...]:
    """The words as a list; when there are none, the text that says so."""
    return tuple(Line(w, "item") for w in words) or (Line(text(otherwise)),)


def fee(procedure: Procedure, given: Given) -> Iterable[Line]:
    return items(map(wording.fee_in_full, fees_on(procedure, given.today)), "fee_unknown.not_published")


def time(procedure: Procedure, given: Given) -> Iterable[Line]:
    yield from items(map(wording.duration_line, procedure.durations), "time.unknown")
    if procedure.postal.send.possible:
        yield Line(text("time.two_clocks"), "note")


def place(procedure: Procedure, given: Given) -> Iterable[Line]:
    yield Line(wording.place_words(procedure))
    if procedure.authority:
        yield Line(text("place.authority", authority=procedure.authority))
    if procedure.levels:
        yield Line(text("place.level", levels=tuple(text(f"level.{level}") for level in procedure.levels)))
    yield Line(text("place.no_district"), "note")


def post(procedure: Procedure, given: Given) -> Iterable[Line]:
    yield Line(wording.send_line(procedure.postal.send), "item")
    yield Line(wording.back_line(procedure.postal.back), "item")
    number = given.faq.contacts["post"].number
    if procedure.postal.send.possible is not False:
        yield Line(text("book.how", number=wording.phone(number)), link=f"tel:{number}")
    elif procedure.postal.back.possible:
        yield Line(text("book.back_only", number=wording.phone(number)), link=f"tel:{number}")
    else:
        yield Line(text("post.other_ways" if procedure.online else "post.in_person"))
    ways: list[Source | None] = [procedure.postal.send.source, procedure.postal.back.source]
    if cited := [source for source in ways if source]:
        yield Line(wording.sources_line(dict.fromkeys(cited)), "note")


def online(procedure: Procedure, given: Given) -> Iterable[Line]:
    if procedure.online is None:
        yield Line(text("online.unknown"))
    elif procedure.online:
        yield Line(text("online.yes", code=procedure.code), link=PORTAL)
    else:
        yield Line(text("online.no"))


def form(procedure: Procedure, given: Given) -> Iterable[Line]:
    templates = [paper.document.template for paper in all_papers(procedure) if paper.document.template]
    named = dict.fromkeys((t.name, t.file if t.file and t.name not in t.file else None) for t in templates)
    yield from items((wording.joined(*names) for names in named), "form.none")
    if templates:
        yield Line(text("form.where", code=procedure.code), link=PORTAL)


def law(procedure: Procedure, given: Given) -> Iterable[Line]:
    return items(map(wording.basis_line, procedure.legal_basis), "law.unknown")


def result(procedure: Procedure, given: Given) -> Iterable[Line]:
    return items(procedure.result, "result.unknown")


def who(procedure: Procedure, given: Given) -> Iterable[Line]:
    yield from items((text(f"applicant.{a}") for a in procedure.applicants), "who.unknown")
    yield from (Line(advice, "item") for advice in procedure.advice)


TELLINGS: dict[Aspect, Telling] = {
    "fee": fee,
    "time": time,
    "place": place,
    "post": post,
    "online": online,
    "form": form,
    "law": law,
    "result": result,
    "who": who,
}
