"""A button tapped, be it of yesterday: its option says what is wanted (see ways.py)."""

from bot.dialogue import general, mydata, offices
from bot.dialogue.aspects import aspect_of
from bot.dialogue.booking import tapping as booking
from bot.dialogue.checklist import checklist, ticked_or_not
from bot.dialogue.choosing import ask_which, at_home_in, examples, known, narrowed
from bot.dialogue.dossiers import tapping as dossiers
from bot.dialogue.finding import of_field
from bot.dialogue.orders import tapping as orders
from bot.dialogue.reading import show
from bot.dialogue.states import AnyState, Choosing, Home
from bot.dialogue.step import Step, go, say
from bot.dialogue.ways import ASPECTS
from bot.dialogue.world import Given
from knowledge.understanding import Aspect
from procedures_catalog.models import Procedure


def tapped(state: AnyState, option: str, given: Given) -> Step:
    """Acts on the option; one nobody offers any more is answered politely."""
    verb, _, rest = option.partition(":")
    return (
        of_a_procedure(verb, rest, given)
        or orders.tapped(state, verb, rest, given)
        or dossiers.tapped(state, verb, rest, given)
        or mydata.tapped(state, verb, rest, given)
        or booking.tapped(state, verb, rest, given)
        or of_the_rest(state, verb, rest, given)
        or outdated(given)
    )


def outdated(given: Given) -> Step:
    return go(Home(), say("button.old", *examples(given)))


def of_a_procedure(verb: str, rest: str, given: Given) -> Step | None:
    code, _, more = rest.partition("/")
    if code not in given.catalog:
        return None
    procedure = given.catalog[code]
    match verb:
        case "show":
            return show(procedure, given)
        case "field":
            return of_field(procedure, given)
        case "case" if (case := case_of(more, procedure)) is not None:
            return checklist(procedure, case, given)
        case "tick":
            on_screen, _, box = more.partition("/")
            return ticked_or_not(procedure, case_of(on_screen, procedure), box, given)
        case aspect if (found := aspect_named(aspect)) is not None:
            return aspect_of(found, procedure, given)
        case _:
            return None


def case_of(text: str, procedure: Procedure) -> int | None:
    return int(text) if text.isdecimal() and int(text) < len(procedure.cases) else None


def aspect_named(verb: str) -> Aspect | None:
    return next((aspect for aspect in ASPECTS if aspect == verb), None)


def of_the_rest(state: AnyState, verb: str, rest: str, given: Given) -> Step | None:
    match verb, rest:
        case "others", codes if others := known(tuple(codes.split(",")), given):
            return ask_which(others, given)
        case "in", home if (left := home.partition("/"))[0] in given.search.provinces.names:
            return at_home_in(left[0], tuple(left[2].split(",")), given)
        case "offices", "":
            return offices.asked(state, "", given)
        case "offices", commune if commune in given.post.points.middles:
            return offices.near(commune, state, given)
        case "among", codes:
            return narrowed(tuple(codes.split(",")), given, state.aspect if isinstance(state, Choosing) else None)
        case "faq", topic if topic in given.faq.questions:
            return general.answered(state, topic, given)
        case "lang", ("vi" | "en") as language:
            return general.spoken(state, language, given)
        case "none", "":
            return go(Home(), say("finding.rephrase", *examples(given)))
        case "home", "":
            return general.welcome(state, given)
        case "help", "":
            return general.helped(state, given)
        case "person", "":
            return general.person(state, given)
        case _:
            return None
