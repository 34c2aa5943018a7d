"""Small typed builders of rows; extend freely."""

from itertools import count

from peakend.organization.choices import Role, UnitKind
from peakend.organization.models import Unit, User
from peakend.organization.services import create_unit

_numbers = count(1)


def a_unit(parent: Unit | None = None, code: str = "", kind: str = UnitKind.STORE) -> Unit:
    """A unit below ``parent``."""
    number = next(_numbers)
    return create_unit(
        code=code or f"unit-{number}",
        name=f"{number} 号店",
        name_en=f"Store {number}",
        kind=kind,
        parent=parent,
    )


def a_user(role: str = Role.CX_LEAD, unit: Unit | None = None, username: str = "") -> User:
    """A person with a role within a unit; the password is 'correct horse'."""
    user = User(username=username or f"person-{next(_numbers)}", role=role, unit=unit)
    user.email = f"{user.username}@example.com"
    user.set_password("correct horse")
    user.save()
    return user
