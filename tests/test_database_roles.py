"""The runtime role serves and nothing more."""

import pytest
from django.db import ProgrammingError, connection, transaction

from organisations.actions import audit
from organisations.models import AuditEvent
from organisations.rules.audit import Verb

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE organisations_auditevent SET verb = 'assigned'",
        "DELETE FROM organisations_auditevent",
        "TRUNCATE organisations_auditevent",
        "UPDATE organisations_erasureentry SET ground = 'asked'",
        "DELETE FROM organisations_erasureentry",
        "TRUNCATE organisations_erasureentry",
        "ALTER TABLE organisations_auditevent ADD COLUMN more int",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_runtime_role_cannot_change_the_audit_the_ledger_or_the_schema(sql):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_runtime_role_can_read_and_add_to_the_audit():
    audit.record(Verb.CASES_SEARCHED, by=None)
    assert AuditEvent.objects.count() == 1
