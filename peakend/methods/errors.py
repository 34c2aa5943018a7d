"""The one error of this room: a call that cannot be meant.

Data that does not suffice (no rows, no variance, NaN) is no error: it ends in a result without a value
and with a `Reason`. An argument that contradicts itself (a negative count, shapes that differ, a
confidence of 95) is a mistake of the caller and raises.
"""


class InvalidInput(ValueError):
    """Raised when arguments contradict themselves; `code` names which way, for surfaces to translate."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
