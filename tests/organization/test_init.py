"""`peakend init` makes one administrator, once."""

import pytest
from click.testing import CliRunner
from django.conf import settings

from peakend.cli.init import init
from peakend.organization.access import scope_of
from peakend.organization.choices import Role
from peakend.organization.models import Unit, User

PASSWORD = "a-long-enough-secret-9"


@pytest.fixture
def run(home, monkeypatch, transactional_db):
    def run(*arguments: str, password: str | None = PASSWORD, typed: str = ""):
        if password is None:
            monkeypatch.delenv("PEAKEND_ADMIN_PASSWORD", raising=False)
        else:
            monkeypatch.setenv("PEAKEND_ADMIN_PASSWORD", password)
        return CliRunner().invoke(init, arguments, input=typed)

    return run


def test_the_first_administrator_may_do_everything_everywhere(run):
    result = run("--company", "禾野集团", "--username", "shen", "--email", "shen@example.com")
    assert result.exit_code == 0, result.output
    person = User.objects.get()
    assert (person.username, person.role, person.unit.name) == (
        "shen",
        Role.ADMINISTRATOR,
        "禾野集团",
    )
    assert person.check_password(PASSWORD)
    assert scope_of(person).units is None
    assert str(settings.BASE_URL) in result.output
    assert PASSWORD not in result.output


def test_what_is_missing_is_asked_for(run):
    result = run(password=None, typed=f"\n\n{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert User.objects.get().username == "admin"
    assert Unit.objects.get().name in {"My company", "我的公司"}
    assert PASSWORD not in result.output


def test_a_second_time_is_refused_unless_forced(run):
    run("--company", "X", "--username", "one")
    again = run("--company", "Y", "--username", "two")
    assert again.exit_code == 1
    assert "--force" in again.output
    forced = run("--username", "two", "--force")
    assert forced.exit_code == 0, forced.output
    assert [user.username for user in User.objects.order_by("pk")] == ["one", "two"]
    assert Unit.objects.count() == 1


def test_a_weak_password_leaves_nothing_behind(run):
    result = run("--company", "X", "--username", "one", password="12345")
    assert result.exit_code == 1
    assert "password" in result.output.lower() or "密码" in result.output
    assert not User.objects.exists()
    assert not Unit.objects.exists()
