"""Every dialog that Kärki has. A new one is a line here."""

from __future__ import annotations

from dialogs.dialog import Dialog
from dialogs.group import GROUP
from dialogs.guiding import GUIDING
from dialogs.reporting import REPORTING

DIALOGS: tuple[Dialog, ...] = (REPORTING, GROUP, GUIDING)
