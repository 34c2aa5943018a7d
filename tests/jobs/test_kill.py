"""Kill -9 at the worst moments: nothing is lost and nothing comes twice."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.jobs.processes import Place, copy_place, drop_place, kill_when

ROWS = 60_000

pytestmark = pytest.mark.slow


def _server() -> str:
    """The address of the PostgreSQL server without a database, or a skip that says why."""
    url = os.environ.get(
        "PEAKEND_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres"
    )
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        pytest.skip(f"no PostgreSQL answers at {url}")
    return url.rpartition("/")[0]


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def prepared(request, tmp_path_factory) -> Iterator[Place]:
    """An installation whose tables are made, to be copied."""
    home = tmp_path_factory.mktemp("prepared")
    if request.param == "sqlite":
        place = Place(home / "home", "")
    else:
        server, name = _server(), f"peakend_prepared_{os.getpid()}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
        place = Place(home / "home", f"{server}/{name}")
    ended = place.run("worker", "--once")
    assert ended.returncode == 0, ended.stderr
    yield place
    drop_place(place)


@pytest.fixture
def place(prepared, tmp_path) -> Iterator[Place]:
    own = copy_place(prepared, tmp_path / "home")
    yield own
    drop_place(own)


@pytest.fixture(scope="module")
def big_file(tmp_path_factory) -> Path:
    """Short reviews, of which many are equal."""
    path = tmp_path_factory.mktemp("files") / "reviews.csv"
    lines = (f"第{n % 900}次来，味道不错，就是上菜有点慢,上海,{n % 5 + 1}\n" for n in range(ROWS))
    path.write_text("评论,城市,评分\n" + "".join(lines), encoding="utf-8")
    return path


def test_an_import_killed_twice_is_finished_by_a_worker(place: Place, big_file: Path):
    process = place.start("import", str(big_file), "--source", "kill")
    assert kill_when(process, lambda: place.signals() >= 10_000)
    first = place.signals()
    assert first < ROWS

    process = place.start("worker", "--once")
    assert kill_when(process, lambda: place.signals() > first)

    ended = place.run("worker", "--once")
    assert ended.returncode == 0, ended.stderr
    assert place.ask("SELECT count(*) FROM jobs_job WHERE state = 'failed'") == 0, ended.stderr
    assert place.signals() == ROWS
    assert place.voices() == ROWS
    assert place.ask("SELECT count(*) FROM jobs_job") == 1
    assert place.ask("SELECT count(*) FROM jobs_job WHERE state = 'done'") == 1
    assert place.ask("SELECT attempts FROM jobs_job") >= 2


def test_a_drain_killed_twice_records_every_voice_once(place: Place, big_file: Path):
    process = place.start("import", str(big_file), "--source", "kill")
    assert kill_when(process, lambda: place.voices() > 0)
    process = place.start("worker", "--once")
    reached = place.voices()
    kill_when(process, lambda: place.voices() > reached)

    ended = place.run("import", str(big_file), "--source", "kill", "--json")

    assert ended.returncode == 0, ended.stderr
    result = json.loads(ended.stdout)
    assert result["result"]["accepted"] + result["result"]["duplicates"] == ROWS
    assert place.signals() == place.voices() == ROWS
    assert place.ask("SELECT count(DISTINCT id) FROM voices_voice") == ROWS
    # The warehouse holds each voice once as well: what the terminal shows counts every one.
    ratings = place.run("manage", "shell", "-c", _COUNT)
    assert ratings.stdout.strip().splitlines()[-1] == str(ROWS), ratings.stderr


@pytest.mark.parametrize("prepared", ["sqlite"], indirect=True)  # its own log is files on both
def test_a_rebuild_killed_twice_is_finished_by_a_worker(place: Place, big_file: Path):
    assert place.run("import", str(big_file), "--source", "kill", "--json").returncode == 0
    before = json.loads(place.run("warehouse", "status", "--json").stdout)
    log = place.home / "warehouse" / "rebuilding" / "observations" / "_delta_log"

    def commits() -> int:
        return len(list(log.glob("*.json")))

    process = place.start("warehouse", "rebuild")
    assert kill_when(process, lambda: commits() > 1)
    during = json.loads(place.run("warehouse", "status", "--json").stdout)
    assert (during["facts"], during["is_current"]) == (before["facts"], True)
    loaded = commits()
    process = place.start("worker", "--once")
    assert kill_when(process, lambda: commits() > loaded)

    ended = place.run("worker", "--once")

    assert ended.returncode == 0, ended.stderr
    rebuild = "FROM jobs_job WHERE kind = 'warehouse.rebuild'"
    assert place.ask(f"SELECT attempts {rebuild} AND state = 'done'") == 3, ended.stderr
    after = json.loads(place.run("warehouse", "status", "--json").stdout)
    assert after["facts"]["rows"] == before["facts"]["rows"]
    assert after["rollups"] == before["rollups"]
    assert after["is_current"]
    assert after["facts"]["version"] > before["facts"]["version"]
    assert not log.exists()


_COUNT = (
    "from peakend.metrics.queries import reading\n"
    "from peakend.warehouse.cells import Slice\n"
    "print(int(reading('rating', Slice()).n))"
)
