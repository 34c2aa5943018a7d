"""What only a cluster can show needs one: ``make test-spark`` starts it."""

import os

import pytest


@pytest.fixture(autouse=True)
def _cluster() -> None:
    if os.environ.get("PEAKEND_TEST_ENGINE") != "spark":
        pytest.skip("needs PEAKEND_TEST_ENGINE=spark")
