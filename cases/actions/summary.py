"""The nightly count of history: how many per week and month, so that no page counts years of files while somebody waits.

All of it is one statement: it sees the tables as they were at one moment, writes only what is otherwise by now, and when it
is stopped at any moment nothing has changed. What it holds in memory is PostgreSQL's business, which puts it on disk.
"""

from django.db import connection, transaction
from django.utils import timezone

from ..models import LastCount
from ..rules.locks import Lock

# What a step may hold in memory before it goes on on disk.
ROOM = "SET LOCAL work_mem = '64MB'"

# Every unit that is counted: whose files, what, of which case, on which day, from whom and where.
# A file is of an organisation that took part in it at any time; after a transfer it counts for both.
UNITS = """
WITH taken AS (
    SELECT DISTINCT case_id, organisation_id, CASE part WHEN 'coordination' THEN 'coordination' ELSE 'lead' END AS scope
    FROM cases_participation WHERE part IN ('lead', 'support', 'coordination')
), files AS (
    SELECT id AS case_id, NULL::uuid AS organisation_id, 'national' AS scope
    FROM cases_case WHERE file_type <> 'support_only'
    UNION ALL SELECT case_id, organisation_id, scope FROM taken
    UNION ALL (
        SELECT DISTINCT taken.case_id, taken.organisation_id, 'within'
        FROM taken JOIN cases_case ON cases_case.id = taken.case_id WHERE cases_case.file_type <> 'support_only'
    )
), registered AS (
    SELECT notice.*, file.victim_id
    FROM cases_notice notice JOIN cases_case file ON file.id = notice.case_id
    WHERE notice.decision IN ('ground', 'consent') AND notice.withdrawn_on IS NULL AND file.file_type <> 'support_only'
), first_notice AS (
    SELECT DISTINCT ON (case_id) case_id, notifier, region FROM cases_notice
    ORDER BY case_id, received_on, created_at, id
), persons AS (
    SELECT DISTINCT ON (files.scope, files.organisation_id, registered.victim_id)
        files.scope, files.organisation_id, registered.case_id, registered.received_on, notifier, region
    FROM registered JOIN files USING (case_id)
    ORDER BY files.scope, files.organisation_id, registered.victim_id, received_on, registered.created_at, registered.id
), returns AS (
    SELECT 'departed' AS measure, case_id, departed_on AS day FROM cases_journey WHERE departed_on IS NOT NULL
    UNION ALL
    SELECT 'followed_up', case_id, min(done_on) FROM cases_followup
    WHERE outcome IN ('reached', 'through_partner') GROUP BY case_id
), units AS (
    SELECT scope, organisation_id, 'persons' AS measure, case_id, received_on AS day, notifier, region FROM persons
    UNION ALL
    SELECT scope, organisation_id, 'notices', case_id, received_on, notifier, region
    FROM registered JOIN files USING (case_id)
    UNION ALL
    SELECT scope, organisation_id, 'support_only', case_id, (file.created_at AT TIME ZONE 'Europe/Amsterdam')::date,
        notifier, region
    FROM files JOIN cases_case file ON file.id = case_id LEFT JOIN first_notice USING (case_id)
    WHERE file.file_type = 'support_only'
    UNION ALL
    SELECT scope, organisation_id, CASE file.file_type WHEN 'support_only' THEN 'support_' ELSE '' END || measure,
        case_id, day, notifier, region
    FROM returns JOIN files USING (case_id) JOIN cases_case file ON file.id = case_id
    LEFT JOIN first_notice USING (case_id)
    WHERE scope IN ('lead', 'coordination') OR case_id IN (SELECT case_id FROM registered)
)
"""

# Each unit by what it is counted by; of several nationalities or forms, once in each.
BY_WHAT = """
, newest AS (
    SELECT DISTINCT ON (case_id) case_id, forms FROM cases_exploitation ORDER BY case_id, created_at DESC, id DESC
), counted AS (
    -- codes are sorted by their bytes, which is many times faster than by the alphabet of a language
    SELECT scope COLLATE "C" AS scope, organisation_id, measure COLLATE "C" AS measure, dimension COLLATE "C" AS dimension,
        code COLLATE "C" AS code, date_trunc('week', day::timestamp)::date AS week,
        date_trunc('month', day::timestamp)::date AS month, coalesce(nullif(region, ''), 'unknown') COLLATE "C" AS region, count(*) AS number
    FROM units
    JOIN cases_case file ON file.id = units.case_id
    JOIN cases_victim victim ON victim.id = file.victim_id
    LEFT JOIN newest ON newest.case_id = units.case_id
    CROSS JOIN LATERAL (
        SELECT 'all' AS dimension, 'all' AS code
        UNION ALL SELECT 'notifier', coalesce(nullif(notifier, ''), 'none')
        UNION ALL SELECT 'age_group', file.age_group
        UNION ALL SELECT 'sex', victim.sex
        UNION ALL (SELECT DISTINCT 'form', unnest(coalesce(nullif(newest.forms, '{}'), ARRAY['unknown']::varchar[])))
        UNION ALL (SELECT DISTINCT 'nationality', unnest(
            CASE WHEN victim.stateless THEN victim.nationalities || ARRAY['stateless']::varchar[]
                 WHEN victim.nationalities = '{}' THEN ARRAY['unknown']::varchar[]
                 ELSE victim.nationalities END))
    ) AS by_what
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
), recount AS MATERIALIZED (
    SELECT scope COLLATE "default" AS scope, organisation_id, measure COLLATE "default" AS measure,
        CASE GROUPING(week) WHEN 0 THEN 'week' ELSE 'month' END AS grain,
        CASE GROUPING(region) WHEN 0 THEN region ELSE 'all' END COLLATE "default" AS region,
        dimension COLLATE "default" AS dimension, coalesce(week, month) AS first_day, code COLLATE "default" AS code, sum(number)::integer AS number
    FROM counted
    GROUP BY scope, organisation_id, measure, dimension, code,
        GROUPING SETS ((week), (week, region), (month), (month, region))
)
"""

WRITE = """
, gone AS (
    DELETE FROM cases_inflowsummary kept WHERE NOT EXISTS (
        SELECT 1 FROM recount
        WHERE (recount.scope, recount.measure, recount.grain, recount.region, recount.dimension, recount.first_day, recount.code)
            = (kept.scope, kept.measure, kept.grain, kept.region, kept.dimension, kept.first_day, kept.code)
        AND recount.organisation_id IS NOT DISTINCT FROM kept.organisation_id
    ) RETURNING 1
), written AS (
    INSERT INTO cases_inflowsummary AS kept (id, scope, organisation_id, measure, grain, region, dimension, first_day, code, number)
    SELECT gen_random_uuid(), scope, organisation_id, measure, grain, region, dimension, first_day, code, number FROM recount
    ON CONFLICT ON CONSTRAINT inflow_once DO UPDATE SET number = excluded.number WHERE kept.number <> excluded.number
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written), (SELECT count(*) FROM recount)
"""

COMPARE = """
, kept AS (
    SELECT scope, organisation_id, measure, grain, region, dimension, first_day, code, number FROM cases_inflowsummary
)
SELECT count(*) FROM (
    (TABLE recount EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE recount)
) AS different
"""

WRITE_RECOUNT = "".join([UNITS, BY_WHAT, WRITE])
COMPARE_RECOUNT = "".join([UNITS, BY_WHAT, COMPARE])


def count_again() -> tuple[int, int] | None:
    """Bring the summaries up to the tables: how many rows changed, and how many there are. None while another run counts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [Lock.COUNT])
        if not cursor.fetchone()[0]:
            return None
        now = timezone.now()
        cursor.execute(ROOM)
        cursor.execute(WRITE_RECOUNT)
        changed, rows = cursor.fetchone()
        LastCount.objects.update_or_create(only=True, defaults={"at": now})
    return changed, rows


def differences() -> int:
    """How many rows of the summaries are otherwise than a full recount of this moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(COMPARE_RECOUNT)
        return cursor.fetchone()[0]
