"""The product's settings with a data folder of the run's own and the database it asks for.

A module of its own, because settings are read before any ``conftest.py`` is.
"""

import os
import tempfile

os.environ["PEAKEND_HOME"] = tempfile.mkdtemp(prefix="peakend-tests-")
os.environ.pop("PEAKEND_DATABASE_URL", None)
if os.environ.get("PEAKEND_TEST_BACKEND") == "postgresql":
    os.environ["PEAKEND_DATABASE_URL"] = os.environ.get(
        "PEAKEND_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres"
    )

from peakend.config.settings import *  # noqa: F403

# Hashing slowly is what keeps real passwords safe; tests have none.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
