"""What can go wrong on the way out. Codes, never addresses: those carry tokens."""


class MessageError(Exception):
    """Base of this room's errors; ``code`` is for surfaces to translate."""

    code = "message_error"


class InvalidAddress(MessageError):
    """The address does not fit the channel's kind."""

    code = "invalid_address"


class UnknownTemplate(MessageError):
    """No template of this code is registered."""

    code = "unknown_template"


class SendFailed(MessageError):
    """A message could not be handed over; ``again`` says whether trying later may help."""

    def __init__(self, code: str, *, again: bool, status: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.again = again
        self.status = status
