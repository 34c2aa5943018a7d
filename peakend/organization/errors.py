"""What can go wrong when the organisation is changed."""


class OrganizationError(Exception):
    """A change that cannot be made; ``code`` says why, pages find the words."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
