"""The columns of a report of figures: their headings, what they mean, and where their values come from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.dialogue.step import Text, text
from bot.dossiers.sums import DossierSums, PickupSums, Share, Sums

S = TypeVar("S", bound=Sums)
Value = int | float | Share | None  # a number of dossiers or pickups · days · part of a whole · not known


@dataclass(frozen=True)
class Column(Generic[S]):
    key: str  # in JSON
    heading: Text
    meaning: Text
    of: Callable[[S], Value]
    is_main: bool = False  # shown on a screen even when nothing is in it
    is_share: bool = False


DOSSIERS: tuple[Column[DossierSums], ...] = (
    Column("followed", text("figures.followed"), text("figures.followed_is"), lambda d: d.whole, is_main=True),
    Column("received", text("figures.received"), text("figures.received_is"), lambda d: d.received, is_main=True),
    Column("solved", text("figures.solved"), text("figures.solved_is"), lambda d: d.solved, is_main=True),
    Column("early", text("figures.early"), text("figures.early_is"), lambda d: d.parts["early"], is_main=True),
    Column("on_time", text("figures.on_time"), text("figures.on_time_is"), lambda d: d.parts["on_time"], is_main=True),
    Column("late", text("figures.late"), text("figures.late_is"), lambda d: d.parts["late"], is_main=True),
    Column("unjudged", text("figures.unjudged"), text("figures.unjudged_is"), lambda d: d.parts["unjudged"]),
    Column(
        "late_share",
        text("figures.late_share"),
        text("figures.late_share_is"),
        lambda d: d.late_share,
        is_main=True,
        is_share=True,
    ),
    Column("median_days", text("figures.median"), text("figures.median_is"), lambda d: d.median_days, is_main=True),
    Column("measured", text("figures.measured"), text("figures.measured_is"), lambda d: d.days.total()),
    Column("open", text("figures.open"), text("figures.open_is"), lambda d: d.parts["open"], is_main=True),
    Column(
        "open_late",
        text("figures.open_late"),
        text("figures.open_late_is"),
        lambda d: d.parts["open_late"],
        is_main=True,
    ),
    Column(
        "open_unknown",
        text("figures.open_unknown"),
        text("figures.open_unknown_is"),
        lambda d: d.parts["open_unknown"],
    ),
    Column("waiting", text("figures.waiting"), text("figures.waiting_is"), lambda d: d.parts["waiting"]),
    Column("withdrawn", text("figures.withdrawn"), text("figures.withdrawn_is"), lambda d: d.parts["withdrawn"]),
    Column("stopped", text("figures.stopped"), text("figures.stopped_is"), lambda d: d.parts["stopped"]),
    Column("registered", text("figures.registered"), text("figures.registered_is"), lambda d: d.parts["registered"]),
    Column("rejected", text("figures.rejected"), text("figures.rejected_is"), lambda d: d.parts["rejected"]),
    Column("unknown", text("figures.unknown"), text("figures.unknown_is"), lambda d: d.parts["unknown"]),
    Column("direct", text("figures.direct"), text("figures.direct_is"), lambda d: d.channels["direct"]),
    Column("online", text("figures.online"), text("figures.online_is"), lambda d: d.channels["online"]),
    Column("post", text("figures.post"), text("figures.post_is"), lambda d: d.channels["post"], is_main=True),
    Column("channel_unknown", text("figures.no_channel"), text("figures.no_channel_is"), lambda d: d.channels[None]),
    Column(
        "online_share",
        text("figures.online_share"),
        text("figures.online_share_is"),
        lambda d: d.channel_share("online"),
        is_share=True,
    ),
    Column(
        "postal_share",
        text("figures.postal_share"),
        text("figures.postal_share_is"),
        lambda d: d.channel_share("post"),
        is_main=True,
        is_share=True,
    ),
)

PICKUPS: tuple[Column[PickupSums], ...] = (
    Column("booked", text("figures.booked"), text("figures.booked_is"), lambda p: p.whole, is_main=True),
    Column("coming", text("figures.coming"), text("figures.coming_is"), lambda p: p.parts["coming"], is_main=True),
    Column(
        "collection_failed",
        text("figures.collection_failed"),
        text("figures.collection_failed_is"),
        lambda p: p.parts["collection_failed"],
    ),
    Column(
        "collected",
        text("figures.collected"),
        text("figures.collected_is"),
        lambda p: p.parts["collected"],
        is_main=True,
    ),
    Column(
        "handed_over",
        text("figures.handed_over"),
        text("figures.handed_over_is"),
        lambda p: p.parts["handed_over"],
        is_main=True,
    ),
    Column(
        "delivery_failed",
        text("figures.delivery_failed"),
        text("figures.delivery_failed_is"),
        lambda p: p.parts["delivery_failed"],
    ),
    Column(
        "delivered",
        text("figures.delivered"),
        text("figures.delivered_is"),
        lambda p: p.parts["delivered"],
        is_main=True,
    ),
    Column("returned", text("figures.returned"), text("figures.returned_is"), lambda p: p.parts["returned"]),
    Column(
        "cancelled",
        text("figures.cancelled"),
        text("figures.cancelled_is"),
        lambda p: p.parts["cancelled"],
        is_main=True,
    ),
    Column("refused", text("figures.refused"), text("figures.refused_is"), lambda p: p.parts["refused"]),
    Column("silent", text("figures.silent"), text("figures.silent_is"), lambda p: p.parts["silent"]),
    Column(
        "failed_once", text("figures.failed_once"), text("figures.failed_once_is"), lambda p: p.failed, is_main=True
    ),
)
