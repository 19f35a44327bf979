"""A report of figures as a workbook (XLSX): a sheet a grid, and one of notes. Imported when one is made."""

from collections.abc import Iterable
from io import BytesIO
from math import ceil
from typing import Any

from openpyxl import Workbook, styles, utils  # type: ignore[import-untyped]

from bot.dialogue.step import text
from bot.papers.figure_files import key_headings, keys, kind, value_headings, values
from bot.papers.figures import Grid, Heading, Line, Report

Sheet = Any  # the library has no types

BOLD, WRAPPED = styles.Font(bold=True), styles.Alignment(wrap_text=True, vertical="top")
GREY = styles.PatternFill("solid", fgColor="E7E6E6")
COUNT, SHARE, DAYS = "#,##0", "0.00%", "0.0"
LINE_HEIGHT = 15  # points; Excel gives merged cells no height of their own
NUMBER_WIDTH, KEY_WIDTH, NOTE_WIDTH = 13, 28, 110  # characters


def as_xlsx(report: Report) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for grid in report.grids:
        fill(workbook.create_sheet(grid.title[:31]), report, grid)  # Excel takes no longer name
    fill_notes(workbook.create_sheet(report.say(text("figures.title_notes"))), report)
    written = BytesIO()
    workbook.save(written)
    return written.getvalue()


def fill(sheet: Sheet, report: Report, grid: Grid) -> None:
    """The headings are the first row, to be sorted and filtered by; what the figures are is printed around them."""
    before = [report.say(text("figures.kind")), *key_headings(report, grid)]
    write(sheet, 1, [*before, *value_headings(report, grid)])
    for row, line in enumerate(grid.lines, start=2):
        write(sheet, row, [kind(report, line), *keys(report, grid, line), *values(grid, line)])
        dress(sheet, row, len(before), grid, line)
    for cell in sheet[1]:
        cell.font, cell.fill, cell.alignment = BOLD, GREY, WRAPPED
    sheet.freeze_panes = sheet.cell(2, len(before) + 1)
    last = len([line for line in grid.lines if line.kind == "line"]) + 1  # the sums are not sorted in between
    sheet.auto_filter.ref = f"A1:{utils.get_column_letter(sheet.max_column)}{last}"
    for column in range(1, sheet.max_column + 1):
        sheet.column_dimensions[utils.get_column_letter(column)].width = (
            KEY_WIDTH if column <= len(before) else NUMBER_WIDTH
        )
    sheet.oddHeader.center.text = printed(f"{grid.title}. {report.as_of}. {report.period}")
    sheet.oddFooter.center.text = printed(" ".join(report.warning))
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def printed(words: str) -> str:
    """In a header `&` begins a command."""
    return words.replace("&", "&&")


def dress(sheet: Sheet, row: int, before: int, grid: Grid, line: Line) -> None:
    formats = [number_format for heading in grid.headings for number_format in formats_of(heading)]
    for column, number_format in enumerate(formats, start=before + 1):
        sheet.cell(row, column).number_format = number_format
    if line.kind == "total":
        for cell in sheet[row]:
            cell.font = BOLD


def formats_of(heading: Heading) -> tuple[str, ...]:
    """Of its cells: a share has two."""
    if heading.is_share:
        return SHARE, SHARE
    return (DAYS,) if heading.key == "median_days" else (COUNT,)


def fill_notes(sheet: Sheet, report: Report) -> None:
    row = 0
    for note in (*report.notes, report.say(text("figures.legal"))):
        write(sheet, row := row + 1, [note])
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
    for grid in report.grids:
        write(sheet, row := row + 2, [grid.title])
        write(sheet, row := row + 1, [report.say(text("figures.column")), report.say(text("figures.meaning"))])
        for cell in (*sheet[row - 1], *sheet[row]):
            cell.font = BOLD
        for heading in grid.headings:
            write(sheet, row := row + 1, [heading.words, heading.meaning])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = KEY_WIDTH, NOTE_WIDTH
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.alignment = WRAPPED
        longest = max(len(str(cell.value or "")) for cell in cells)
        sheet.row_dimensions[cells[0].row].height = LINE_HEIGHT * max(1, ceil(longest / NOTE_WIDTH))


def write(sheet: Sheet, row: int, cells: Iterable[str | int | float | None]) -> None:
    """Words stay words, whatever they begin with: no name becomes a formula."""
    for column, value in enumerate(cells, start=1):
        cell = sheet.cell(row, column, value)
        if isinstance(value, str):
            cell.data_type = "s"
