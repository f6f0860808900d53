"""The nightly count of history: how many in each week and month, so that no page counts years of files while somebody waits.

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

# Each unit by what it is counted by; of several nationalities or forms, once in each. A restricted file by that alone: what is
# listed to nobody is described to nobody. Codes are compared by their bytes, which is many times faster than by the alphabet of a
# language.
BY_WHAT = """
, newest AS (
    SELECT DISTINCT ON (case_id) case_id, forms FROM cases_exploitation ORDER BY case_id, created_at DESC, id DESC
), described AS (
    -- once for each file, for one file is a unit of several organisations and measures
    SELECT file.id AS case_id, file.restricted, CASE WHEN file.restricted THEN ARRAY['all', 'restricted']
        ELSE ARRAY['all', 'age_group:' || file.age_group, 'sex:' || victim.sex]
        || ARRAY(SELECT DISTINCT 'form:' || unnest(coalesce(nullif(newest.forms, '{}'), ARRAY['unknown']::varchar[])))
        || ARRAY(SELECT DISTINCT 'nationality:' || unnest(
            CASE WHEN victim.stateless THEN victim.nationalities || ARRAY['stateless']::varchar[]
                 WHEN victim.nationalities = '{}' THEN ARRAY['unknown']::varchar[]
                 ELSE victim.nationalities END))
        END AS keys
    FROM cases_case file JOIN cases_victim victim ON victim.id = file.victim_id
    LEFT JOIN newest ON newest.case_id = file.id
), counted AS MATERIALIZED (
    SELECT scope COLLATE "C" AS scope, organisation_id, measure COLLATE "C" AS measure,
        coalesce(nullif(region, ''), 'unknown') COLLATE "C" AS region,
        greatest(date_trunc('week', day::timestamp), date_trunc('month', day::timestamp))::date AS first_day,
        key COLLATE "C" AS key, count(*) AS number
    FROM units JOIN described USING (case_id)
    CROSS JOIN LATERAL unnest(
        CASE WHEN restricted THEN keys ELSE keys || ('notifier:' || coalesce(nullif(notifier, ''), 'none')) END
    ) AS key
    GROUP BY 1, 2, 3, 4, 5, 6
), every_region AS (
    SELECT scope, organisation_id, measure, region, first_day, key, number FROM counted
    UNION ALL
    SELECT scope, organisation_id, measure, 'all' COLLATE "C", first_day, key, sum(number) FROM counted
    GROUP BY scope, organisation_id, measure, first_day, key
), recount AS MATERIALIZED (
    SELECT scope COLLATE "default" AS scope, organisation_id, measure COLLATE "default" AS measure,
        region COLLATE "default" AS region, first_day,
        sum(number) FILTER (WHERE key = 'all')::integer AS number,
        jsonb_object_agg(key, number) FILTER (WHERE key <> 'all') AS by_what
    FROM every_region GROUP BY every_region.scope, organisation_id, every_region.measure, every_region.region, first_day
)
"""

WRITE = """
, gone AS (
    DELETE FROM cases_inflowsummary kept WHERE NOT EXISTS (
        SELECT 1 FROM recount
        WHERE (recount.scope, recount.measure, recount.region, recount.first_day)
            = (kept.scope, kept.measure, kept.region, kept.first_day)
        AND recount.organisation_id IS NOT DISTINCT FROM kept.organisation_id
    ) RETURNING 1
), written AS (
    INSERT INTO cases_inflowsummary AS kept (id, scope, organisation_id, measure, region, first_day, number, by_what)
    SELECT gen_random_uuid(), scope, organisation_id, measure, region, first_day, number, by_what FROM recount
    ON CONFLICT ON CONSTRAINT inflow_once DO UPDATE SET number = excluded.number, by_what = excluded.by_what
        WHERE (kept.number, kept.by_what) <> (excluded.number, excluded.by_what)
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written), (SELECT count(*) FROM recount)
"""

COMPARE = """
, kept AS (
    SELECT scope, organisation_id, measure, region, first_day, number, by_what FROM cases_inflowsummary
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
