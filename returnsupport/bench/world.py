"""The database in which speed is measured: in a cluster of its own, one database a size, filled by seed_demo."""

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from .. import local, postgres

# What the directory may grow to.
ORGANISATIONS = 2_000


def prepare(cases: int) -> None:
    """Put the addresses of the database of that size into the environment; make it, and fill it up, if need be.

    Raises local.NotReady.
    """
    try:
        cluster = postgres.start("bench")
        database = f"bench_{cases}"
        postgres.ensure_roles(cluster, database)
    except postgres.LauncherError as problem:
        raise local.NotReady(str(problem)) from problem
    os.environ["DATABASE_URL"] = cluster.url(postgres.RUNTIME, database)
    os.environ["RETURNSUPPORT_DEMO"] = "1"
    local.make_keys(local.keys_directory())
    local.make_files_directory(local.keys_directory())
    owner = cluster.url(postgres.OWNER, database)
    run("migrate", "--verbosity", "0", owner=owner)
    run("createcachetable", owner=owner)
    if how_many("cases_case", owner) < cases:
        run("seed_demo", "--cases", str(cases), owner=owner)
        tidy_up(owner)
    if how_many("organisations_organisation", owner) < ORGANISATIONS:
        with tempfile.TemporaryDirectory(prefix="returnsupport-bench-") as directory:
            path = Path(directory) / "invented.csv"
            write_organisations(path)
            run("import_organisations", str(path), "--yes", owner=owner)
        tidy_up(owner)


def run(*command: str, owner: str) -> None:
    """One of our commands, in a process of its own. Raises local.NotReady."""
    environment = {**os.environ, "DATABASE_OWNER_URL": owner, "DJANGO_SETTINGS_MODULE": "returnsupport.settings"}
    ran = subprocess.run([sys.executable, str(local.CHECKOUT / "manage.py"), *command], env=environment)  # noqa: S603 - our own
    if ran.returncode:
        raise local.NotReady(f"{command[0]} did not succeed; see above.")


def how_many(table: LiteralString, owner: str) -> int:
    with psycopg.connect(owner) as connection:
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    return row[0] if row else 0


def write_organisations(path: Path) -> None:
    """Invented records, as import_organisations takes them: one in nine is found by “house”."""
    what = ("House", "Bridge", "Lantern", "Harbour", "Garden", "Well", "Path", "Roof", "Table")
    where = (("RO", "Cluj"), ("HU", "Győr"), ("NG", "Benin City"), ("BG", "Пловдив"), ("VN", "Huế"), ("PL", "Łódź"))
    kinds, services = (
        ("ngo", "faith_based", "government", "medical"),
        ("legal_aid", "psychosocial", "medical", "vocational"),
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "slug",
                "name",
                "country",
                "city",
                "kind",
                "services",
                "role_in_return",
                "source_url",
                "source_confirmed",
                "visibility",
            ]
        )
        for number in range(ORGANISATIONS):
            country, city = where[number % len(where)]
            writer.writerow([
                f"invented-{number:04d}", f"{what[number % len(what)]} {number:04d} (demo)", country, city,
                kinds[number % len(kinds)], services[number % len(services)], "Invented for a measurement.",
                f"https://example.org/{number}", "yes", "public",
            ])  # fmt: skip


def tidy_up(owner: str) -> None:
    """What a database does by itself in the hours after a great change, at once."""
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
