"""The way of a parcel: what the pretend postman does next with it, and when. Pure.

The pace is made up, within what is usual (DOMAIN §1.2): it stands for the post here and proves nothing about it.
"""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from bot.pickup.order import Visit
from bot.pickup.progress import Status
from bot.sandbox.parcel import Parcel, Step
from knowledge.calendar import WorkingCalendar
from knowledge.moments.reader import Shift
from knowledge.zone import VIETNAM

BEGINS: Final[dict[Shift, time]] = {"morning": time(8), "afternoon": time(13)}  # the post's shifts (DOMAIN §4)
DESK_OPENS = time(8, 30)
A_MINUTE = timedelta(minutes=1)
AGENCY_TAKES = 3  # working days, here
ATTEMPTS = 2  # of delivery at least, two working days apart, then back to the agency (TT 17/2017 Điều 5.2h)
NOBODY_HOME = "Không liên lạc được với người gửi"
NOBODY_TO_RECEIVE = "Không gặp người nhận"
NOT_SERVED = "Địa chỉ ngoài vùng thu gom"
WAY: Final[dict[Status, Status]] = {
    "kept": "accepted",
    "accepted": "on_the_way",
    "collection_failed": "on_the_way",
    "on_the_way": "collected",
    "collected": "handed_over",
    "handed_over": "result_on_the_way",
    "result_on_the_way": "delivered",
    "delivery_failed": "result_on_the_way",
}


class Postman:
    def __init__(self, calendar: WorkingCalendar) -> None:
        self.calendar = calendar

    def next(self, parcel: Parcel, now: datetime) -> Step | None:
        """What follows on the parcel's status, which it has had since `now`. None: that was the end."""
        status = self._following(parcel)
        return Step(status, self._when(status, parcel, now), reason(status)) if status else None

    def _following(self, parcel: Parcel) -> Status | None:
        if parcel.status == "handed_over" and not parcel.back:
            return None
        match parcel.ending, parcel.status:
            case "refused", "kept":
                return "refused"
            case "collection_fails", "on_the_way" if not parcel.collections_failed:
                return "collection_failed"
            case (("delivery_fails" | "returned"), "result_on_the_way") if not parcel.deliveries_failed:
                return "delivery_failed"
            case "returned", "result_on_the_way" if parcel.deliveries_failed < ATTEMPTS:
                return "delivery_failed"
            case "returned", "delivery_failed" if parcel.deliveries_failed >= ATTEMPTS:
                return "returned"
        return WAY.get(parcel.status)

    def _when(self, status: Status, parcel: Parcel, now: datetime) -> datetime:
        some = Random(f"{parcel.number}{status}{now.date()}").randint(5, 40) * A_MINUTE  # noqa: S311  # no secret
        match status:
            case "on_the_way":
                return max(now + A_MINUTE, self._begins(parcel, now) + some)
            case "collected" | "collection_failed" | "delivered" | "delivery_failed":
                return now + some
            case "handed_over":
                return self._morning(now, 1) + some
            case "result_on_the_way":
                return self._morning(now, 2 if parcel.status == "delivery_failed" else AGENCY_TAKES) + some
            case "returned":
                return self._morning(now, 1) + some
        return now + 2 * A_MINUTE

    def _begins(self, parcel: Parcel, now: datetime) -> datetime:
        """After a visit in vain: the next working day in the same shift, unless the citizen has chosen another."""
        begins = starts(parcel.visit)
        if parcel.status != "collection_failed" or begins > now:
            return begins
        return starts(Visit(day=self._working_day(vietnamese(now), 1), shift=parcel.visit.shift))

    def earliest(self, now: datetime) -> Visit:
        """For an order that names no visit."""
        return Visit(day=self._working_day(vietnamese(now), 1), shift="morning")

    def _morning(self, now: datetime, days: int) -> datetime:
        return datetime.combine(self._working_day(vietnamese(now), days), DESK_OPENS, VIETNAM)

    def _working_day(self, day: date, count: int) -> date:
        try:
            return self.calendar.add_working_days(day, count)
        except LookupError:  # a clock that was advanced past the years we have holidays of
            return day + timedelta(days=count + 2)


def starts(visit: Visit) -> datetime:
    return datetime.combine(visit.day, BEGINS[visit.shift], VIETNAM)


def vietnamese(moment: datetime) -> date:
    return moment.astimezone(VIETNAM).date()


def reason(status: Status) -> str | None:
    return {"collection_failed": NOBODY_HOME, "delivery_failed": NOBODY_TO_RECEIVE, "refused": NOT_SERVED}.get(status)
