"""Days by their number in the month: 24/11, "ngày 24 tháng 11", "mùng 3", "24 Nov"."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from re import Match

from knowledge.moments.pieces import GONE, Needs, Piece, Rule, rule
from knowledge.moments.words import part_of, unmarked, value

NEAR = timedelta(days=60)  # how far ahead a pickup is wished for; beyond that a date without its year is a guess
YEARS_AHEAD = 2  # more is a paper's end, not a wish
HOURS = 12
MUNG = 10  # only the first ten days of a month are called mùng, and often they are of the lunar month

RANGE = "(?:(?P<from>[0-9]{1,2}) ?(?:-|–|<to>) ?(?:<ngay> )?)?"
DAY = "(?:(?:<day_word> )?(?P<mung><mung>)|<day_word>)"
NUMBER = "(?:[0-9]{1,2}|<numbers>)"
MARKED_NUMBER = "(?:[0-9]{1,2}|<tens>)"
YEAR = "(?P<year>20[0-9]{2}|[0-9]{2})"
IN_YEAR = "(?:,? ?(?:<year> )?(?P<year>20[0-9]{2}))?"
TOLD = ("<told_before>(?: <told_between>)*",)
AFTER = ("<units>", "<lunar>")
HOUSE = ("<house>(?: (?:<i_or_my>|<told_between>))*",)
NO_CODE = r"(?<![0-9A-Za-z][/.\-])(?<![/.\-])"
NO_MORE = r"(?![/.\-] ?[0-9A-Za-z])"


@cache
def date_rules() -> tuple[Rule, ...]:
    in_month = f"(?:(?<=[0-9]) ?<month> ?(?P<month>[0-9]{{1,2}})| <month_word> (?P<word>{NUMBER}))"
    spelled = f"(?P<day>{NUMBER})(?: <solar>)?,?{in_month}(?:/(?P<short>[0-9]{{2,4}}))?{IN_YEAR}"
    english = "(?P<said><on> )?(?:the )?(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?: of)? (?P<month><months>)" + IN_YEAR
    american = "(?P<said><on> )?(?P<month><months>) (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?" + IN_YEAR
    numbered = f"(?:(?P<past><could_be_past_word>)|<day_word>) (?P<day>{MARKED_NUMBER})(?: <solar>)?"
    tail = "(?:(?P<gone> <gone_week>)|(?P<coming> <coming>))?"
    return (
        rule(f"(?:<on> )?(?P<year>20[0-9]{{2}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}}){NO_MORE}", full_date, TOLD),
        rule(
            f"(?:<on> )?(?:{DAY} )?(?P<day>{NUMBER}) (?:(?P<this><this_month>)|<next_month>)", of_a_month, TOLD, AFTER
        ),
        rule(
            f"{NO_CODE}(?:<on> )?(?:{DAY} )?{RANGE}{spelled}{NO_MORE}",
            spelled_date,
            TOLD,
            (*AFTER, "<ngay>(?! [0-9])"),
        ),
        rule(english, english_date, TOLD),
        rule(american, english_date, TOLD, AFTER),
        rule(f"(?:<on> )?(?:<day_word> )?<mung> (?P<day>{NUMBER})(?: <coming>)?{NO_MORE}", first_days, TOLD, AFTER),
        rule(f"(?:<on> )?{numbered}{tail}{NO_MORE}", day_of_month, TOLD, (*AFTER, " ?[-–] ?[0-9]")),
        rule(
            "(?P<part><parts>) (?P<day>[0-9]{1,2})", part_of_a_day, TOLD, (*AFTER, " ?<hour>", "[0-9/.:-]", " ?<month>")
        ),
        rule("(?:on )?the (?P<day>[0-9]{1,2})(?:st|nd|rd|th)", day_of_month, TOLD),
    )


@cache
def numeric_date_rules() -> tuple[Rule, ...]:
    numeric = "(?P<day>[0-9]{1,2}) ?(?P<mark>[/.-]) ?(?P<month>[0-9]{1,2})(?: ?(?P=mark) ?" + YEAR + ")?"
    return (
        rule(
            f"{NO_CODE}(?:<from> |<on> )?(?:(?P<said>{DAY}) )?{RANGE}{numeric}(?: <solar>)?{NO_MORE}"
            "(?P<gone> <gone_week>)?",
            numeric_date,
            (*TOLD, *HOUSE),
            AFTER,
        ),
    )


def full_date(match: Match[str], now: datetime) -> Piece | None:
    return in_year(int(match["day"]), int(match["month"]), int(match["year"]), now)


def numeric_date(match: Match[str], now: datetime) -> Piece | None:
    if match["gone"]:
        return GONE
    day, month = int(match["day"]), int(match["month"])
    if match["year"]:
        piece = in_year(day, month, with_century(match["year"], now), now)
        bare = len(match["year"]) == len("26")
    else:
        piece = without_year(day, month, now)
        bare = True
    if piece and match["mung"]:
        return unsure(piece)
    return spanning(match["from"], piece, needs="company" if bare and not match["said"] else "nothing")


def spelled_date(match: Match[str], now: datetime) -> Piece | None:
    day, month = value("numbers", match["day"]), value("numbers", match["month"] or match["word"])
    year = match["year"] or match["short"]
    piece = in_year(day, month, with_century(year, now), now) if year else without_year(day, month, now)
    if piece and match["mung"]:
        return unsure(piece)
    return spanning(match["from"], piece)


def english_date(match: Match[str], now: datetime) -> Piece | None:
    day, month = int(match["day"]), value("months", match["month"])
    piece = in_year(day, month, int(match["year"]), now) if match["year"] else without_year(day, month, now)
    short = match["month"] in {"may", "mar", "dec"}  # "3 may tinh" is three computers
    return spanning(None, piece, needs="company" if short and not match["said"] else "nothing")


def of_a_month(match: Match[str], now: datetime) -> Piece | None:
    """ "24 tháng này": one reading, even when it has passed."""
    year, month = (now.year, now.month) if match["this"] else month_after(now.year, now.month)
    day = day_or_none(year, month, value("numbers", match["day"]))
    return Piece("day", first=day, sure=not match["mung"]) if day else None


def first_days(match: Match[str], now: datetime) -> Piece | None:
    day = value("numbers", match["day"])
    piece = coming_day(day, now.date(), later=False) if day <= MUNG else None
    return unsure(piece) if piece else None


def day_of_month(match: Match[str], now: datetime) -> Piece | None:
    said = match.groupdict()
    if said.get("gone"):
        return GONE
    piece = coming_day(value("numbers", match["day"]), now.date(), later=is_later(said.get("coming")))
    could_be_past = said.get("past") and not said.get("coming")
    return unsure(piece) if piece and could_be_past else piece


def part_of_a_day(match: Match[str], now: datetime) -> Piece | None:
    """ "Sáng 24"; in "sáng 9" the 9 may be the hour."""
    day = int(match["day"])
    piece = coming_day(day, now.date(), later=False) if day > HOURS else None
    return replace(piece, part=part_of(match["part"]), needs="company") if piece else None


def is_later(coming: str | None) -> bool:
    """ "Tới", not "này"."""
    return "toi" in unmarked(coming or "")


def coming_day(day: int, today: date, later: bool) -> Piece | None:
    """The next day of this number; not sure when a month that has no such day is passed over."""
    year, month = today.year, today.month
    for tried in range(3):
        found = day_or_none(year, month, day)
        if found and (found > today or (found == today and not later)):
            skipped = tried and not day_or_none(today.year, today.month, day)
            return Piece("day", first=found, sure=not skipped)
        year, month = month_after(year, month)
    return None


def in_year(day: int, month: int, year: int, now: datetime) -> Piece | None:
    """A whole date has one reading. Years away it is no wish for a visit."""
    found = day_or_none(year, month, day) if now.year - 1 <= year <= now.year + YEARS_AHEAD else None
    return Piece("day", first=found) if found else None


def without_year(day: int, month: int, now: datetime) -> Piece | None:
    """This year's; next year's when that is near; what has passed by more may be a slip, or told of the past."""
    today = now.date()
    this, following = day_or_none(today.year, month, day), day_or_none(today.year + 1, month, day)
    if this and this >= today:
        return Piece("day", first=this)
    if following and following - today <= NEAR:
        return Piece("day", first=following)
    return Piece("day", first=this, sure=False) if this else None


def spanning(start: str | None, piece: Piece | None, needs: Needs = "nothing") -> Piece | None:
    """With the number a range begins with: "24-26/11"."""
    if piece is None or piece.first is None:
        return None
    begin = day_or_none(piece.first.year, piece.first.month, int(start)) if start else None
    if start and (begin is None or begin >= piece.first):
        return None
    first, last = (begin, piece.first) if begin else (piece.first, None)
    return Piece("day", first=first, last=last, sure=piece.sure, needs=needs)


def unsure(piece: Piece) -> Piece:
    return replace(piece, sure=False)


def with_century(year: str, now: datetime) -> int:
    return int(year) if len(year) > len("26") else now.year // 100 * 100 + int(year)


def day_or_none(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None


def month_after(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)
