"""What holds wherever the conversation is: danger, a person, help, general questions. It goes on where it was."""

import re
from dataclasses import replace

from bot.dialogue import wording
from bot.dialogue.choosing import all_codes, examples, offers
from bot.dialogue.dossiers import ways as dossiers
from bot.dialogue.events import Showed, Started
from bot.dialogue.orders.ways import back_button
from bot.dialogue.reading import show
from bot.dialogue.states import AnyState, Booking, Choosing, Home, Managing, Reading, Tracking
from bot.dialogue.step import Button, Line, Reply, Step, go, say, text
from bot.dialogue.ways import ENGLISH, HELP, PERSON, VIETNAMESE, among, faq_button, title
from bot.dialogue.world import Given
from knowledge.faq import Contact
from knowledge.tongue import Language
from knowledge.understanding import Danger, Is
from procedures_catalog.models import Source

TOPICS = ("what", "cost", "safe", "fraud")  # offered with the help
MEANT = 0.8  # of a hit beside words of danger: all but the very words a procedure is asked for by
A_PROCEDURE = re.compile(r"\d\.\d{6}")
TRACKING = "https://dichvucong.gov.vn/tra-cuu-ho-so"


def danger(state: AnyState, meaning: Danger, given: Given) -> Step:
    """The number first. Should the words name a procedure too, it is one tap away."""
    call = Line(text(f"danger.{meaning.number}"), "warning", link=f"tel:{meaning.number}")
    found = given.search.find(meaning.text, limit=1)
    meant = offers([hit.procedure for hit in found.hits if found.fits and hit.score >= MEANT], given)
    return go(state, Reply((call, Line(text("danger.otherwise"))), (*meant, *way_back(state, given), PERSON)))


def gave_secret(state: AnyState, given: Given) -> Step:
    lines = (Line(text("fraud.secret"), "warning"), *contacts(given, "portal"))
    return go(state, Reply(lines, (*way_back(state, given), *topics(("fraud",), given), PERSON)))


def welcome(state: AnyState, given: Given) -> Step:
    """The first greeting warns of fraud and says what is kept; later ones are short."""
    if given.memory.met:
        return go(Home(), say("home.welcome", *examples(given), HELP))
    lines = (Line(text("welcome.title"), "title"), *(Line(text(f"welcome.{part}")) for part in ("what", "how")))
    warnings = (Line(text("welcome.fraud"), "warning"), Line(text("welcome.machine"), "note"))
    memory = given.memory.model_copy(update={"met": True})
    language = VIETNAMESE if memory.language == "en" else ENGLISH
    return go(Home(), Reply((*lines, *warnings), (*examples(given), HELP, language)), memory=memory)


def started(event: Started, given: Given) -> Step:
    """Opened by a link: `th_1-001193` or `1-001193` names a procedure (Telegram allows no dot in a link)."""
    code = event.payload.removeprefix("th_").replace("-", ".")
    first = welcome(Home(), given)
    if code not in given.catalog:
        unknown = (say("named.unknown_link", code=code),) if A_PROCEDURE.fullmatch(code) else ()
        return replace(first, replies=(*unknown, *first.replies))
    step = show(given.catalog[code], given)
    greeting = () if given.memory.met else (Reply(first.replies[0].lines),)
    return go(step.state, *greeting, *step.replies, memory=first.memory)


def showed(state: AnyState, event: Showed, given: Given) -> Step:
    if event.kind == "sticker" and isinstance(state, Booking):
        return go(state)  # a form only asks again
    return go(state, say(f"showed.{event.kind}", *(way_back(state, given) or examples(given))))


def helped(state: AnyState, given: Given) -> Step:
    lines = (Line(text("help.title"), "title"), *(Line(text(f"help.{n}"), "item") for n in (1, 2, 3, 4, 5)))
    return go(state, Reply(lines, (*way_back(state, given), *topics(TOPICS, given), PERSON)))


def person(state: AnyState, given: Given) -> Step:
    lines = (Line(text("person.title"), "title"), *contacts(given, "portal", "post"))
    emergency = Line(text("person.emergency"), "note")
    return go(state, Reply((*lines, Line(text("person.desk")), emergency), way_back(state, given) or examples(given)))


def contacts(given: Given, *keys: str) -> tuple[Line, ...]:
    """Whom to call; behind them, once, that their numbers stand in no official text."""
    entries = [given.faq.contacts[key] for key in keys]
    days = [entry.source.as_of for entry in entries if entry.to_verify]
    doubt = (Line(text("contact.to_verify", day=min(days)), "note"),) if days else ()
    return (*(contact(entry, given.memory.language) for entry in entries), *doubt)


def contact(entry: Contact, language: Language) -> Line:
    number, for_what = wording.phone(entry.number), entry.for_what[language]
    words = text("contact.line", name=entry.name[language], number=number, for_what=for_what)
    return Line(words, "item", link=f"tel:{entry.number}")


def answered(state: AnyState, topic: str, given: Given) -> Step:
    """A general question. What was on screen stays, with a way back to it."""
    question, language = given.faq.questions[topic], given.memory.language
    cited = [Source(document=s.document, article=s.article, as_of=s.as_of) for s in question.sources]
    lines = (
        Line(question.label[language], "title"),
        *(Line(paragraph) for paragraph in question.answer[language]),
        Line(wording.sources_line(cited), "note"),
    )
    return go(state, Reply(lines, (*way_back(state, given), *topics(question.see, given), PERSON)))


def topics(keys: tuple[str, ...], given: Given) -> tuple[Button, ...]:
    return tuple(faq_button(key, given.faq.questions[key].label[given.memory.language]) for key in keys)


def way_back(state: AnyState, given: Given) -> tuple[Button, ...]:
    if isinstance(state, Reading) and state.code in given.catalog:
        procedure = given.catalog[state.code]
        name = title(procedure, given.memory.language)
        return (Button(f"show:{procedure.code}", text("button.back_to", name=name)),)
    if isinstance(state, Managing):
        return (back_button(state.number),)
    if isinstance(state, Tracking) and state.code:
        return (dossiers.back_button(state.code),)
    if isinstance(state, Choosing):
        return (Button(among(all_codes(state)), text("button.choices")),)
    return ()


def spoken(state: AnyState, language: Language, given: Given) -> Step:
    memory = given.memory.model_copy(update={"language": language, "chosen": True})
    given = given.remembering(memory)
    return go(state, say("language.now", *(way_back(state, given) or examples(given))), memory=memory)


def simple(state: AnyState, meaning: Is, given: Given) -> Step | None:
    """Messages that are one thing. None: what they mean hangs on what is on screen."""
    match meaning.what:
        case "greeting":
            return welcome(state, given)
        case "cancel":
            return go(Home(), say("home.cancelled", *examples(given)))
        case "help":
            return helped(state, given)
        case "person":
            return person(state, given)
        case "none" | "agree":
            return None
        case what:
            return go(state, say(f"simple.{what}", *(way_back(state, given) or examples(given)), PERSON))
