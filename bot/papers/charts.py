"""Figures by month as a picture, SVG or PNG: what became of the dossiers received in a month, and the postal share."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from math import ceil, nan
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal

from bot.dialogue.step import Text, text
from bot.dossiers.counted import Part
from bot.dossiers.sums import DossierSums, Share
from bot.papers.figures import Report, month_shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Kind = Literal["svg", "png"]
KINDS: tuple[Kind, ...] = ("svg", "png")


@dataclass(frozen=True)
class Band:
    """One piece of a bar. Colours of Okabe and Ito, told apart by the colour-blind; hatching for a black print."""

    parts: tuple[Part, ...]
    label: Text
    colour: str
    hatch: str = ""


BANDS = (
    Band(("early",), text("figures.early"), "#0072B2"),
    Band(("on_time",), text("figures.on_time"), "#56B4E9"),
    Band(("late",), text("figures.late"), "#D55E00", "//"),
    Band(("unjudged",), text("figures.unjudged"), "#999999"),
    Band(("open",), text("figures.open"), "#F0E442"),
    Band(("waiting",), text("figures.waiting"), "#009E73"),
    Band(("open_late",), text("figures.open_late"), "#E69F00", "\\\\"),
    Band(("open_unknown",), text("figures.open_unknown"), "#D9D9D9", ".."),
    Band(("withdrawn", "stopped", "unknown"), text("figures.other"), "#FFFFFF"),
)
LINE = "#CC79A7"
SIZE, DOTS = (11.5, 7.0), 150  # inches, dots an inch
LABELS, UPRIGHT = 24, 8  # names of months beneath the bars: at most, and as many as need not be turned
NOTHING = Share(nan, nan)  # leaves a gap
WORDS_WIDE = 150  # characters of the source line
LOOK: Any = {
    "font.family": "DejaVu Sans",  # comes with the library, and has every letter of Vietnamese
    "font.size": 10,
    "svg.fonttype": "none",  # text stays text: it can be searched, read aloud, translated
    "svg.hashsalt": "noidai",  # the same figures make the same file
    "hatch.linewidth": 0.6,
}


def kind_of(file: Path) -> Kind | None:
    """By the name; None: a picture we do not draw."""
    return next((kind for kind in KINDS if file.suffix.lower() == f".{kind}"), None)


def chart(report: Report, kind: Kind) -> bytes:
    from matplotlib import rc_context  # here, as it takes long to import
    from matplotlib.figure import Figure

    months, sums, timed = by_month(report)
    with rc_context(LOOK):
        figure = Figure(figsize=SIZE, dpi=DOTS, layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))  # two scales in one would mislead
        draw_bars(above, report, sums)
        draw_share(below, report, sums, timed)
        name_months(below, months)
        title, period = report.say(text("figures.title_chart")), text("figures.period", period=report.period)
        above.set_title(f"{title}\n{report.as_of}. {report.say(period)}", loc="left")
        figure.legend(*above.get_legend_handles_labels(), loc="outside right upper", frameon=False, reverse=True)
        figure.supxlabel(fill(source(report, sums), WORDS_WIDE), fontsize=7.5, x=0.01, ha="left")
        written = BytesIO()
        about = {"Title": title, **({"Date": None} if kind == "svg" else {})}
        figure.savefig(written, format=kind, metadata=about)
    return written.getvalue()


def source(report: Report, sums: Sequence[DossierSums]) -> str:
    """What the picture must not be shown without."""
    ranges = any(share.low != share.high for one in sums if (share := one.channel_share("post")))
    said = [*report.warning, report.say(text("figures.judged"))]
    return " ".join([*said, *([report.say(text("figures.range_drawn"))] if ranges else [])])


def by_month(report: Report) -> tuple[list[str], list[DossierSums], int]:
    """Every month from the first to the last, those without a dossier too; what has none comes at the end.

    How many of them are months.
    """
    found = {key[0]: sums for key, sums in report.counted.months.lines}
    known = sorted(month for month in found if month)
    months = months_between(known[0], known[-1]) if known else []
    shown = [month_shown(month) for month in months]
    sums = [found.get(month, DossierSums()) for month in months]
    if None in found and found[None].received:
        shown.append(report.shown("month", None))
        sums.append(found[None])
    return shown, sums, len(months)


def months_between(first: str, last: str) -> list[str]:
    """
    >>> months_between("2026-11", "2027-01")
    ['2026-11', '2026-12', '2027-01']
    """
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(start, end + 1)]


def draw_bars(axes: "Axes", report: Report, sums: Sequence[DossierSums]) -> None:
    """Only dossiers that were received: of those the shares are."""
    from matplotlib.ticker import MaxNLocator

    floor = [0] * len(sums)
    for band in BANDS:
        heights = [received_in(one, band.parts) for one in sums]
        if any(heights):
            axes.bar(
                range(len(sums)),
                heights,
                bottom=floor,
                width=0.75,
                label=report.say(band.label),
                color=band.colour,
                hatch=band.hatch,
                edgecolor="#333333",
                linewidth=0.6,
            )
        floor = [low + height for low, height in zip(floor, heights, strict=True)]
    axes.set_ylabel(report.say(text("figures.dossiers_axis")))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_axisbelow(True)
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    axes.set_ylim(0, max(1, *floor) * 1.08 if floor else 1)


def received_in(sums: DossierSums, parts: Sequence[Part]) -> int:
    """Of unknown status only those that were received all the same."""
    return sum(sums.unknown_received if part == "unknown" else sums.parts[part] for part in parts)


def draw_share(axes: "Axes", report: Report, sums: Sequence[DossierSums], timed: int) -> None:
    """A line over the first `timed`, broken where nothing was received; a band where of some the channel is unknown."""
    shares = [one.channel_share("post") or NOTHING for one in sums]
    low, high = [100 * share.low for share in shares], [100 * share.high for share in shares]
    for first, last in ((0, timed), (timed, len(sums))):
        places = range(first, last)
        axes.plot(places, low[first:last], color=LINE, marker="o", linewidth=2)
        axes.fill_between(places, low[first:last], high[first:last], color=LINE, alpha=0.3, linewidth=0)
    axes.vlines(range(len(sums)), low, high, color=LINE, alpha=0.3, linewidth=6)
    axes.set_ylabel(report.say(text("figures.postal_share")))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f} %")
    axes.set_ylim(-5, 105)
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)


def name_months(axes: "Axes", months: Sequence[str]) -> None:
    """The last one always: it may be the one that says \"not known\"."""
    step = ceil(len(months) / LABELS) or 1
    places = range(len(months) - 1, -1, -step)
    turned: Any = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if len(months) > UPRIGHT else {}
    axes.set_xticks(places, [months[place] for place in places], **turned)
