"""The audit log's table refuses changes, whoever asks: triggers in the database.

They are set after every migration rather than in one: on SQLite, Django alters a table by
copying it, and the copy would lose them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "auditlog_logentry"
MESSAGE = "the audit log cannot be altered"
TRIGGERS = ("audit_no_update", "audit_no_delete", "audit_no_replace", "audit_no_truncate")

_SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS audit_no_update BEFORE UPDATE ON {TABLE}"
    f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    f"CREATE TRIGGER IF NOT EXISTS audit_no_delete BEFORE DELETE ON {TABLE}"
    f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    # INSERT OR REPLACE deletes without asking the delete trigger.
    f"CREATE TRIGGER IF NOT EXISTS audit_no_replace BEFORE INSERT ON {TABLE}"
    f" WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)"
    f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
]

_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'insufficient_privilege'; END $$",
    f"CREATE OR REPLACE TRIGGER audit_no_update BEFORE UPDATE OR DELETE ON {TABLE}"
    " FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
    f"CREATE OR REPLACE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {TABLE}"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
]


def guard_audit_log(connection: BaseDatabaseWrapper) -> None:
    """Set the triggers where they are missing; nothing happens before the table exists."""
    if TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL:
            cursor.execute(statement)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Within a transaction, let the table be changed: the law gives people a right to be forgotten.

    Nobody else sees the table without its guard, because the transaction sets it again.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the guard is lifted within a transaction only")
    on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}{on}")
    yield
    guard_audit_log(connection)


def is_guarded(connection: BaseDatabaseWrapper) -> bool:
    """Whether the table refuses changes now; the page of stores shows it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE]
            )
            expected = {"audit_no_update", "audit_no_delete", "audit_no_replace"}
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled <> 'D'",
                [TABLE],
            )
            expected = {"audit_no_update", "audit_no_truncate"}
        return expected <= {name for (name,) in cursor.fetchall()}


def guard_after_migration(*, using: str, **_: Any) -> None:
    """Receiver of Django's ``post_migrate``."""
    from django.db import connections

    guard_audit_log(connections[using])
