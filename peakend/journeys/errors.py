"""What can go wrong when a map is redrawn."""


class JourneyError(Exception):
    """A change of a journey that cannot be made; ``code`` says why, pages find the words."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
