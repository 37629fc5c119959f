"""The SQL of every promise."""

# ruff: noqa: S608 # the only strings put in are the constants of this module

from __future__ import annotations

# "C" orders text by its bytes, as Python does, whatever the database's own order is.
_OLD = "old AS (SELECT record FROM every_report WHERE id = $1)"
_COUNT = "ON CONFLICT (tenant, year) DO UPDATE SET last = counters.last + 1 RETURNING last"

# A second filing of the same id at once waits for the counter's row or the id, fails on the id,
# and finds the first one when it is repeated; the failed one's number is not spent.
FILE_NAMED = f"""
WITH {_OLD},
counted AS (
    INSERT INTO counters (tenant, year, last)
    SELECT $2, $3::int, 1 WHERE NOT EXISTS (SELECT 1 FROM old) {_COUNT}
),
filed AS (
    INSERT INTO reports (id, record)
    SELECT $1, jsonb_set($4::jsonb, '{{number}}', to_jsonb(
        'R-' || $3::int || '-' || lpad(last::text, greatest(4, length(last::text)), '0')
    ))
    FROM counted RETURNING record
),
posted AS (INSERT INTO posts (id, record, due) SELECT $5, $6::jsonb, $7 FROM filed)
SELECT record FROM filed UNION ALL SELECT record FROM old
"""

FILE_ANONYMOUS = f"""
WITH {_OLD},
filed AS (
    INSERT INTO waiting_reports (id, record)
    SELECT $1, $2::jsonb WHERE NOT EXISTS (SELECT 1 FROM old) RETURNING record
),
addressed AS (
    INSERT INTO return_addresses (id, record)
    SELECT $3::text, $4::jsonb FROM filed WHERE $3::text IS NOT NULL ON CONFLICT DO NOTHING
)
SELECT record FROM filed UNION ALL SELECT record FROM old
"""

NEXT_NUMBER = f"INSERT INTO counters (tenant, year, last) VALUES ($1, $2, 1) {_COUNT}"
PUT_REPORT = "INSERT INTO reports (id, record) VALUES ($1, $2::jsonb)"

REPORT = "SELECT record FROM every_report WHERE id = $1"

REPORT_BY_CODE = "SELECT record FROM every_report WHERE tenant = $1 AND code_hash = $2"
REPORT_BY_NUMBER = "SELECT record FROM reports WHERE tenant = $1 AND record->>'number' = $2"
REPORTS_OF = """
SELECT record FROM reports WHERE tenant = $1 AND person = $2
ORDER BY year DESC, running DESC
"""
ALL_REPORTS = """
SELECT record FROM every_report
ORDER BY running IS NULL, CASE WHEN running IS NULL THEN '' ELSE tenant END COLLATE "C",
    year, running, id COLLATE "C"
"""

FILTERED = ("tenant", "kind", "need", "municipality", "unit", "state", "since", "until")
_WANTED = """
FROM reports WHERE tenant = $1
AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR need = $3)
AND ($4::text IS NULL OR municipality = $4) AND ($5::text IS NULL OR unit = $5)
AND ($6::text IS NULL OR state = $6)
AND ($7::text IS NULL OR day >= $7) AND ($8::text IS NULL OR day <= $8)
"""
FIND_REPORTS = f"""
SELECT record {_WANTED} AND ($9::int IS NULL OR (year, running) < ($9, $10::int))
ORDER BY year DESC, running DESC LIMIT $11
"""
COUNT_REPORTS = {
    by: f"SELECT {column} AS grouped, count(*) AS count {_WANTED} GROUP BY 1"
    for by, column in {
        "kind": "kind",
        "need": "need",
        "municipality": "municipality",
        "unit": "unit",
        "state": "state",
        "month": "left(day, 7)",
    }.items()
}

START_RELEASE = """
INSERT INTO releases (tenant, scheduled) VALUES ($1, $2)
ON CONFLICT (tenant) DO UPDATE SET scheduled = $2 WHERE releases.scheduled < $2
RETURNING tenant
"""
# What is released leaves the table of the waiting and comes into the other, in the order of the
# batch; every return address is written anew with it, so that none keeps its own transaction.
TAKE_WAITING = "DELETE FROM waiting_reports WHERE tenant = $1 RETURNING record"
TOUCH_RETURN_ADDRESSES = "UPDATE return_addresses SET record = record"
WAITING_TENANTS = """
SELECT DISTINCT tenant COLLATE "C" AS tenant FROM waiting_reports ORDER BY 1
"""
# Clustering makes a table's file anew, its rows in the order of their random ids; a vacuum would
# leave old bytes in it, and a full one the order in which the rows came.
SWEEP = (
    "CLUSTER waiting_reports USING waiting_reports_pkey",
    "CLUSTER return_addresses USING return_addresses_pkey",
)

CHANNEL = "SELECT record FROM group_channels WHERE tenant = $1"
HOLD_CHANNEL = f"{CHANNEL} FOR UPDATE"
PUT_CHANNEL = """
INSERT INTO group_channels (tenant, record) VALUES ($1, $2::jsonb)
ON CONFLICT (tenant) DO UPDATE SET record = $2::jsonb
"""
FORGET_CHANNEL = "DELETE FROM group_channels WHERE tenant = $1 RETURNING record"
FORGET_TEAM = """
DELETE FROM group_channels WHERE tenant = $1 AND record->>'team' = $2 RETURNING record
"""

PERSON = "SELECT record FROM people WHERE tenant = $1 AND person = $2"
PUT_PERSON = """
INSERT INTO people (tenant, person, record) VALUES ($1, $2, $3::jsonb)
ON CONFLICT (tenant, person) DO UPDATE SET record = $3::jsonb
"""
HOLD_REPORTS_OF = """
SELECT record FROM reports WHERE tenant = $1 AND person = $2 ORDER BY id FOR UPDATE
"""
FORGET_ADDRESSES = """
UPDATE reports SET record = jsonb_set(record, '{sender,address}', 'null')
WHERE tenant = $1 AND person = $2 AND record->'sender'->'address' <> 'null'
"""
FORGET_POSTS_TO = """
DELETE FROM posts WHERE tenant = $1 AND record->'address' <> 'null'
AND (record->>'report' = ANY($2::text[]) OR record->'address' = ANY($3::jsonb[]))
"""

PUT_POST = """
INSERT INTO posts (id, record, due, claimed_until) VALUES ($1, $2::jsonb, $3, $4)
ON CONFLICT (id) DO UPDATE SET record = $2::jsonb, due = $3, claimed_until = $4
"""
# Posts that another instance has in its hands are passed over, not waited for.
HOLD_DUE_POSTS = """
SELECT record FROM posts
WHERE NOT given_up AND due <= $1 AND (claimed_until IS NULL OR claimed_until <= $1)
AND (receiver <> 'group' OR EXISTS (
    SELECT 1 FROM group_channels WHERE group_channels.tenant = posts.tenant
))
ORDER BY due, id COLLATE "C" LIMIT $2
FOR UPDATE OF posts SKIP LOCKED
"""
HOLD_POST = "SELECT record FROM posts WHERE id = $1 FOR UPDATE"
HOLD_GIVEN_UP = """
SELECT record FROM posts WHERE tenant = $1 AND receiver = 'group' AND given_up
ORDER BY id FOR UPDATE
"""
REMOVE_POST = "DELETE FROM posts WHERE id = $1 RETURNING record"
REMEMBER_CARD = "UPDATE reports SET record = jsonb_set(record, '{card}', $2::jsonb) WHERE id = $1"
RETURN_ADDRESS = "SELECT record FROM return_addresses WHERE id = $1"
OUTBOX = 'SELECT record FROM posts ORDER BY due, id COLLATE "C"'

BEAT = "UPDATE pulse SET beat = beat"
