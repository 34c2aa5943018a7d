"""Dates as people and programs write them, in Chinese and English.

Every form is a regular expression with named parts. ``order`` settles 03/04/2026: ``dmy`` is the
third of April, ``mdy`` the fourth of March; ISO and Chinese dates need no order.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from peakend.voices.errors import Fault

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Clocks differ; a day of grace before a date counts as lying in the future.
GRACE = timedelta(days=1)
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = (20_000, 80_000)  # 1954 … 2119, so that a year or a small number is no serial

_TIME = (
    r"(?:[T\s,]*(?P<half>上午|下午|中午|晚上|凌晨|早上)?\s*(?P<hour>\d{1,2})\s*[:：时点]\s*(?P<minute>\d{1,2})?"
    r"(?:\s*[:：分]\s*(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,9}))?)?\s*[分秒]?"
    r"\s*(?P<half_en>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"

FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern + _TIME + r"\s*", re.IGNORECASE))
    for name, pattern in (
        ("ymd", r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?(?:\s*[（(]?(?:星期|周)[一二三四五六日天][)）]?)?"),
        ("compact", r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"),
        ("slash", r"(?P<first>\d{1,2})[/.-](?P<other>\d{1,2})[/.-](?P<year>\d{4}|\d{2})"),
        ("dmonthy", r"(?:\w{3,9},?\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s-]+" + _MONTH + r"[\s,-]+(?P<year>\d{4})"),
        ("monthdy", r"(?:\w{3,9},?\s+)?" + _MONTH + r"\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"),
    )
)  # fmt: skip
_STAMP = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")


class NotADate(ValueError):
    """The text is no date; ``code`` says whether it looks like one that cannot be."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def parse_date(text: str, order: str, zone: tzinfo) -> datetime:
    """The moment a cell names, aware; a date without a time is its beginning in ``zone``.

    Raises:
        NotADate: ``unknown_date`` (not in any known form) or ``impossible_date`` (31 April).
    """
    text = text.strip()
    for _, form in FORMS:
        if match := form.fullmatch(text):
            return _build(match.groupdict(), order, zone)
    if _STAMP.fullmatch(text):
        seconds = float(text) / (1000 if len(text.split(".")[0]) == 13 else 1)
        return datetime.fromtimestamp(seconds, UTC)
    if _SERIAL.fullmatch(text) and EXCEL_DAYS[0] <= float(text) <= EXCEL_DAYS[1]:
        # To the second: a serial holds a time as a binary fraction of a day.
        return datetime.combine(EXCEL_EPOCH, time(), zone) + timedelta(
            seconds=round(float(text) * 86400)
        )
    raise NotADate("unknown_date")


def _build(parts: dict[str, str | None], order: str, zone: tzinfo) -> datetime:
    number = {key: int(value) for key, value in parts.items() if value and value.isdecimal()}
    year, day = number["year"], number.get("day", 0)
    month = number.get("month", 0)
    if name := parts.get("name"):
        month = _MONTHS[name.lower()]
    if "first" in number:
        day, month = number["first"], number["other"]
        if order == "mdy":
            day, month = month, day
    if year < 100:
        year += 2000
    hour = number.get("hour", 0)
    half = (parts.get("half") or parts.get("half_en") or "").lower().replace(".", "")
    if (half in {"下午", "晚上", "pm"} and hour < 12) or (half == "中午" and hour < 3):
        hour += 12
    elif half in {"am", "凌晨", "上午", "早上"} and hour == 12:
        hour = 0
    fraction = (parts.get("fraction") or "0").ljust(6, "0")[:6]
    try:
        return datetime(
            year,
            month,
            day,
            hour,
            number.get("minute", 0),
            number.get("second", 0),
            int(fraction),
            _offset(parts.get("zone")) or zone,
        )
    except ValueError as error:
        raise NotADate("impossible_date") from error


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    digits = text[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes > 14 * 60:
        raise NotADate("impossible_date")
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def guess_order(values: Sequence[str]) -> str:
    """``dmy`` or ``mdy``, by which of the two makes every value a date; ``dmy`` when both do."""
    for value in values:
        if match := FORMS[2][1].fullmatch(value.strip()):
            if int(match["first"]) > 12:
                return "dmy"
            if int(match["other"]) > 12:
                return "mdy"
    return "dmy"


def looks_like_dates(values: Sequence[str], share: float = 0.9) -> bool:
    """Whether nearly all values are dates (numbers alone are not enough)."""
    if not values:
        return False
    order = guess_order(values)
    good = written = 0
    for value in values:
        try:
            parse_date(value, order, UTC)
        except (NotADate, OverflowError, OSError, ValueError):
            continue
        good += 1
        written += not value.strip().replace(".", "").isdigit() or len(value.strip()) >= 8
    return good >= share * len(values) and written * 2 > good


class DateColumn:
    """Turns cells into ISO 8601 texts; the few moments of a file are parsed once each."""

    CACHE = 20_000

    def __init__(self, order: str, zone: tzinfo, as_of: datetime) -> None:
        self.order, self.zone, self.latest = order, zone, as_of + GRACE
        self._known: dict[str, str | Fault] = {}

    def __call__(self, cell: str) -> str | Fault:
        """The moment as text, or why the cell holds none."""
        known = self._known.get(cell)
        if known is None:
            if len(self._known) >= self.CACHE:
                self._known.clear()
            known = self._known[cell] = self._read(cell)
        return known

    def _read(self, cell: str) -> str | Fault:
        if not cell.strip():
            return Fault("no_date")
        try:
            moment = parse_date(cell, self.order, self.zone)
            if not EARLIEST <= moment <= self.latest:
                return Fault("unlikely_date", cell)
        except NotADate as error:
            return Fault(error.code, cell)
        except (OverflowError, OSError, ValueError):
            return Fault("impossible_date", cell)
        return moment.isoformat()
