"""Reads a county's settings file (TOML): its name, municipalities and units."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from dialogs.policy import County

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,20}$")]


class CountyFileError(Exception):
    """The county's settings file cannot be used; the message says where and why."""


class _Names(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fi: Name
    sv: Name | None = None
    en: Name | None = None

    def by_language(self) -> dict[str, str]:
        return {language: name for language, name in self.model_dump().items() if name}


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: _Names
    municipalities: dict[Code, _Names] = {}
    units: list[Name] = []


def read_county(path: Path) -> County:
    """Read a county's settings file. Raises CountyFileError."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        file = _File.model_validate(content)
    except OSError as error:
        raise CountyFileError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CountyFileError(f"{path}: {error}") from error
    except RecursionError:
        raise CountyFileError(f"{path}: nested too deep") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CountyFileError(f"{path}: {where}: {first['msg']}") from error
    return County(
        name=file.name.by_language(),
        municipalities={
            code: names.by_language()
            for code, names in sorted(file.municipalities.items(), key=lambda item: item[1].fi)
        },
        units=tuple(file.units),
    )
