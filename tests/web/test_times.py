"""Time in the words of people at work, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from peakend.web.shell.times import countdown, moment, span

NOW = datetime(2026, 7, 26, 10, 40, tzinfo=UTC)  # 18:40 in Shanghai


@pytest.mark.parametrize(
    ("length", "chinese", "english"),
    [
        (timedelta(seconds=20), "1 分钟", "1 minute"),
        (timedelta(minutes=20), "20 分钟", "20 minutes"),
        (timedelta(hours=1, minutes=12), "1 小时 12 分钟", "1 hour 12 minutes"),
        (timedelta(hours=21), "21 小时", "21 hours"),
        (timedelta(days=1, hours=4), "1 天 4 小时", "1 day 4 hours"),
        (timedelta(days=5, hours=4), "5 天", "5 days"),
    ],
)
def test_a_length_of_time_has_at_most_two_units(length, chinese, english):
    with translation.override("zh-hans"):
        assert span(length) == chinese
    with translation.override("en"):
        assert span(length) == english


def test_only_what_is_overdue_or_soon_is_coloured():
    tones = [countdown(NOW + timedelta(hours=hours), NOW).tone for hours in (-1, 1, 5)]
    assert tones == ["bad", "warn", ""]
    with translation.override("zh-hans"):
        assert countdown(NOW - timedelta(minutes=18), NOW).words == "已超时 18 分钟"
        assert countdown(NOW + timedelta(minutes=72), NOW).words == "剩 1 小时 12 分钟"


def test_days_nearby_are_called_by_their_names_on_the_companys_calendar():
    with translation.override("zh-hans"):
        assert moment(NOW, NOW) == "今天 18:40"
        assert moment(NOW + timedelta(hours=6), NOW) == "明天 00:40"
        assert moment(NOW - timedelta(hours=19), NOW) == "昨天 23:40"
        assert moment(NOW - timedelta(days=5), NOW) == "7月21日"
