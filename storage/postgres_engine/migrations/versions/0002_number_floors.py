"""Number floors: where a year's numbering begins in a store that was moved here after damage.

The trigger lifts a tenant's first number of the year above the floor. It is switched on by a
move that brings floors (storage/postgres_engine/moving.py), so others pay nothing for it.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    "CREATE TABLE number_floors (year int PRIMARY KEY, last int NOT NULL)",
    """
    CREATE FUNCTION begin_above_floor() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.last := greatest(
            NEW.last, (SELECT floor.last + 1 FROM number_floors floor WHERE floor.year = NEW.year)
        );
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER begin_above_floor BEFORE INSERT ON counters
    FOR EACH ROW EXECUTE FUNCTION begin_above_floor()
    """,
    "ALTER TABLE counters DISABLE TRIGGER begin_above_floor",
)


def upgrade() -> None:
    """Make the table and its trigger, which sleeps."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Remove them."""
    op.execute("DROP TRIGGER begin_above_floor ON counters")
    op.execute("DROP FUNCTION begin_above_floor")
    op.execute("DROP TABLE number_floors")
