"""When things happen: days of the year with busier weekends, and hours around meals."""

from datetime import date, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from peakend.demo.stories import WEEKS

DAYS = 7 * WEEKS


def draw_days(rng: Generator, since: date, size: int) -> NDArray[np.int64]:
    """Days of the year, weekends busier."""
    weekday = (np.arange(DAYS) + since.weekday()) % 7
    share = np.array([0.85, 0.85, 0.9, 0.95, 1.15, 1.4, 1.3])[weekday]
    return rng.choice(DAYS, size=size, p=share / share.sum())


def draw_minutes(rng: Generator, size: int) -> NDArray[np.int64]:
    """Minutes of the day, around lunch and dinner."""
    dinner = rng.random(size) < 0.6
    minutes = np.where(dinner, rng.normal(19.6 * 60, 70, size), rng.normal(13 * 60, 60, size))
    return np.clip(minutes, 10 * 60, 23 * 60 + 30).astype(np.int64)


def moments(since: date, days: NDArray[np.int64], minutes: NDArray[np.int64]) -> list[str]:
    """ISO 8601 texts on the company's clock."""
    names = [(since + timedelta(days=day)).isoformat() for day in range(DAYS)]
    return [
        f"{names[day]}T{minute // 60:02}:{minute % 60:02}:00+08:00"
        for day, minute in zip(days.tolist(), minutes.tolist(), strict=True)
    ]
