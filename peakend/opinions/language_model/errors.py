"""Why a language model was not asked or did not answer. No message holds a text or the key."""

from typing import Any


class LanguageModelError(Exception):
    """``code`` says why, ``details`` hold the facts.

    Codes: not_configured; address_refused (the guard forbids the address); refused (the endpoint
    does, with its status); unreachable and busy (after all attempts); budget_spent; broken_answer.
    """

    def __init__(self, code: str, **details: Any) -> None:
        self.code = code
        self.details = details
        super().__init__(code, details)
