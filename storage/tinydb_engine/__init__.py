"""The embedded engine: TinyDB files, one per aggregate that lives and dies together."""

from storage.tinydb_engine.store import TinyDbStore

__all__ = ["TinyDbStore"]
