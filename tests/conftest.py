"""Fixtures for every test: a data folder of one's own, and the database the run asks for."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

# Rooms without a database: one run of them says it all.
PURE = {"house", "methods", "questionnaire", "text", "warehouse"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of pure rooms, so that a second database does not repeat them."""
    tests = Path(__file__).parent
    for item in items:
        if item.path.relative_to(tests).parts[0] in PURE:
            item.add_marker("pure")


def share_compiled_sql(home: Path) -> None:
    """Compiled SQL is told by code and versions alone, so one folder of it serves every test and run."""
    compiled = Path(__file__).parents[1] / "build" / "compiled-sql"
    compiled.mkdir(parents=True, exist_ok=True)
    (home / "cache").mkdir(exist_ok=True)
    (home / "cache" / "sql").symlink_to(compiled)


@pytest.fixture
def home(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch, db: None) -> Path:
    """A fresh data folder, with an empty inbox and warehouse, that everything points to."""
    share_compiled_sql(tmp_path)
    monkeypatch.setenv("PEAKEND_HOME", str(tmp_path))
    monkeypatch.setenv("PEAKEND_WAREHOUSE", str(tmp_path / "warehouse"))
    settings.HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    if connection.vendor == "postgresql":
        # The inbox writes on a connection of its own, so no test transaction rolls it back.
        test_database = connection.settings_dict["NAME"]
        server = os.environ["PEAKEND_DATABASE_URL"].rsplit("/", 1)[0]
        monkeypatch.setenv("PEAKEND_DATABASE_URL", f"{server}/{test_database}")
        with psycopg.connect(f"{server}/{test_database}") as inbox:
            inbox.execute("DROP TABLE IF EXISTS inbox")
    return tmp_path


@pytest.fixture(autouse=True)
def _nothing_leaks_between_tests(request: pytest.FixtureRequest) -> None:
    """Whoever may write has a folder of their own, whether or not they remember to ask."""
    writes = {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    if writes or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("home")


@pytest.fixture(autouse=True, scope="session")
def _on_the_engine_asked_for(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """With ``PEAKEND_TEST_ENGINE=spark`` all cells are made, and all questions asked, on a cluster."""
    if os.environ.get("PEAKEND_TEST_ENGINE", "duckdb") == "duckdb":
        yield
        return
    from tests.spark.standing import everything_on_spark

    with everything_on_spark(tmp_path_factory.mktemp("spark")):
        yield


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real feedback, or a skip that says so."""
    place = os.environ.get("PEAKEND_DATA", "")
    if not place or not Path(place).is_dir():
        pytest.skip("PEAKEND_DATA names no folder of real feedback")
    return Path(place)


def pytest_terminal_summary(terminalreporter, exitstatus: int) -> None:
    """In CI nothing may be skipped: a part that is missing there is a failure."""
    skipped = terminalreporter.stats.get("skipped", [])
    if os.environ.get("CI") and skipped:
        terminalreporter.section("skipped in CI, which counts as failed")
        for report in skipped:
            terminalreporter.line(f"{report.nodeid}: {report.longrepr[-1]}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True, scope="session")
def _committed_tests_can_be_cleaned_up() -> Iterator[None]:
    """The audit log's table refuses deletion; emptying the whole test database is the exception.

    Tests that commit (``transactional_db``, ``live_server``) are cleaned up by deleting every
    row of every table. The guard is lifted for that moment and set again after it.
    """
    from django.db import connection
    from django.test import TransactionTestCase

    from peakend.organization.audit_guard import TABLE, guard_audit_log

    empty_everything = TransactionTestCase._fixture_teardown

    def lift_guard_and_empty(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            for trigger in ("update", "delete", "replace", "truncate"):
                on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS audit_no_{trigger}{on}")
        empty_everything(case)
        guard_audit_log(connection)

    TransactionTestCase._fixture_teardown = lift_guard_and_empty
    yield
    TransactionTestCase._fixture_teardown = empty_everything
