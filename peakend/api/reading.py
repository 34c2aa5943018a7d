"""Parameters and forms that the reading operations share."""

from datetime import date, datetime
from typing import Generic, TypeVar

from ninja import Field, Schema
from ninja.errors import HttpError

Item = TypeVar("Item")
MAX_PAGE = 200
Limit = Field(50, ge=1, le=MAX_PAGE, description="Items a page.")
After = Field("", max_length=64, description="The `next` of the page before.")


class Page(Schema, Generic[Item]):
    """A page of items; `next` is empty on the last one."""

    items: list[Item]
    next: str


def read_cursor(after: str) -> tuple[datetime, int] | None:
    """Where a page begins: the time and number of the last item before it.

    Raises:
        HttpError: 400, the cursor is not one of ours.
    """
    if not after:
        return None
    moment, _, number = after.rpartition("_")
    try:
        found = datetime.fromisoformat(moment.replace(" ", "+"))
        if found.tzinfo is None or not -(2**63) < int(number) < 2**63:
            raise ValueError(after)
        return found, int(number)
    except ValueError as error:
        raise HttpError(400, "'after' must be the 'next' of a page.") from error


def write_cursor(moment: datetime, number: int) -> str:
    """The cursor behind an item."""
    return f"{moment.isoformat()}_{number}"


def check_period(since: date | None, until: date | None) -> None:
    """Refuse a period that ends before it begins."""
    if since and until and until < since:
        raise HttpError(400, "'until' lies before 'since'.")
