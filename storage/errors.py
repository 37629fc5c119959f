"""What a store can refuse or fail at; each error says what the caller may rely on."""

from __future__ import annotations


class StoreError(Exception):
    """Anything the store could not do."""


class NotSaved(StoreError):
    """The change was not stored (disk full, read-only, …); nothing of it is kept."""


class StoreClosed(StoreError):
    """The store has been closed; nothing was done."""


class StoreInUse(StoreError):
    """Another process owns the store; nothing was opened."""


class CannotOpen(StoreError):
    """The store's place cannot be read or written; nothing was changed."""


class NewerData(StoreError):
    """A later version of Kärki wrote the data, and this one must not touch it."""

    def __init__(self, record: str, version: int) -> None:
        super().__init__(f"{record} is of version {version}, which this Kärki does not know")


class NothingThere(CannotOpen):
    """There is no store at the place yet; nothing was made."""


class CannotMove(StoreError):
    """A store cannot be moved; the source is as it was, and no instance serves half a target."""
