"""Exports the reports as .xlsx, .csv or .json; nobody's text can become a formula."""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson

from dialogs.policy import Policy
from dialogs.reporting.choices import KIND_TEXTS, NEED_TEXTS, STATE_TEXTS
from dialogs.texts import Say
from storage.records import Report

Cell = str | dt.date | dt.datetime | None

COLUMNS = (
    "number",
    "kind",
    "phenomenon",
    "proposal",
    "need",
    "municipality",
    "unit",
    "state",
    "day",
    "filed-at",
    "sender",
    "anonymous",
)
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export_reports(
    reports: Sequence[Report], path: Path, format: str, *, policy: Policy, say: Say, language: str
) -> None:
    """Write reports to a file, which is put in place whole or not at all.

    Raises OSError, and KeyError for a format not in FORMATS.
    """
    write = FORMATS[format]
    rows = [_row(report, policy, say, language) for report in reports]
    temporary = path.with_name(path.name + ".new")
    try:
        write(temporary, rows, say)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _row(report: Report, policy: Policy, say: Say, language: str) -> list[Cell]:
    filed_at = report.filed_at.astimezone(policy.zone) if report.filed_at else None
    return [
        # Until its batch an anonymous report has no number: giving one here would tell its place.
        report.number,
        say(KIND_TEXTS[report.kind]),
        report.phenomenon,
        report.proposal or None,
        say(NEED_TEXTS[report.need]) if report.need else None,
        policy.county.municipality(report.municipality, language) or None,
        report.unit,
        say(STATE_TEXTS[report.state]),
        report.day,
        filed_at,
        report.sender.name if report.sender else None,
        say("export-yes") if report.anonymous else say("export-no"),
    ]


def _write_xlsx(path: Path, rows: list[list[Cell]], say: Say) -> None:
    # Loaded only here: the bot that serves needs no spreadsheets.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(say("export-sheet"))
    sheet.freeze_panes = "B2"
    widths = (14, 18, 60, 60, 30, 18, 24, 16, 12, 18, 24, 12)
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(rows) + 1}"
    heading = []
    for column in COLUMNS:
        cell = WriteOnlyCell(sheet, say(f"export-{column}"))
        cell.font = Font(bold=True)
        heading.append(cell)
    sheet.append(heading)
    wrapped = Alignment(wrap_text=True, vertical="top")
    for row in rows:
        cells = []
        for value in row:
            if isinstance(value, dt.datetime):
                value = value.replace(tzinfo=None)  # a spreadsheet's times have no zone
            cell = WriteOnlyCell(sheet, _printable(value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"  # a text, whatever it begins with
            elif isinstance(value, dt.datetime):
                cell.number_format = "d.m.yyyy h:mm"
            elif isinstance(value, dt.date):
                cell.number_format = "d.m.yyyy"
            cell.alignment = wrapped
            cells.append(cell)
        sheet.append(cells)
    book.save(path)
    _make_private(path)


def _write_csv(path: Path, rows: list[list[Cell]], say: Say) -> None:
    # The mark at the beginning makes Excel read UTF-8; `;` is the separator it expects here.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        _make_private(path)
        writer = csv.writer(file, delimiter=";")
        writer.writerow([say(f"export-{column}") for column in COLUMNS])
        for row in rows:
            writer.writerow([_csv_cell(value) for value in row])


def _csv_cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    # An apostrophe in front makes a spreadsheet show the text as it is.
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA_STARTS) else value


def _write_json(path: Path, rows: list[list[Cell]], say: Say) -> None:
    keys = [column.replace("-", "_") for column in COLUMNS]
    records = [dict(zip(keys, row, strict=True)) for row in rows]
    path.write_bytes(orjson.dumps(records, option=orjson.OPT_INDENT_2))
    _make_private(path)


def _printable(text: str) -> str:
    """Return a text without the control characters that a workbook cannot hold."""
    return "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and c not in "\ufffe\uffff"))


def _make_private(path: Path) -> None:
    os.chmod(path, 0o600)  # noqa: PTH101 # these are people's words


Writer = Callable[[Path, list[list[Cell]], Say], None]
FORMATS: dict[str, Writer] = {"xlsx": _write_xlsx, "csv": _write_csv, "json": _write_json}
