"""What every dialog is given: the store, the texts, the rules, and chance from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from dialogs.policy import Policy
from dialogs.privacy.vault import Vault
from dialogs.texts import Texts
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a dialog may use; clock readings come with the turn."""

    store: Store
    texts: Texts
    policy: Policy
    vault: Vault
    new_id: Callable[[], str]
    chance: Random
