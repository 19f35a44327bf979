"""Hours and parts of a day: "9h30", "3 giờ chiều", "9 rưỡi", "buổi sáng", "at 9am"."""

from datetime import datetime, time, timedelta
from functools import cache
from re import Match

from knowledge.moments.pieces import Needs, Piece, Rule, rule
from knowledge.moments.words import Part, part_of, unmarked, value

NOON = 12
EVENING = 18
EARLIEST = 7  # offices open; "3h" alone is likelier in the afternoon
LATE_MORNING = 10  # "11h trưa" is before noon, "1h trưa" after
NOON_ENDS = 2
NIGHT = 4  # "2h đêm" is before dawn
FARTHEST = 48  # hours from now that are still counted
NUMBER = "(?:[0-9]{1,2}|<numbers>)"
# "9h toi qua" is "9 o'clock, I come"; "9h sang nha" is "come over to the house"
NOT_I = r"(?!toi(?! ?(?:\Z|[.,;!?]|<nay>|mai\b)))(?!sang <come_over>)"
PART = f"(?: ?{NOT_I}(?P<part><parts>))?"
MINUTES = r"(?P<minute>[0-5][0-9])(?: ?<minute>)?(?! ?[/.\-]| ?<month>|[0-9])"
LENGTH = ("<duration_before>(?: (?:<about>))*",)  # how long something takes is no hour


@cache
def hour_rules() -> tuple[Rule, ...]:
    several = "(?:(?P<from>[0-9]{1,2})(?: ?<hour>)? ?(?:-|–|<to>|<or>) ?(?:<about> )?)?"
    said = "(?:(?P<hour>[0-9]{1,2}) ?<hour>|(?P<word><numbers>) <hour_word>)"
    whole = f"{said}(?: ?(?P<half><half>)| <less> (?P<less>{NUMBER})(?: <minute>)?| ?{MINUTES})?"
    return (
        rule(f"(?:<about> )?(?P<count>{NUMBER}) ?<unit_hour> <left>", hours_ahead),
        rule(
            r"(?<![/.\-:])(?:<about> )*(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-5][0-9]))?"
            " ?(?:(?P<am><am>)|(?P<pm><pm>)|<clock>)",
            english_hour,
            LENGTH,
            ("<lunar_tail>",),
        ),
        rule(rf"(?<![/.\-])(?:<about> )*{several}{whole}{PART}", hour, LENGTH, ("<hour_units>", "/")),
        rule(rf"(?<![/.\-:])(?:<about> )*(?P<hour>[0-9]{{1,2}}):{MINUTES}{PART}(?!:)", hour, LENGTH),
        rule(f"(?:<about> )*(?P<hour>{NUMBER}) (?P<half><half>){PART}", hour, LENGTH, ("<hour_units>",)),
        rule("(?:<about> )?<at> (?P<hour>[0-9]{1,2})", bare_hour, LENGTH, ("<units>", "[/.:-]")),
    )


@cache
def part_rules() -> tuple[Rule, ...]:
    return (
        rule("(?:<part_word> )*<clear_part> (?P<part><parts>)(?: <part_tail>)?", clear_part),
        rule("(?:<part_word> )*(?P<part><parts>)(?: <part_tail>)?", part),
        rule("<short_morning>", short_morning),
    )


def hour(match: Match[str], now: datetime) -> Piece | None:
    """The first of "9-10h". A part of the day said elsewhere is looked at later (`at_of`)."""
    said = match.groupdict()
    hours, minutes = value("numbers", said.get("from") or said["hour"] or said["word"]), int(said.get("minute") or 0)
    if said.get("half"):
        minutes = 30
    if said.get("less"):
        hours, minutes = hours - 1, 60 - value("numbers", said["less"])
    if not (0 <= hours < 24 and 0 <= minutes < 60):
        return None
    return Piece("hour", hour=hours, minute=minutes, part=part_of(said["part"]) if said.get("part") else None)


def english_hour(match: Match[str], now: datetime) -> Piece | None:
    hours, minutes = int(match["hour"]), int(match["minute"] or 0)
    if not 1 <= hours <= NOON:
        return None
    if match["am"]:
        return Piece("hour", hour=hours % NOON, minute=minutes, part="morning")
    if match["pm"]:
        return Piece("hour", hour=hours % NOON + NOON, minute=minutes, part="afternoon")
    return Piece("hour", hour=hours, minute=minutes)


def bare_hour(match: Match[str], now: datetime) -> Piece | None:
    hours = int(match["hour"])
    return Piece("hour", hour=hours, needs="company") if hours < 24 else None


def hours_ahead(match: Match[str], now: datetime) -> Piece | None:
    """ "2 tiếng nữa", to the minute."""
    count = value("numbers", match["count"])
    if count > FARTHEST:
        return None
    then = now + timedelta(hours=count)
    return Piece("hour", first=then.date(), hour=then.hour, minute=then.minute, part=part_at(then.hour))


def clear_part(match: Match[str], now: datetime) -> Piece:
    return Piece("part", part=part_of(match["part"]))


def part(match: Match[str], now: datetime) -> Piece | None:
    """ "sang" may be "to come over", "dem" may be "to bring", "toi" may be "I"; who uses marks means just that."""
    said, key = match["part"], match.string
    if said == "sang" and unmarked(key) != key and not key.startswith(" mai", match.end()):
        return None
    needs: dict[str, Needs] = {"sang": "piece_or_end", "dem": "piece_or_end", "toi": "piece_behind"}
    return Piece("part", part=part_of(said), needs=needs.get(said, "piece_or_company"))


def short_morning(match: Match[str], now: datetime) -> Piece:
    """ "s mai"; alone it is "sao"."""
    return Piece("part", part="morning", needs="piece_behind")


def at_of(hours: int, minutes: int, part: Part | None) -> tuple[time, bool]:
    """On the clock of 24 hours, and whether that is the only reading: "8h" may be in the evening too."""
    if hours >= NOON or hours == 0:
        midnight = hours == NOON and part in {"evening", "morning"}  # "12h đêm", "12h sáng"
        return time(0 if midnight else hours, minutes), part != "morning" or hours < NOON or midnight
    if part is None:
        return time(hours + NOON if hours < EARLIEST else hours, minutes), False
    return time(hours + NOON if is_after_noon(hours, part) else hours, minutes), not is_odd(hours, part)


def is_after_noon(hours: int, part: Part) -> bool:
    return part == "afternoon" or (part == "noon" and hours < LATE_MORNING) or (part == "evening" and hours > NIGHT)


def is_odd(hours: int, part: Part) -> bool:
    """ "9 giờ chiều"."""
    return (part == "afternoon" and hours >= EVENING - NOON + 1) or (
        part == "noon" and NOON_ENDS < hours < LATE_MORNING
    )


def part_at(hours: int) -> Part:
    return "morning" if hours < NOON else "afternoon" if hours < EVENING else "evening"
