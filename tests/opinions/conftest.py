"""Aspects are asked for anew in each test: a taxonomy applied in one must not name things in the next."""

from collections.abc import Iterator

import pytest

from peakend.opinions.queries import forget_aspects


@pytest.fixture(autouse=True)
def _fresh_aspects() -> Iterator[None]:
    forget_aspects()
    yield
    forget_aspects()
