"""Checks the free texts of a form for what must not be there, on this machine alone."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialogs.privacy.identity import Finding, Kind, find_identities


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, by field: passages that are refused, and findings that are in doubt."""

    refused: Mapping[str, Sequence[str]]
    doubtful: Mapping[str, Sequence[Finding]]

    @property
    def mark(self) -> str:
        """A mark of just these doubtful passages, for confirming them and no others."""
        passages = sorted(
            f"{field}\n{finding.kind}\n{finding.passage}"
            for field, findings in self.doubtful.items()
            for finding in findings
        )
        return hashlib.sha256("\n\n".join(passages).encode()).hexdigest()[:32]


def check_texts(texts: Mapping[str, str], *, today: dt.date) -> Checked:
    """Look for personal details in each text; identity codes are refused, the rest doubted."""
    refused: dict[str, list[str]] = {}
    doubtful: dict[str, list[Finding]] = {}
    for field, text in texts.items():
        for finding in find_identities(text, today=today):
            if finding.kind is Kind.IDENTITY_CODE:
                refused.setdefault(field, []).append(finding.passage)
            else:
                doubtful.setdefault(field, []).append(finding)
    return Checked(refused, doubtful)
