"""Days as they are called from today: "mai", "thứ 5 tuần sau", "3 ngày nữa", "cuối tuần"."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from re import Match

from knowledge.moments.dates import TOLD, is_later, month_after
from knowledge.moments.pieces import GONE, NOTHING, Guard, Piece, Rule, rule
from knowledge.moments.words import Part, just_before, part_of, value

FARTHEST = 366  # days, weeks or months from now that are still counted
WEEK = timedelta(days=7)
SUNDAY = 6
DISHES = {"mon", "sat"}  # unmarked Vietnamese too: dish, iron
EDGES_OF_WEEK = {"early": (0, 1), "mid": (2, 3), "late": (5, 6), None: (0, 6)}
EDGES_OF_MONTH = {"early": (1, 10), "mid": (11, 20), "late": (21, 31), None: (1, 31)}

EDGE = "(?:(?P<early><early>)|(?P<mid><mid>)|(?P<late><late>))"
WEEKDAY_HEAD = "(?:<on> )?(?:<day_word> )?(?:(?P<before><this_or_next>) )?"
WEEKDAY_TAIL = (
    "(?:,? (?:(?P<after><week_after>)|(?P<next_week><next_week>)|(?P<this_week><this_week>)|(?P<gone><gone_week>)"
    "|(?P<coming><coming>)(?! (?:<weekdays>|[0-9]))))?"
)
COUNT = "(?P<count>[0-9]{1,3}|<numbers>|<a>)"
SECOND = ("<second_one>", *TOLD)


@cache
def passing_rules() -> tuple[Rule, ...]:
    """What is read first so that nothing else reads it: the past, and words that only look like days."""
    return (
        rule("(?:<on> )?(?:<day_word> )?(?:<weekdays>|<short_weekdays>) <gone_week>", gone),
        rule("(?:(?:<day_word>|<mung>) )?(?:[0-9]{1,2}|<numbers>) <gone>", gone),
        rule("(?:(?:<about> )*(?:<part_word> )*<parts> )?<gone>(?: <parts>)?", gone),
        rule("<parts> <gone_part>", gone, not_before=("<comes_after>",)),
        rule(
            "(?:[0-9]{1,3}|<numbers>|<few>) <ago_unit> <ago>",
            gone,
            ("<duration_before>", "<ordinal>", "<day_word>"),
        ),
        rule("<nothing>", nothing),
    )


@cache
def day_rules() -> tuple[Rule, ...]:
    return (
        rule(
            f"{WEEKDAY_HEAD}(?P<weekday><weekdays>){WEEKDAY_TAIL}",
            weekday,
            SECOND,
            ("<second_is>(?! (?:<fits>|<solar>|<ngay>|ok))", "<units>"),
        ),
        rule(
            f"(?:<about> |<in> )?{COUNT} ?(?:(?P<day><unit_day>)|(?P<week><unit_week>)|(?P<month><unit_month>)) <left>",
            days_ahead,
            TOLD,
        ),
        rule(
            f"<in> {COUNT} (?:(?P<day><unit_day>)|(?P<week><unit_week>)|(?P<month><unit_month>))",
            days_ahead,
            TOLD,
            ("<units>",),
        ),
        rule(
            f"(?:<within> )?(?:{EDGE} )?(?:(?P<after><week_after>)|(?P<next><next_week>)|(?P<this><this_week>))",
            week,
            TOLD,
        ),
        rule(f"(?:<within> )?{EDGE} <week>", week, TOLD),
        rule("(?:(?:at|on) )?(?:the )?(?:(?:(?P<next><next>)|(?P<this>this)) )?(?P<late><weekend>)", week, TOLD),
        rule(f"(?:<within> )?(?:{EDGE} )?(?:(?P<next><next_month>)|(?P<this><this_month>))", month, TOLD),
        rule(f"(?:<within> )?{EDGE} <month>(?: (?P<month>[0-9]{{1,2}}))?", month, TOLD, ("<year>", "[0-9/]")),
        rule("(?P<part><parts>) <nay>", today, TOLD),
        rule("<tonight>", today, TOLD),
        rule("this (?P<part><parts>)", today, TOLD),
        rule("<could_be_past>", could_be_past, TOLD),
        rule("(?:<on> )?(?:<day_word> )?(?P<days><days>)", by_name, TOLD),
        rule("(?P<part><parts>) <after_part>", after_part, TOLD),
        rule("(?:<on> )?(?P<bare><bare_tomorrow>)", by_name, (*TOLD, "<names>"), ("<no_tomorrow>", "<name_after>")),
    )


@cache
def short_weekday_rules() -> tuple[Rule, ...]:
    return (
        rule(
            f"{WEEKDAY_HEAD}(?P<short><short_weekdays>){WEEKDAY_TAIL}(?![/.][0-9])",
            weekday,
            SECOND,
            ("<units>",),
        ),
    )


def gone(match: Match[str], now: datetime) -> Piece:
    return GONE


def nothing(match: Match[str], now: datetime) -> Piece:
    return NOTHING


def weekday(match: Match[str], now: datetime) -> Piece | None:
    said = match.groupdict()
    if said["gone"]:
        return GONE
    table = "weekdays" if "weekday" in said else "short_weekdays"
    if said.get("short") in DISHES and not said["before"] and match[0] != match.string.strip():
        return None
    wanted = value(table, said.get("weekday") or said["short"]) - 1
    today = now.date()
    this_week = today - timedelta(days=today.weekday()) + timedelta(days=wanted)
    piece = in_a_week(said, this_week, today) or coming_weekday(said, this_week, today)
    if table == "short_weekdays" and not (said["before"] or said["this_week"] or said["next_week"] or said["after"]):
        return replace(piece, needs="company")
    return piece


def in_a_week(said: dict[str, str | None], this_week: date, today: date) -> Piece | None:
    """On a Sunday some count this week as begun, so that "next week" is not sure."""
    sure = today.weekday() != SUNDAY
    if said["after"]:
        return Piece("day", first=this_week + 2 * WEEK, sure=sure)
    if said["next_week"]:
        return Piece("day", first=this_week + WEEK, sure=sure)
    if said["this_week"]:
        return Piece("day", first=this_week, sure=sure and this_week >= today)
    return None


def coming_weekday(said: dict[str, str | None], this_week: date, today: date) -> Piece:
    """The coming one. Said on its own day, it is that of next week, but who knows: "thứ 2" on a Monday."""
    coming = this_week if this_week > today else this_week + WEEK
    if (said["before"] or "").endswith("next") and coming == this_week:
        return Piece("day", first=coming + WEEK, sure=False, any_week=True)  # "next Thursday" on a Tuesday
    return Piece("day", first=coming, sure=this_week != today or is_next(said), any_week=True)


def is_next(said: dict[str, str | None]) -> bool:
    return is_later(said["coming"]) or (said["before"] or "").endswith("next")


def days_ahead(match: Match[str], now: datetime) -> Piece | None:
    count = 1 if match["count"] in {"a", "an"} else value("numbers", match["count"])
    if count > FARTHEST:
        return None
    if match["month"]:
        return Piece("day", first=months_ahead(now.date(), count))
    days = count * (7 if match["week"] else 1)
    return Piece("day", first=now.date() + timedelta(days=days))


def months_ahead(today: date, count: int) -> date:
    """The same day of the month, or its last."""
    years, month = divmod(today.month - 1 + count, 12)
    year = today.year + years
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def week(match: Match[str], now: datetime) -> Piece:
    said = match.groupdict()
    today = now.date()
    monday = today - timedelta(days=today.weekday())
    begin, end = (timedelta(days=n) for n in EDGES_OF_WEEK[edge_of(said)])
    if said.get("after") or said.get("next"):
        monday += 2 * WEEK if said.get("after") else WEEK
        return span(monday + begin, monday + end, today.weekday() != SUNDAY)
    if not said.get("this") and monday + end < today:
        return span(monday + WEEK + begin, monday + WEEK + end)
    begun = monday + begin <= today and edge_of(said) is not None and not said.get("this")
    return span(max(today, monday + begin), monday + end, not begun)


def month(match: Match[str], now: datetime) -> Piece | None:
    said = match.groupdict()
    today = now.date()
    year, number = today.year, today.month
    begin, end = EDGES_OF_MONTH[edge_of(said)]
    if number_said := said.get("month"):
        number = int(number_said)
        if not 1 <= number <= 12:
            return None
        year += number < today.month
    elif said.get("next") or (not said.get("this") and end < today.day):
        year, number = month_after(year, number)
    first, last = date(year, number, begin), date(year, number, min(end, monthrange(year, number)[1]))
    return span(max(first, today), last)


def span(first: date, last: date, sure: bool = True) -> Piece:
    """What has passed wholly keeps its last day, and is not sure."""
    if last <= first:
        return Piece("day", first=last, sure=sure and last == first)
    return Piece("day", first=first, last=last, sure=sure)


def edge_of(said: dict[str, str | None]) -> str | None:
    return next((edge for edge in ("early", "mid", "late") if said.get(edge)), None)


def today(match: Match[str], now: datetime) -> Piece:
    """ "Sáng nay" in the afternoon is told, or a slip."""
    said = match.groupdict().get("part")
    part: Part = part_of(said) if said else "evening"
    return Piece("day", first=now.date(), part=part, sure=part != "morning" or now.hour < 12)


def by_name(match: Match[str], now: datetime) -> Piece:
    """ "Chị mai" may be a name."""
    said = match.groupdict().get("days")
    if said:
        return Piece("day", first=now.date() + timedelta(days=value("days", said)))
    return Piece("day", first=now.date() + timedelta(days=1), sure=not may_be_a_name()(match.string, match.start()))


def after_part(match: Match[str], now: datetime) -> Piece:
    """ "Chieu mot": without its marks "mốt" is "một", but not here."""
    return Piece("day", first=now.date() + timedelta(days=2), part=part_of(match["part"]))


@cache
def may_be_a_name() -> Guard:
    return just_before("<maybe_names>")


def could_be_past(match: Match[str], now: datetime) -> Piece:
    return Piece("day", first=now.date() + timedelta(days=2), sure=False)
