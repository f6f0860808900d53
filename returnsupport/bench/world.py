"""The database in which speed is measured: in a cluster of its own, one database a size, filled by seed_demo."""

import os
import subprocess
import sys

import psycopg

from .. import local, postgres


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
    if number_of_cases(owner) < cases:
        run("seed_demo", "--cases", str(cases), owner=owner)
        tidy_up(owner)


def run(*command: str, owner: str) -> None:
    """One of our commands, in a process of its own. Raises local.NotReady."""
    environment = {**os.environ, "DATABASE_OWNER_URL": owner, "DJANGO_SETTINGS_MODULE": "returnsupport.settings"}
    ran = subprocess.run([sys.executable, str(local.CHECKOUT / "manage.py"), *command], env=environment)  # noqa: S603 - our own
    if ran.returncode:
        raise local.NotReady(f"{command[0]} did not succeed; see above.")


def number_of_cases(owner: str) -> int:
    with psycopg.connect(owner) as connection:
        row = connection.execute("SELECT count(*) FROM cases_case").fetchone()
    return row[0] if row else 0


def tidy_up(owner: str) -> None:
    """What a database does by itself in the hours after a great change, at once."""
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
