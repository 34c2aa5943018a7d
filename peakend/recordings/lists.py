"""Which recordings to take: one file, a folder of them, or a list with what is known of each."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from peakend.recordings.errors import RecordingRefused

SUFFIXES = frozenset({".wav", ".mp3", ".m4a", ".ogg", ".flac", ".webm"})
MANIFEST = "manifest.csv"
_TIME_IN_NAME = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)[-_. T]?(\d\d)[-_.:]?(\d\d)(?:[-_.:]?(\d\d))?(?!\d)"
)
CHANNELS = {"": 0, "left": 0, "right": 1, "0": 0, "1": 1}


@dataclass(frozen=True)
class Recording:
    """One file, with what is known of it."""

    path: str
    at: str  # ISO 8601; the file's own time where nobody says
    customer: str = ""
    unit: str = ""
    customer_channel: int = 0
    name: str = ""  # what people call it, where it is stored under another name

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def is_recordings(path: Path) -> bool:
    """Whether a path holds sound instead of rows."""
    return path.is_dir() or path.suffix.lower() in SUFFIXES


def recordings_in(path: Path, units: Mapping[str, str], unit: str = "") -> list[Recording]:
    """The recordings of a file or folder; in a folder, ``manifest.csv`` says more of each.

    Args:
        units: codes by every name a list may use.
        unit: of all recordings of which the list says none.

    Raises:
        RecordingRefused: nothing is there, or the list names what is not.
    """
    if not path.exists():
        raise RecordingRefused("not_found", file=path.name)
    if unit and unit not in units:
        raise RecordingRefused("unknown_unit", file=path.name, given=unit)
    code = units.get(unit, "")
    if path.is_file():
        return [Recording(str(path.resolve()), _own_time(path), unit=code)]
    manifest = path / MANIFEST
    if manifest.exists():
        return _listed(path, manifest, units, code)
    files = sorted(one for one in path.iterdir() if one.suffix.lower() in SUFFIXES)
    if not files:
        raise RecordingRefused("no_recordings", file=path.name)
    return [Recording(str(one.resolve()), _own_time(one), unit=code) for one in files]


def _listed(folder: Path, manifest: Path, units: Mapping[str, str], unit: str) -> list[Recording]:
    rows = _rows(manifest)
    if not rows or "file" not in rows[0]:
        raise RecordingRefused("no_file_column", file=MANIFEST)
    found = []
    for row in rows:
        path = (folder / row["file"]).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise RecordingRefused("outside", file=row["file"])
        if not path.is_file():
            raise RecordingRefused("not_found", file=row["file"])
        if row.get("unit") and row["unit"] not in units:
            raise RecordingRefused("unknown_unit", file=row["file"], given=row["unit"])
        found.append(
            Recording(
                str(path),
                _time(row, path),
                row.get("customer", ""),
                units.get(row.get("unit", ""), unit),
                CHANNELS.get(row.get("customer_channel", "").lower(), 0),
            )
        )
    return found


def _rows(manifest: Path) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(_text(manifest), newline=""))
    rows = []
    try:
        for row in reader:
            beyond: Any = row.pop(None, [])
            if any(field.strip() for field in beyond):
                raise RecordingRefused("bad_row", file=MANIFEST, line=reader.line_num)
            rows.append({key.strip().lower(): (row[key] or "").strip() for key in row})
    except csv.Error as error:
        raise RecordingRefused("bad_list", file=MANIFEST) from error
    return rows


def _text(manifest: Path) -> str:
    """The list as text; a Chinese Excel saves its tables in GB18030."""
    content = manifest.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RecordingRefused("bad_list", file=MANIFEST)


def _time(row: Mapping[str, str], path: Path) -> str:
    given = row.get("time", "")
    if not given:
        return _own_time(path)
    try:
        at = parse_datetime(given)
    except ValueError:
        at = None
    if at is None:
        raise RecordingRefused("bad_time", file=row["file"], given=given)
    # A time without an offset is on the company's clock.
    return (timezone.make_aware(at) if timezone.is_naive(at) else at).isoformat()


def time_in_name(name: str) -> datetime | None:
    """When a recording began, as telephone systems write it into the name: 8001_20260715-143205.wav.

    On the company's clock; nothing where the name tells no time that can be.
    """
    found = _TIME_IN_NAME.search(name)
    if found is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        clock = timezone.get_default_timezone()
        at = datetime(year, month, day, hour, minute, second, tzinfo=clock)
    except ValueError:
        return None
    return at if at <= timezone.now() else None


def _own_time(path: Path) -> str:
    """The time the name tells, else that of the file."""
    told = time_in_name(path.name)
    if told is not None:
        return told.isoformat()
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
