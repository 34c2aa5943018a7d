"""What cannot be done to a reading, a taxonomy or a model. Codes here, words in ``wording``."""

from typing import Any


class OpinionError(Exception):
    """``code`` says what is wrong, ``details`` hold the facts."""

    def __init__(self, code: str, **details: Any) -> None:
        self.code = code
        self.details = details
        super().__init__(code, details)


class CorrectionRefused(OpinionError):
    """A correction that cannot stand."""


class TaxonomyRefused(OpinionError):
    """A taxonomy that cannot be saved or applied."""


class ModelRefused(OpinionError):
    """A model that cannot be trained or activated."""
