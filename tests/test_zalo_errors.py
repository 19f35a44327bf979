"""What a code means for a message, where a table does not say it all."""

from datetime import datetime, timedelta

import pytest

from bot.handlers.zalo.errors import CODES, TEMPLATE_CODES, Kind, ZaloError, refusal, until_morning, verdict
from knowledge.zone import VIETNAM

NIGHT = datetime(2026, 11, 21, 22, 30, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (NIGHT, 7.5),
        (NIGHT + timedelta(hours=5), 2.5),
        (NIGHT.replace(hour=6, minute=0), 0),
        (NIGHT - timedelta(hours=9), 16.5),
    ],
)
def test_what_is_not_sent_at_night_is_sent_soon_after_six(now: datetime, hours: float) -> None:
    for _ in range(50):
        failure = verdict(ZaloError("night", -234), 0, now)
        assert failure.wait
        assert timedelta(hours=hours) < failure.wait < timedelta(hours=hours, minutes=21)
    assert len({until_morning(now) for _ in range(50)}) > 1  # not all in one second


@pytest.mark.parametrize("code", [*CODES, *TEMPLATE_CODES, -1, 2001])
@pytest.mark.parametrize("template", [False, True])
def test_a_verdict_says_one_thing(code: int, template: bool) -> None:
    failure = verdict(refusal(code, template=template), 2, NIGHT)
    assert failure.sent == 2
    assert str(code) in str(failure)
    assert sum((failure.retryable, failure.gone, failure.at_next_contact)) <= 1
    assert failure.retryable or not failure.outage


def test_what_a_human_can_mend_is_never_dropped() -> None:
    kept: tuple[Kind, ...] = ("alert", "money", "consent", "outage", "rate", "window", "gone", "night")
    for kind in kept:
        failure = verdict(ZaloError(kind), 0, NIGHT)
        assert failure.told is (kind in ("alert", "consent"))  # which ring alarms of their own
        assert failure.outage or failure.gone or failure.at_next_contact or failure.wait
