"""The owner migrates, the runtime role serves: what the second may do with what the first makes."""

from django.conf import settings
from django.db import connections, transaction

# The trail and the ledger of erasures: the runtime role adds to them and reads them, nothing else.
ONLY_ADDED_TO = ("organisations_auditevent", "organisations_erasureentry")


def grant_on_what_comes(sender, using: str, **kwargs) -> None:
    """Before tables are made: the runtime role may work with every table the owner will make."""
    role = runtime_role(using)
    if role is None:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(f"ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {role}")


def grant_and_close_the_audit(sender, using: str, **kwargs) -> None:
    """After tables are made: the runtime role works with all of them, but only adds to and reads the audit trail and the ledger."""
    role = runtime_role(using)
    if role is None:
        return
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for table in {*ONLY_ADDED_TO} & {*connection.introspection.table_names(cursor)}:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")


def runtime_role(using: str) -> str | None:
    """The quoted runtime role, or None when the migrating role is itself the runtime role (nothing to grant)."""
    connection = connections[using]
    if connection.settings_dict["USER"] == settings.RUNTIME_ROLE:
        return None
    return connection.ops.quote_name(settings.RUNTIME_ROLE)
