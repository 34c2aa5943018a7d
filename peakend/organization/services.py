"""Writes to the organisation: its units and its people."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from peakend.organization.access import permissions_of, scope_of
from peakend.organization.choices import Role, UnitKind
from peakend.organization.errors import OrganizationError
from peakend.organization.models import Unit, User


@transaction.atomic
def create_unit(
    *, code: str, name: str, kind: str, parent: Unit | None = None, name_en: str = ""
) -> Unit:
    """Add a unit below ``parent`` and give it its path."""
    unit = Unit.objects.create(code=code, name=name, name_en=name_en, kind=kind, parent=parent)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


@transaction.atomic
def add_unit(
    by: User, *, code: str, name: str, kind: str, parent: Unit | None, name_en: str = ""
) -> Unit:
    """Add a unit on behalf of a person; only the first of all may stand without a parent.

    A second root would give its people the whole company's data.
    """
    if parent is None and Unit.objects.exists():
        raise OrganizationError("parent_missing")
    _check_unit_in_scope(by, parent)
    _check_unit_fields(code, name, kind)
    return create_unit(code=code, name=name.strip(), kind=kind, parent=parent, name_en=name_en)


@transaction.atomic
def edit_unit(by: User, unit: Unit, *, code: str, name: str, kind: str, name_en: str = "") -> None:
    """Change what a unit is called."""
    _check_unit_in_scope(by, unit)
    _check_unit_fields(code, name, kind, unit)
    unit.code, unit.name, unit.kind, unit.name_en = code, name.strip(), kind, name_en.strip()
    unit.save(update_fields=["code", "name", "kind", "name_en"])


@transaction.atomic
def move_unit(by: User, unit: Unit, parent: Unit) -> None:
    """Put a unit with everything below it under another parent.

    Raises:
        OrganizationError: the parent lies below the unit, or either lies outside the person's scope.
    """
    _check_unit_in_scope(by, unit)
    _check_unit_in_scope(by, parent)
    # The lock keeps two moves from each putting its unit below the other's.
    rows = {row.pk: row for row in Unit.objects.select_for_update().order_by("pk")}
    unit_now, parent_now = rows[unit.pk], rows[parent.pk]
    if unit_now.parent_id is None or parent_now.path.startswith(unit_now.path):
        raise OrganizationError("cycle")
    old, new = unit_now.path, f"{parent_now.path}{unit.pk}/"
    unit.parent, unit.path = parent_now, new
    unit.save(update_fields=["parent"])
    Unit.objects.filter(path__startswith=old).update(
        path=Concat(Value(new), Substr("path", len(old) + 1))
    )


def set_unit_active(by: User, unit: Unit, active: bool) -> None:
    """Close a unit or open it again; what was heard there stays."""
    _check_unit_in_scope(by, unit)
    if not active and unit.parent_id is None:
        raise OrganizationError("root_stays")
    unit.is_active = active
    unit.save(update_fields=["is_active"])


def _check_unit_in_scope(by: User, unit: Unit | None) -> None:
    scope = scope_of(by)
    if scope.units is not None and (unit is None or unit.pk not in scope.units):
        raise OrganizationError("outside_scope")


def _check_unit_fields(code: str, name: str, kind: str, unit: Unit | None = None) -> None:
    try:
        validate_slug(code)
    except ValidationError:
        raise OrganizationError("bad_code") from None
    if len(code) > 64:
        raise OrganizationError("bad_code")
    if not name.strip() or len(name) > 120:
        raise OrganizationError("name_missing")
    if kind not in UnitKind.values:
        raise OrganizationError("bad_kind")
    if Unit.objects.filter(code=code).exclude(pk=unit.pk if unit else 0).exists():
        raise OrganizationError("code_taken", code_taken=code)


@transaction.atomic
def create_person(
    by: User | None,
    *,
    username: str,
    password: str,
    role: str,
    unit: Unit | None,
    email: str = "",
    display_name: str = "",
) -> User:
    """Give a person an account. ``by`` is None only for the first administrator.

    Raises:
        OrganizationError: a field cannot stand, the name is taken, or the role or unit is more
            than the person who asks has themselves.
    """
    person = User(
        username=username.strip(),
        email=email.strip(),
        display_name=display_name.strip(),
        role=role,
        unit=unit,
    )
    _check_grant(by, role, unit)
    _check_person(person)
    _check_password(password, person)
    person.set_password(password)
    person.save()
    return person


@transaction.atomic
def edit_person(
    by: User, person: User, *, role: str, unit: Unit | None, email: str, display_name: str
) -> None:
    """Change what a person is called, what they may do and where."""
    _check_grant(by, person.role, person.unit)
    _check_grant(by, role, unit)
    if person.role == Role.ADMINISTRATOR and role != Role.ADMINISTRATOR:
        _check_other_administrators(person)
    person.role, person.unit = role, unit
    person.email, person.display_name = email.strip(), display_name.strip()
    _check_person(person)
    person.save(update_fields=["role", "unit", "email", "display_name"])


@transaction.atomic
def set_person_active(by: User, person: User, active: bool) -> None:
    """Close an account or open it again. Nobody is deleted: the audit log names them."""
    _check_grant(by, person.role, person.unit)
    if not active:
        if person == by:
            raise OrganizationError("not_oneself")
        if person.role == Role.ADMINISTRATOR:
            _check_other_administrators(person)
    person.is_active = active
    person.save(update_fields=["is_active"])


def set_password(by: User, person: User, password: str) -> None:
    """Give a person a new password; their open sessions end with the old one."""
    _check_grant(by, person.role, person.unit)
    _check_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])


def _check_grant(by: User | None, role: str, unit: Unit | None) -> None:
    """Nobody gives, changes or takes away more than they have: neither role nor unit."""
    if role not in Role.values:
        raise OrganizationError("bad_role")
    if by is None:
        return
    if not permissions_of(User(role=role)) <= permissions_of(by):
        raise OrganizationError("role_above")
    _check_unit_in_scope(by, unit)


def _check_person(person: User) -> None:
    values: dict[str, Any] = {"username": person.username, "email": person.email}
    try:
        for name in ("username", "display_name"):
            person._meta.get_field(name).clean(getattr(person, name), person)  # type: ignore
        if person.email:
            validate_email(person.email)
    except ValidationError:
        raise OrganizationError("bad_person", **values) from None
    others = User.objects.exclude(pk=person.pk)
    if others.filter(username__iexact=person.username).exists():
        raise OrganizationError("username_taken", username=person.username)
    # People sign in with their address as well: it must name one person.
    if person.email and others.filter(email__iexact=person.email).exists():
        raise OrganizationError("email_taken", email=person.email)


def _check_password(password: str, person: User) -> None:
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise OrganizationError("weak_password", reasons=weak.messages) from None


def _check_other_administrators(person: User) -> None:
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=person.pk)
    if not others.exists():
        raise OrganizationError("last_administrator")


@transaction.atomic
def found_company(*, company: str, username: str, password: str, email: str = "") -> User:
    """Set up the root unit, if there is none, and an administrator of the whole company."""
    root = Unit.objects.filter(parent__isnull=True).order_by("pk").first() or create_unit(
        code="company", name=company, kind=UnitKind.GROUP
    )
    return create_person(
        None, username=username, password=password, role=Role.ADMINISTRATOR, unit=root, email=email
    )
