"""A county describes itself in one file, and a mistake in it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.county import CountyFileError, read_county
from tests.kit import COUNTY


def test_the_example_county_has_its_municipalities_in_order_of_name() -> None:
    county = read_county(COUNTY)
    names = [county.municipality(code, "fi") for code in county.municipalities]
    assert names == sorted(names)
    assert county.municipality("H02", "sv") == "Granträsk"
    assert county.municipality("H05", "sv") == "Suvijärvi"
    assert county.municipality("H99", "fi") == "H99"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("name = 1", "name"),
        ("[name]\nsv = 'X'", "name.fi"),
        ("[name]\nfi = 'X'\n[municipalities]\n'a b' = { fi = 'Y' }", "municipalities"),
        ("[name]\nfi = 'X'\nextra = 'x'", "extra"),
        ("[name", "county.toml"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, content: str, named: str) -> None:
    path = tmp_path / "county.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(CountyFileError, match=named):
        read_county(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CountyFileError, match="No such file"):
        read_county(tmp_path / "none.toml")
