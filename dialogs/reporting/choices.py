"""The choices of a report, in the order in which they are shown."""

from __future__ import annotations

from storage.records import Need, ReportKind, ReportState

KIND_TEXTS = {
    ReportKind.CHANGE: "kind-change",
    ReportKind.GOOD_PRACTICE: "kind-good-practice",
    ReportKind.WEAK_SIGNAL: "kind-weak-signal",
}
NEED_TEXTS = {need: f"need-{need.value}" for need in Need}
STATE_TEXTS = {ReportState.RECEIVED: "state-received"}
