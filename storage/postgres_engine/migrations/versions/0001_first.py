"""The first tables.

Every row keeps its whole record as JSON; what is searched by is a column made from it. No table
has a running number or a time of writing.
"""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE reports (
    id text PRIMARY KEY,
    record jsonb NOT NULL,
    tenant text NOT NULL GENERATED ALWAYS AS (record->>'tenant') STORED,
    year int NOT NULL GENERATED ALWAYS AS (split_part(record->>'number', '-', 2)::int) STORED,
    running int NOT NULL GENERATED ALWAYS AS (split_part(record->>'number', '-', 3)::int) STORED,
    code_hash text GENERATED ALWAYS AS (record->>'code_hash') STORED,
    kind text GENERATED ALWAYS AS (record->>'kind') STORED,
    need text GENERATED ALWAYS AS (record->>'need') STORED,
    municipality text GENERATED ALWAYS AS (record->>'municipality') STORED,
    unit text GENERATED ALWAYS AS (record->>'unit') STORED,
    state text GENERATED ALWAYS AS (record->>'state') STORED,
    day text GENERATED ALWAYS AS (record->>'day') STORED,
    person text GENERATED ALWAYS AS (record->'sender'->>'person') STORED
);
CREATE UNIQUE INDEX reports_number ON reports (tenant, year, running);
CREATE UNIQUE INDEX reports_code ON reports (tenant, code_hash) WHERE code_hash IS NOT NULL;
CREATE INDEX reports_person ON reports (tenant, person) WHERE person IS NOT NULL;

-- Anonymous reports before their batch, in a table of their own that is made anew after each
-- batch: where their rows lay and which transactions wrote them is then gone from the files.
CREATE TABLE waiting_reports (
    id text PRIMARY KEY,
    record jsonb NOT NULL,
    tenant text NOT NULL GENERATED ALWAYS AS (record->>'tenant') STORED,
    code_hash text NOT NULL GENERATED ALWAYS AS (record->>'code_hash') STORED
);
CREATE UNIQUE INDEX waiting_reports_code ON waiting_reports (tenant, code_hash);

CREATE VIEW every_report AS
SELECT id, record, tenant, year, running, code_hash FROM reports
UNION ALL
SELECT id, record, tenant, NULL, NULL, code_hash FROM waiting_reports;

CREATE TABLE return_addresses (id text PRIMARY KEY, record jsonb NOT NULL);

CREATE TABLE group_channels (tenant text PRIMARY KEY, record jsonb NOT NULL);

CREATE TABLE people (
    tenant text, person text, record jsonb NOT NULL, PRIMARY KEY (tenant, person)
);

CREATE TABLE counters (
    tenant text, year int, last int NOT NULL, PRIMARY KEY (tenant, year)
);

CREATE TABLE releases (tenant text PRIMARY KEY, scheduled timestamptz NOT NULL);

CREATE TABLE posts (
    id text PRIMARY KEY,
    record jsonb NOT NULL,
    due timestamptz NOT NULL,
    claimed_until timestamptz,
    tenant text NOT NULL GENERATED ALWAYS AS (record->>'tenant') STORED,
    receiver text NOT NULL GENERATED ALWAYS AS (record->>'to') STORED,
    given_up boolean NOT NULL GENERATED ALWAYS AS (record->>'given_up' IS NOT NULL) STORED
);
CREATE INDEX posts_due ON posts (due, id) WHERE NOT given_up;
CREATE INDEX posts_tenant ON posts (tenant, receiver);

CREATE TABLE pulse (beat int PRIMARY KEY);
INSERT INTO pulse VALUES (1);
"""


def upgrade() -> None:
    """Make the tables."""
    for statement in TABLES.split(";"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """There is nothing before these tables."""
    raise NotImplementedError("the first tables are removed by dropping the database")
