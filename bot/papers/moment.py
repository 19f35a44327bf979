"""Moments of Viet Nam, whatever zone the machine is in."""

from datetime import datetime

from knowledge.zone import VIETNAM


def in_vietnam(moment: datetime) -> datetime:
    """A moment without its zone is one of Viet Nam already."""
    return moment.replace(tzinfo=VIETNAM) if moment.tzinfo is None else moment.astimezone(VIETNAM)
