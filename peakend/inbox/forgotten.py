"""What is left of a forgotten signal: a keyed hash, and no byte of it in the file's free space."""

import hashlib
import hmac
import sqlite3
import time
from functools import lru_cache
from pathlib import Path

from peakend.config.env import read_environment, read_secret_key

# Readers of an SQLite file hold up its cleaning for as long as they read.
WAITS = 120  # seconds


def digest_of(text: str) -> str:
    """A hash that only this installation can make: it recognises a text and tells nothing of it."""
    return hmac.new(_key(read_environment().home), text.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=8)
def _key(home: Path) -> bytes:
    return hashlib.sha256(f"forgotten:{read_secret_key(home)}".encode()).digest()


def scrub_sqlite(path: Path) -> None:
    """Write an SQLite file anew without its free space, and empty its log.

    Raises:
        TimeoutError: others read from it all the time.
    """
    connection = sqlite3.connect(path, timeout=WAITS, isolation_level=None)
    try:
        # The copy that VACUUM makes may be larger than memory.
        connection.execute("PRAGMA temp_store=FILE")
        connection.execute("VACUUM")
        until = time.monotonic() + WAITS
        while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > until:
                raise TimeoutError(f"{path.name} is being read all the time")
            time.sleep(0.1)
    finally:
        connection.close()
