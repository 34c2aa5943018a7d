"""What can be wrong with a write to a case; surfaces put it into words."""


class CaseError(Exception):
    """Base of this room's errors; ``code`` is for surfaces to translate."""

    code = "case_error"


class StepNotAllowed(CaseError):
    """The step does not follow the one the case stands at."""

    code = "step_not_allowed"

    def __init__(self, current: str, wanted: str) -> None:
        super().__init__(f"{current} -> {wanted}")
        self.current = current
        self.wanted = wanted


class CaseClosed(CaseError):
    """A closed case takes no more work until it is reopened."""

    code = "case_closed"


class CaseOpen(CaseError):
    """Only a closed case can be reopened."""

    code = "case_open"


class RootCauseMissing(CaseError):
    """A case closes only with a root cause."""

    code = "root_cause_missing"


class NoteMissing(CaseError):
    """This write needs words: a reason, a finding, a comment."""

    code = "note_missing"


class CannotOwn(CaseError):
    """The person may not work on cases of this unit."""

    code = "cannot_own"


class OtherCaseOpen(CaseError):
    """The same cause already has an open case; work goes on there."""

    code = "other_case_open"

    def __init__(self, number: int) -> None:
        super().__init__(f"#{number}")
        self.number = number
