"""The harness: the owner makes the test database, the runtime role runs the tests."""

import os
import time

import pytest
from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase

from organisations import sealing

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the ORM beside the browser's own loop


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    settings.DATABASES["default"]["USER"] = settings.OWNER
    connection.settings_dict["USER"] = settings.OWNER


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            # a test that fills a table tells the planner; without this the database would skip that and only warn
            cursor.execute(f'GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO "{settings.RUNTIME}"')
        connection.close()
        connection.settings_dict["USER"] = settings.RUNTIME
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_database()")
            user, database = cursor.fetchone()
        assert user == settings.RUNTIME
        assert database.startswith("test_")
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["USER"] = settings.OWNER


flush_as_whoever_runs = TransactionTestCase._fixture_teardown


def flush_as_owner(self) -> None:
    """Browser tests leave rows behind; only the owner may empty tables."""
    connection.close()
    connection.settings_dict["USER"] = settings.OWNER
    try:
        flush_as_whoever_runs(self)
    finally:
        connection.close()
        connection.settings_dict["USER"] = settings.RUNTIME


TransactionTestCase._fixture_teardown = flush_as_owner


@pytest.fixture
def files_root(tmp_path, settings):
    """An empty place for sealed files, for this test alone."""
    settings.FILES_ROOT = tmp_path / "files"
    settings.FILES_ROOT.mkdir()
    return settings.FILES_ROOT


@pytest.fixture(scope="session")
def snapshot():
    from tests.snapshot import Snapshot

    return Snapshot()


@pytest.fixture
def cast(db, files_root, snapshot):
    with sealing.fresh_keys():
        yield snapshot.cast()


@pytest.fixture
def client_of(cast):
    """A browser without a screen for each persona, signed in just now."""
    clients: dict = {"visitor": Client()}

    def of(persona: str) -> Client:
        if persona not in clients:
            clients[persona] = signed_in(cast[persona])
        return clients[persona]

    return of


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    # an hour ahead: no page writes down that it was used, and pages ask the same number of queries
    session["used_at"] = int(time.time()) + 3600
    session["account_authentication_methods_user"] = user_id_to_str(user)
    # likewise: a test of every form may take longer than somebody counts as signed in just now
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time() + 3600, "reauthenticated": True}
    ]
    session.save()
    return client
