"""An agency that is late, or that refused: what to ask for, whom to call, and what the law says of it (faq.yaml)."""

from bot.dialogue import wording
from bot.dialogue.dossiers.answering import on_screen
from bot.dialogue.dossiers.own import pickup_of
from bot.dialogue.dossiers.ways import back_button
from bot.dialogue.general import contacts, topics
from bot.dialogue.states import AnyState
from bot.dialogue.step import Line, Reply, Step, go, text
from bot.dialogue.ways import PERSON
from bot.dialogue.world import Given
from knowledge.faq import Question
from procedures_catalog.models import Source

AGENCY, POST = "late", "complain"  # questions of the FAQ


def complain(state: AnyState, code: str, given: Given) -> Step:
    """The agency's side; the post's too where it carried the dossier."""
    carried = pickup_of(code, given) is not None
    asked = [given.faq.questions[key] for key in ((AGENCY, POST) if carried else (AGENCY,))]
    lines = (
        Line(text("dossier.complain", code=code), "title"),
        *paragraphs(asked[0], given),
        *(line for question in asked[1:] for line in (heading(question, given), *paragraphs(question, given))),
        *contacts(given, "portal", *(("post",) if carried else ())),
        Line(wording.sources_line([source for question in asked for source in sources(question)]), "note"),
    )
    others = () if carried else topics((POST,), given)
    return go(on_screen(state, code), Reply(lines, (back_button(code), *others, PERSON)))


def heading(question: Question, given: Given) -> Line:
    return Line(question.label[given.memory.language], "heading")


def paragraphs(question: Question, given: Given) -> tuple[Line, ...]:
    return tuple(Line(paragraph) for paragraph in question.answer[given.memory.language])


def sources(question: Question) -> tuple[Source, ...]:
    return tuple(Source(document=s.document, article=s.article, as_of=s.as_of) for s in question.sources)
