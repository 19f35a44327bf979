"""Where to hand a dossier in oneself: the post offices nearest to a commune, as far as they are published."""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.booking.placing import OFFERED, readings_of
from bot.dialogue.booking.wordings import commune_of, commune_words
from bot.dialogue.events import Event, Located, Said
from bot.dialogue.general import contacts, way_back
from bot.dialogue.states import AnyState, Booking, Locating
from bot.dialogue.step import Button, Line, Reply, Step, go, say, text
from bot.dialogue.ways import HOME, PERSON, offices_button
from bot.dialogue.wording import source_line
from bot.dialogue.world import Given
from knowledge.phones import Phone, find_phone
from knowledge.places import Commune
from knowledge.slots import known_places
from knowledge.understanding import Wish
from procedures_catalog.points import Point


def asked(state: AnyState, said: str, given: Given) -> Step:
    """ "Bưu cục gần phường Đông Kinh": near the place that is said, or else where the citizen is known to live."""
    communes = known_places().read(said, given.memory.province).communes
    if communes:
        return among([commune.code for commune in communes], state, given)
    home = home_of(given)
    return near(home, state, given) if home else which(state, given)


def home_of(given: Given) -> str | None:
    """Of the pickup that is arranged, or of the one ordered last."""
    if given.memory.draft and given.memory.draft.commune:
        return given.memory.draft.commune
    return next((under.order.address.commune for under in given.own.orders), None)


def which(state: AnyState, given: Given) -> Step:
    """The form of a pickup is not left for it."""
    if isinstance(state, Booking):
        return go(state, say("office.in_the_form"))
    return go(Locating(), replace(say("office.which", *way_back(state, given), HOME, PERSON), wants="place"))


def among(codes: Sequence[str], state: AnyState, given: Given) -> Step:
    if len(codes) == 1:
        return near(codes[0], state, given)
    buttons = tuple(Button(offices_button(code).option, commune_words(code)) for code in codes[:OFFERED])
    return go(state, say("office.among", *buttons, PERSON))


def around_here(codes: Sequence[str], state: AnyState, given: Given) -> Step:
    """A point on the map is near several communes, the likeliest first."""
    buttons = tuple(Button(offices_button(code).option, commune_words(code)) for code in codes[:OFFERED])
    return go(state, say("office.around_here", *buttons, PERSON, commune=commune_words(codes[0])))


def near(code: str, state: AnyState, given: Given) -> Step:
    """With whom to call first: the list is older than the communes of today."""
    commune = commune_of(code)
    points = given.post.points.near(code)
    lines = (Line(text("office.title", commune=commune.full), "title"), *listed(points, commune))
    return go(state, Reply((*lines, *contacts(given, "post")), (*way_back(state, given), HOME, PERSON)))


def listed(points: Sequence[Point], commune: Commune) -> tuple[Line, ...]:
    if not points:
        return (Line(text("office.none")),)
    far = not any(is_close(point, commune) for point in points)
    return (
        *((Line(text("office.only_far"), "warning"),) if far else ()),
        *(line for point in points for line in about(point)),
        Line(text("office.old_list"), "note"),
        Line(source_line(points[0].source), "note"),
    )


def is_close(point: Point, commune: Commune) -> bool:
    return commune.code in point.communes or point.kind != "chief_office"


def about(point: Point) -> tuple[Line, ...]:
    called = (called_by(point.phone),) if point.phone else ()
    hours = (Line(text("office.hours", hours=point.hours)),) if point.hours else ()
    return (Line(text("office.one", name=point.name, address=point.address), "item"), *called, *hours)


def called_by(number: str) -> Line:
    read = find_phone(number)
    written = read.written if isinstance(read, Phone) else number
    return Line(text("office.phone", number=written), link=f"tel:{number.replace(' ', '')}")


def locating(state: Locating, event: Event, given: Given) -> Step | None:
    """The commune was asked for. None: something else is said, for others to answer."""
    match event:
        case Located(latitude, longitude):
            around = given.post.points.communes_near(latitude, longitude)
            return around_here(around, state, given) if around else which(state, given)
        case Said(Wish(), text=said):
            codes = list(dict.fromkeys(c.code for reading in readings_of(said, given) for c in reading.communes))
            return among(codes, state, given) if codes else None
        case _:
            return None
