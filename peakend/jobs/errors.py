"""How long work ends other than well."""

from typing import Any


class JobFailed(Exception):
    """The work cannot be done: ``code`` says why, ``details`` hold the facts, ``result`` what was found."""

    def __init__(
        self, code: str, details: dict[str, Any] | None = None, result: dict[str, Any] | None = None
    ) -> None:
        self.code = code
        self.details = details or {}
        self.result = result or {}
        super().__init__(code)


class JobCancelled(Exception):
    """Somebody asked to stop, and the work has stopped."""


class Superseded(Exception):
    """Somebody else holds the job by now: stop without writing anything more."""
