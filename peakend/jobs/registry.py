"""Kinds of long work, by code. A room registers its own in its ``tasks.py``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from peakend.jobs.runs import Run

# Does the work and returns the result that the job keeps.
type_work = Callable[["Run"], dict[str, Any]]

KINDS: dict[str, type_work] = {}


class UnknownKind(LookupError):
    """No room does this kind of work."""


def kind(code: str) -> Callable[[type_work], type_work]:
    """Register a function as the work of jobs of this kind."""

    def register(work: type_work) -> type_work:
        KINDS[code] = work
        return work

    return register


def work_of(code: str) -> type_work:
    """The function behind a kind.

    Raises:
        UnknownKind: nobody registered it.
    """
    try:
        return KINDS[code]
    except KeyError:
        raise UnknownKind(code) from None
