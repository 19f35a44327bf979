"""The A5 sheet the slip is drawn on; the only module that knows fpdf2."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout, XPos, YPos

from bot.papers.codes import Symbol
from bot.papers.fonts import FAMILY, font_file

Said = tuple[str, ...]  # the words in Vietnamese, then in the citizen's language if it is another

A5 = (148.0, 210.0)  # mm
MARGIN, BOTTOM = 9.0, 11.0  # mm
LABEL = 27.0  # width of the labels
SMALL, PLAIN, LARGE, HUGE = 7.0, 8.5, 10.0, 16.0  # pt
TRANSLATED = 0.86  # of the size
LEADING = 1.25  # of the size
KEPT = 60.0  # mm; what is not higher is not torn apart by the end of a page
BLACK, GREY, PALE, RED = 0, 95, 205, (176, 0, 0)
POINT = 25.4 / 72  # mm
BOX = 27.0  # height of the boxes to sign in
BAND = 7.0
HEADING = 14.0  # a heading and a line below it


class Look(NamedTuple):
    """What every page of a slip has."""

    title: str
    made: datetime
    band: str | None  # across the top of every page
    foot: Callable[[int], str]


class Sheet(FPDF):
    def __init__(self, look: Look) -> None:
        super().__init__(format=A5)
        self.look = look
        self.set_title(look.title)
        self.set_lang("vi-VN")
        self.set_creation_date(look.made)
        self.set_margins(MARGIN, MARGIN - 2)
        self.set_auto_page_break(True, BOTTOM)
        self.add_font(FAMILY, "", font_file("Regular"))
        self.add_font(FAMILY, "B", font_file("Bold"))
        self.c_margin = 0
        self.add_page()

    def header(self) -> None:
        """Across the top, so that no page of a trial passes for a real one."""
        if self.look.band is None:
            return
        self.ink(LARGE + 1, bold=True, colour=RED)
        self.set_draw_color(*RED)
        self.set_line_width(0.5)
        self.cell(self.epw, BAND, self.look.band, border=1, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1.5)

    def footer(self) -> None:
        self.set_y(3 - BOTTOM)
        self.ink(SMALL, colour=GREY)
        self.cell(self.epw, SMALL * POINT, self.look.foot(self.page), align="L")

    def ink(self, size: float, *, bold: bool = False, colour: int | tuple[int, int, int] = BLACK) -> None:
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*((colour,) if isinstance(colour, int) else colour))

    def lines(self, words: str, width: float) -> None:
        """Flows on to the next page where it must."""
        height = self.font_size * LEADING
        self.multi_cell(width, height, words, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)

    def say(self, said: Said, width: float, size: float = PLAIN, *, bold: bool = False) -> None:
        """The translation stands below, smaller and grey: the Vietnamese is what is signed."""
        for nth, words in enumerate(said):
            self.ink(size * TRANSLATED if nth else size, bold=bold and not nth, colour=GREY if nth else BLACK)
            self.lines(words, width)

    def height_of(self, values: Iterable[Said]) -> float:
        """Roughly, mm: without the lines that wrap."""
        return sum(map(len, values)) * PLAIN * POINT * LEADING

    def heading(self, said: Said, below: float = 0) -> None:
        """`below`: height, mm, of what belongs on the same page."""
        self.room_for(HEADING + min(below, KEPT))
        self.ln(2.5)
        self.rule(BLACK, 0.3)
        self.ln(0.8)
        self.say((" / ".join(said),), self.epw, LARGE, bold=True)
        self.ln(0.4)

    def rule(self, colour: int, width: float) -> None:
        self.set_draw_color(colour)
        self.set_line_width(width)
        self.line(self.l_margin, self.y, self.w - self.r_margin, self.y)

    def room_for(self, height: float) -> None:
        if self.will_page_break(height):
            self.add_page()

    def field(self, label: Said, values: Sequence[Said], *, strong_first: bool = False) -> None:
        """The label on the left, what is said on the right, below each other."""
        self.room_for(min(max(self.height_of(values), self.height_of((label, label))), KEPT))
        page, top = self.page, self.y
        self.say(label, LABEL - 2, SMALL + 0.5)
        below = self.y
        self.set_xy(self.l_margin + LABEL, top)
        for nth, value in enumerate(values):
            self.say(value, self.epw - LABEL, bold=strong_first and nth == 0)
        self.set_xy(self.l_margin, max(self.y, below) if self.page == page else self.y)
        self.ln(0.6)
        self.rule(PALE, 0.1)
        self.ln(0.6)

    def grid(self, head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]) -> None:
        """A table; its head stands on every page it reaches. No row may be higher than a page."""
        self.ink(PLAIN)
        self.set_draw_color(GREY)
        self.set_line_width(0.15)
        align = tuple("L" if width == max(widths) else "C" for width in widths)
        with self.table(
            col_widths=tuple(widths),
            text_align=align,
            line_height=PLAIN * POINT * LEADING,
            padding=(0.5, 0.8),
            borders_layout=TableBordersLayout.ALL,
            headings_style=FontFace(emphasis="BOLD", size_pt=SMALL, fill_color=235),
        ) as table:
            for row in (head, *rows):
                table.row(row)

    def sign_here(self, sides: Sequence[tuple[Said, Said]]) -> None:
        """Boxes beside each other: who signs, and what is to be written. Never torn apart by the end of a page."""
        self.room_for(BOX + 3)
        self.ln(2)
        width, top = self.epw / len(sides), self.y
        self.set_draw_color(BLACK)
        self.set_line_width(0.2)
        for nth, (who, what) in enumerate(sides):
            left = self.l_margin + nth * width
            self.rect(left, top, width, BOX)
            self.set_xy(left + 1.5, top + 1)
            self.say((" / ".join(who),), width - 3, LARGE, bold=True)
            self.say(what, width - 3, SMALL)
        self.set_xy(self.l_margin, top + BOX + 1)

    def draw(self, symbol: Symbol, at: tuple[float, float], module: float, height: float | None = None) -> None:
        """All of a code in one path, so that no hairlines show between its rectangles. `height` of a module, mm."""
        tall = module if height is None else height
        with self.new_path() as path:
            path.style.fill_color = "#000000"
            path.style.stroke_color = None
            for dark in symbol.dark:
                path.rectangle(at[0] + dark.x * module, at[1] + dark.y * tall, dark.width * module, dark.height * tall)

    def written(self) -> bytes:
        return bytes(self.output())
