"""Installations of their own for tests that kill processes."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg


@dataclass(frozen=True)
class Place:
    """A data folder and database that only this test uses."""

    home: Path
    database_url: str

    @property
    def environment(self) -> dict[str, str]:
        own = {"PEAKEND_HOME": str(self.home), "PEAKEND_LANGUAGE": "en"}
        if self.database_url:
            own["PEAKEND_DATABASE_URL"] = self.database_url
        # Neither the run's own folder nor its settings: this is an installation like any other.
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PEAKEND_", "DJANGO_"))
        }
        return {**kept, **own}

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Run a `peakend` command beside the test."""
        return subprocess.Popen(
            [sys.executable, "-m", "peakend.cli", *arguments],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def run(
        self, *arguments: str, environment: dict[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run a `peakend` command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "peakend.cli", *arguments],
            env=environment or self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def ask(self, sql: str, file: str = "peakend.sqlite3") -> int:
        """A number from the database; 0 while the table is not there yet."""
        try:
            if self.database_url:
                with psycopg.connect(self.database_url) as connection:
                    row = connection.execute(sql).fetchone()
            else:
                with sqlite3.connect(self.home / file, timeout=30) as connection:
                    row = connection.execute(sql).fetchone()
        except (psycopg.Error, sqlite3.OperationalError):
            return 0
        return int(row[0] or 0) if row else 0

    def signals(self) -> int:
        """How many signals the inbox holds."""
        return self.ask("SELECT count(*) FROM inbox", "inbox.sqlite3")

    def voices(self) -> int:
        """How many voices are recorded."""
        return self.ask("SELECT count(*) FROM voices_voice")


def copy_place(prepared: Place, home: Path) -> Place:
    """A copy of a prepared installation, which saves migrating anew."""
    if not prepared.database_url:
        shutil.copytree(prepared.home, home)
        return Place(home, "")
    home.mkdir()
    name = f"peakend_{home.name}_{os.getpid()}".replace("-", "_").lower()[:60]
    template = prepared.database_url.rpartition("/")[2]
    server = prepared.database_url.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return Place(home, f"{server}/{name}")


def drop_place(place: Place) -> None:
    """Remove a database made for a test."""
    if place.database_url:
        server, _, name = place.database_url.rpartition("/")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def kill_when(process: "subprocess.Popen[bytes]", reached: Callable[[], bool]) -> bool:
    """Kill -9 as soon as ``reached``; False when the process ended before."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if process.poll() is not None:
            return False
        if reached():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return True
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    raise AssertionError("the moment to kill never came")
