"""The inbox: every signal, durably, before anything else happens to it. No framework."""

from pathlib import Path

from peakend.config.env import read_environment
from peakend.inbox.store import Inbox, PostgresInbox, Receipt, SqliteInbox

__all__ = ["Inbox", "Receipt", "open_inbox"]


def open_inbox() -> Inbox:
    """The inbox of this installation: beside the SQLite file, or within PostgreSQL."""
    environment = read_environment()
    if environment.database_url.startswith(("postgres://", "postgresql://")):
        return PostgresInbox(environment.database_url)
    return SqliteInbox(Path(environment.home) / "inbox.sqlite3")
