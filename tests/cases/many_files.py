"""Many cheap files, made past every verb: what figures are counted of, and what no page may go through from end to end."""

import random

from django.db import connection
from django.utils import timezone

from organisations.models import Place, Shelter
from tests.cast import DAY

REGIONS = ("amsterdam", "limburg", "")


def rows(sql: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def number(sql: str, *values) -> int:
    return rows(sql, *values)[0][0]


def insert(table: str, cast, **values) -> str:
    """A row past every verb, for a world of many cheap files."""
    pk = values.pop("id", None) or number("SELECT gen_random_uuid()")
    given = {"id": pk, "version": 1, "created_by_id": cast.caseworker.pk, "created_at": timezone.now(), **values}
    holes = ", ".join(["%s"] * len(given))
    rows(f"INSERT INTO cases_{table} ({', '.join(given)}) VALUES ({holes})", *given.values())
    return pk


def populate(cast, files: int = 48) -> None:
    """Files of every kind: stages, types, parts, notices, dates, erased ones; the same every time."""
    rng, today = random.Random(4), timezone.localdate()
    stages = ("registered", "intake", "recovery", "return_preparation", "departure", "closed")
    house, victim = Shelter.objects.get(slug="huis"), None
    beds = [Place.objects.create(shelter=house, name=f"Bed {n}", kind="single") for n in range(files)]
    for n in range(files):
        day = today - rng.randrange(1, 300) * DAY
        if n % 6 or victim is None:  # every sixth is another file of the same person
            victim = insert(
                "victim", cast, birth_precision="unknown", sex=rng.choice(["female", "male", "unknown"]), stateless=n % 9 == 0,
                nationalities=rng.choice([["NG"], ["RO", "HU"], []]),
            )  # fmt: skip
        stage = rng.choice(stages)
        erased = stage == "closed" and n % 2 == 0
        file = insert(
            "case", cast, reference=f"Z{n:05d}", victim_id=victim, working_name=b"x", age_group=rng.choice(["adult", "minor"]),
            danger_now=False, bed_needed=rng.random() < 0.4, stage=stage, restricted=n % 7 == 0, return_duty=False,
            file_type=rng.choice(["registration", "registration_shelter", "support_only"]), changed_at=timezone.now(),
            closing_reason="settled" if stage == "closed" else "", created_at=timezone.now() - rng.randrange(1, 60) * DAY,
            erased_at=timezone.now() if erased else None,
        )  # fmt: skip
        for where, part, chance in (
            (cast.kade, "lead", 0.5), (cast.kade, "support", 0.3), (cast.midden, "coordination", 0.4),
            (cast.oever, "support", 0.3), (cast.comensha, "registration", 0.7), (cast.comensha, "placement", 0.2),
        ):  # fmt: skip
            if rng.random() < chance:
                ended = timezone.now() - DAY if erased or rng.random() < 0.2 else None
                insert(
                    "participation", cast, case_id=file, organisation_id=where.pk, part=part, hidden_before="{}",
                    from_at=timezone.now() - 9 * DAY, until_at=ended,
                )  # fmt: skip
        for _notice in range(rng.randrange(3)):
            decision = rng.choice(["", "ground", "consent", "refused"])
            insert(
                "notice", cast, case_id=file, notifier="police", received_on=day + rng.randrange(3) * DAY,
                region=rng.choice(REGIONS), decision=decision, decided_on=today if decision else None,
                withdrawn_on=today if decision == "consent" and rng.random() < 0.3 else None,
            )  # fmt: skip
        if rng.random() < 0.6:
            # of two accounts the newest counts
            insert(
                "exploitation", cast, case_id=file, forms=["sexual", "other"], control_means=[], countries=[],
                created_at=timezone.now() - 5 * DAY,
            )  # fmt: skip
            insert(
                "exploitation", cast, case_id=file, forms=rng.choice([["sexual", "labour"], ["labour"], []]), control_means=[],
                countries=[],
            )  # fmt: skip
        insert(
            "reflectionperiod", cast, case_id=file, number=1, state="granted", granted_on=today - 200 * DAY, end_reason="",
            latest_end=today + rng.randrange(-5, 35) * DAY,
        )  # fmt: skip
        if n % 6 in (0, 2, 5):
            # a stay: of a child of theirs, one that runs, one that is over
            child = {"relation": "child", "name": b"x", "age_group": "minor", "in_the_netherlands": True}
            began = timezone.now() - (n + 2) * DAY
            insert(
                "placement", cast, case_id=file, place_id=beds[n].pk, from_at=began, emergency=n % 4 == 0, overstay_reason="",
                member_id=insert("familymember", cast, case_id=file, **child) if n % 6 == 0 else None,
                until_at=began + DAY if n % 6 == 5 else None, departure_reason="other" if n % 6 == 5 else "",
                bed_was_needed=False,
            )  # fmt: skip
        if rng.random() < 0.5:
            at = timezone.now() - rng.randrange(30) * DAY
            insert("note", cast, case_id=file, text=b"x", areas=[], organisation_id=cast.kade.pk, created_at=at)
        if rng.random() < 0.5:
            held = today - rng.randrange(30) * DAY
            outcome = rng.choice(["held", "declined"])
            insert("conversation", cast, case_id=file, held_on=held, outcome=outcome, orientation="", topics=[])
        for version in range(1, rng.randrange(1, 4)):
            approved = timezone.now() if rng.random() < 0.7 else None
            insert(
                "returnplan", cast, case_id=file, number=version, author_ids=[], destination="NG", guardian_decision="",
                approved_at=approved, approved_by_id=cast.teamlead.pk if approved else None,
            )  # fmt: skip
        if rng.random() < 0.3:
            insert("journey", cast, case_id=file, departed_on=day, escort="none")
            insert(
                "followup", cast, case_id=file, due_on=day, done_on=min(day + 40 * DAY, today), safe="", housed="", income="",
                outcome=rng.choice(["reached", "not_reached"]), trafficker_contact="", support_delivered="",
            )  # fmt: skip

    # one person with two open files of different types in one stage is one person there
    for reference, kind in (("ZTWO1", "registration"), ("ZTWO2", "registration_shelter")):
        file = insert(
            "case", cast, reference=reference, victim_id=victim, working_name=b"x", age_group="adult", danger_now=False,
            bed_needed=False, stage="intake", restricted=False, return_duty=False, file_type=kind, changed_at=timezone.now(),
            closing_reason="",
        )  # fmt: skip
        for where, part in ((cast.kade, "lead"), (cast.midden, "coordination"), (cast.comensha, "registration")):
            insert(
                "participation", cast, case_id=file, organisation_id=where.pk, part=part, hidden_before="{}",
                from_at=timezone.now() - 9 * DAY,
            )  # fmt: skip


def multiply(by: int) -> None:
    """Each file that `populate` made, that many times over, with all that hangs on it; then the planner is told."""
    of_a_file = (
        "participation",
        "notice",
        "exploitation",
        "reflectionperiod",
        "note",
        "conversation",
        "returnplan",
        "journey",
    )
    with connection.cursor() as cursor:
        for table in ("case", *of_a_file, "followup"):
            mine = "id" if table == "case" else "case_id"
            cursor.execute(
                f"INSERT INTO cases_{table} SELECT copy.* FROM cases_{table} one, generate_series(1, %s) n, "
                "jsonb_populate_record(one, jsonb_build_object('id', md5(one.id::text || n), "
                f"'case_id', md5(one.{mine}::text || n), "
                f"'reference', 'Y' || lpad(n::text, 4, '0') || right(to_jsonb(one)->>'reference', 2))) copy "
                f"WHERE one.{mine} IN (SELECT id FROM cases_case WHERE reference LIKE 'Z%%')",
                [by],
            )
            cursor.execute(f"ANALYZE cases_{table}")


def whole_tables(asked: list[str]) -> list[str]:
    """Of these questions those that would go through a whole table although they need not: the beginning of each."""
    rows("SET LOCAL enable_seqscan = off")
    return [
        sql[:200]
        for sql in asked
        if "Seq Scan" in "\n".join(line for (line,) in rows("EXPLAIN " + sql.replace("%", "%%")))
    ]
