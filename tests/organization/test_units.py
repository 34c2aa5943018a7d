"""The tree of units keeps its paths right, and with them everybody's scope."""

import pytest

from peakend.organization.access import scope_of
from peakend.organization.choices import Role, UnitKind
from peakend.organization.errors import OrganizationError
from peakend.organization.models import Unit
from peakend.organization.queries import tree_of
from peakend.organization.services import add_unit, edit_unit, move_unit, set_unit_active
from tests.builders import a_unit, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Unit:
    return a_unit(code="group", kind=UnitKind.GROUP)


@pytest.fixture
def admin(group):
    return a_user(Role.ADMINISTRATOR, group)


def test_moving_a_region_takes_its_stores_and_their_scope_along(group, admin):
    east = a_unit(group, "east", UnitKind.REGION)
    north = a_unit(group, "north", UnitKind.REGION)
    store, other = a_unit(east, "s1"), a_unit(north, "s2")
    owner = a_user(Role.UNIT_OWNER, north)
    assert not scope_of(owner).allows(store.pk)

    move_unit(admin, east, north)

    for unit in (east, store):
        unit.refresh_from_db()
    assert store.path == f"/{group.pk}/{north.pk}/{east.pk}/{store.pk}/"
    assert scope_of(owner).units == {north.pk, east.pk, store.pk, other.pk}


def test_a_path_that_only_looks_like_the_beginning_is_not_moved(group, admin):
    units = [a_unit(group, f"u{number}") for number in range(12)]
    one, eleven = units[0], units[10]
    move_unit(admin, one, units[5])
    eleven.refresh_from_db()
    assert eleven.path == f"/{group.pk}/{eleven.pk}/"


def test_a_unit_cannot_stand_below_itself(group, admin):
    east = a_unit(group)
    store = a_unit(east)
    for unit, parent in ((east, store), (east, east), (group, east)):
        with pytest.raises(OrganizationError, match="cycle"):
            move_unit(admin, unit, parent)


def test_there_is_one_root(group, admin):
    with pytest.raises(OrganizationError, match="parent_missing"):
        add_unit(admin, code="second", name="另一家", kind="group", parent=None)
    with pytest.raises(OrganizationError, match="root_stays"):
        set_unit_active(admin, group, False)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "group"}, "code_taken"),
        ({"code": "no spaces"}, "bad_code"),
        ({"code": "x" * 65}, "bad_code"),
        ({"name": " "}, "name_missing"),
        ({"kind": "castle"}, "bad_kind"),
    ],
)
def test_what_cannot_name_a_unit_is_refused(group, admin, change, code):
    fields = {"code": "s9", "name": "九号店", "kind": "store"} | change
    with pytest.raises(OrganizationError, match=code):
        add_unit(admin, parent=group, **fields)
    store = a_unit(group, "s10")
    with pytest.raises(OrganizationError, match=code):
        edit_unit(admin, store, **fields)


def test_nobody_changes_units_outside_their_scope(group):
    east, west = a_unit(group), a_unit(group)
    regional = a_user(Role.ADMINISTRATOR, east)
    store = add_unit(regional, code="e1", name="一号店", kind="store", parent=east)
    for attempt in (
        lambda: add_unit(regional, code="w1", name="一号店", kind="store", parent=west),
        lambda: edit_unit(regional, west, code="w", name="西", kind="region"),
        lambda: move_unit(regional, store, west),
        lambda: move_unit(regional, west, east),
        lambda: set_unit_active(regional, west, False),
    ):
        with pytest.raises(OrganizationError, match="outside_scope"):
            attempt()
    assert [branch.unit.code for branch in tree_of(scope_of(regional))] == [east.code, "e1"]


def test_the_tree_reads_parents_before_children_with_their_people(group, admin):
    b, a = a_unit(group, "b"), a_unit(group, "a")
    a_unit(b, "b1")
    a_user(Role.FRONTLINE, a)
    shown = [(branch.unit.code, branch.depth, branch.people) for branch in tree_of(scope_of(admin))]
    assert shown == [("group", 0, 1), ("a", 1, 1), ("b", 1, 0), ("b1", 2, 0)]
