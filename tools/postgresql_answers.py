"""Exit 0 when the PostgreSQL server for tests answers."""

import os
import sys

import psycopg

URL = os.environ.get("PEAKEND_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")

if __name__ == "__main__":
    try:
        psycopg.connect(URL, connect_timeout=5).close()
    except psycopg.OperationalError:
        sys.exit(1)
