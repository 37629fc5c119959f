"""Numbers keep their order whatever their length."""

from __future__ import annotations

import random

from storage.tinydb_engine.numbering import by_number
from tests.storage.samples import anonymous, named


def test_reports_are_sorted_by_number_not_by_letter() -> None:
    numbered = [
        named(n).model_copy(update={"number": f"R-{year}-{n:04d}"})
        for year in (2026, 2027)
        for n in (1, 2, 10, 999, 9999, 10_000, 10_001, 123_456)
    ]
    others = sorted((anonymous(n) for n in range(5)), key=lambda report: report.id)
    mixed = numbered + others
    random.Random(1).shuffle(mixed)
    assert sorted(mixed, key=by_number) == numbered + others
