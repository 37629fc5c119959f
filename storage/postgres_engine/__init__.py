"""The engine for several instances: one PostgreSQL, one transaction per promise."""

from storage.postgres_engine.store import PostgresStore

__all__ = ["PostgresStore"]
