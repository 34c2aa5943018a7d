"""The periods a metric is collected in, and how far back its history is shown."""

from datetime import date, timedelta

BACK = {"day": 8, "week": 26, "month": 56}  # in weeks


def start_of(period: str, day: date) -> date:
    """The first day of the period a day lies in."""
    if period == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday() if period == "week" else 0)


def last_day(period: str, start: date) -> date:
    """The last day of the period that begins on ``start``."""
    if period == "month":
        following = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
        return following - timedelta(days=1)
    return start + timedelta(days=6 if period == "week" else 0)


def next_start(period: str, start: date) -> date:
    """The first day of the period after."""
    return last_day(period, start) + timedelta(days=1)


def first_shown(period: str, today: date) -> date:
    """The first day of the oldest whole period a history goes back to."""
    monday = today - timedelta(days=today.weekday())
    oldest = monday - timedelta(weeks=BACK[period] - 1)
    start = start_of(period, oldest)
    return start if start == oldest else next_start(period, start)
