"""The development group takes its reports along as files that are safe to open."""

from __future__ import annotations

import csv
import datetime as dt
import json
import stat
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dialogs.county import read_county
from dialogs.policy import Policy
from dialogs.results.export import export_reports
from dialogs.texts import Texts
from storage.records import Need, Report, ReportKind, Sender
from tests.kit import COUNTY

POLICY = Policy(county=read_county(COUNTY))
TEXTS = Texts.read()
NAMED = Report(
    id="1",
    tenant="t",
    number="R-2026-0001",
    kind=ReportKind.CHANGE,
    phenomenon='=HYPERLINK("https://vaara.example")',
    proposal="+358\trivi\nkaksi; puolipiste",
    need=Need.HOUSING,
    municipality="H01",
    unit="@yksikkö",
    day=dt.date(2026, 11, 20),
    sender=Sender(person="aad-1", name="-Aino", language="fi"),
    filed_at=dt.datetime(2026, 11, 20, 8, 5, tzinfo=dt.UTC),
)
ANONYMOUS = Report(
    id="2",
    tenant="t",
    kind=ReportKind.WEAK_SIGNAL,
    phenomenon="Hiljainen merkki \x07",
    municipality="H99",
    day=dt.date(2026, 11, 21),
    code_hash="00",
)


def _export(folder: Path, format: str, language: str = "fi") -> Path:
    path = folder / f"out.{format}"
    export_reports(
        [NAMED, ANONYMOUS],
        path,
        format,
        policy=POLICY,
        say=TEXTS.speaker(language),
        language=language,
    )
    return path


def test_the_workbook_has_headings_dates_and_texts_that_are_no_formulas(tmp_path: Path) -> None:
    sheet = load_workbook(_export(tmp_path, "xlsx")).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]][:4] == ["Numero", "Laji", "Ilmiö", "Ratkaisuehdotus"]
    assert rows[1][2].value == NAMED.phenomenon
    assert {cell.data_type for cell in rows[1][:8]} == {"s"}
    assert rows[1][8].value == dt.datetime(2026, 11, 20)  # noqa: DTZ001 # sheets have no zones
    assert rows[1][8].number_format == "d.m.yyyy"
    assert rows[1][9].value == dt.datetime(2026, 11, 20, 10, 5)  # noqa: DTZ001
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:L3"


def test_the_csv_opens_in_excel_and_starts_no_formula(tmp_path: Path) -> None:
    path = _export(tmp_path, "csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading, named, anonymous = csv.reader(file, delimiter=";")
    assert heading[0] == "Numero"
    for cell in (*named, *anonymous):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert named[2] == f"'{NAMED.phenomenon}"
    assert named[3] == f"'{NAMED.proposal}"


def test_the_json_holds_the_texts_as_they_were_typed(tmp_path: Path) -> None:
    named, anonymous = json.loads(_export(tmp_path, "json").read_text("utf-8"))
    assert named["phenomenon"] == NAMED.phenomenon
    assert named["municipality"] == "Honkavaara"
    assert anonymous["municipality"] == "H99"


def test_an_anonymous_report_tells_no_sender_and_no_time_in_any_format(tmp_path: Path) -> None:
    (_, anonymous) = json.loads(_export(tmp_path, "json").read_text("utf-8"))
    assert (anonymous["sender"], anonymous["filed_at"], anonymous["number"]) == (None, None, None)
    assert anonymous["anonymous"] == "kyllä"
    assert "code" not in " ".join(anonymous)


@pytest.mark.parametrize(("language", "heading"), [("sv", "Fenomen"), ("en", "Phenomenon")])
def test_headings_come_in_the_readers_language(tmp_path: Path, language: str, heading: str) -> None:
    assert heading in _export(tmp_path, "csv", language).read_text("utf-8-sig")


@pytest.mark.parametrize("format", ["xlsx", "csv", "json"])
def test_the_file_is_for_its_owner_only_and_a_failure_leaves_the_old_one(
    tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _export(tmp_path, format)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        _export(tmp_path, format)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
