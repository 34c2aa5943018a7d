"""An uploaded recording is put into words by the worker; the sound is removed once it is.

One that could not be read goes with the other uploads after ``voices.uploads.KEPT_FOR``.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone

from peakend.jobs.models import Job
from peakend.recordings.errors import RecordingRefused
from peakend.recordings.lists import SUFFIXES, Recording
from peakend.recordings.taking import SOURCE, ensure_source, start_taking
from peakend.text import taxonomy_names
from peakend.voices.uploads import keep_upload
from peakend.web.access import reader_of


def is_recording(name: str | None) -> bool:
    """Whether the name is that of a recording."""
    return Path(name or "").suffix.lower() in SUFFIXES


def take_recording(request: HttpRequest, file: UploadedFile[Any]) -> Job:
    """Keep the upload until its words are, and queue the work.

    Whoever looks after a part of the company brings its recordings for their own unit.

    Raises:
        RecordingRefused: no engine is set.
        ImportRefused: the file is too large.
    """
    if not settings.SPEECH.url and not settings.SPEECH.model:
        raise RecordingRefused("no_engine")
    reader = reader_of(request)
    upload = keep_upload(file.name or "", file.chunks(), reader)
    whole = request.scope.units is None  # type: ignore[attr-defined]
    unit = "" if whole or reader.unit is None else reader.unit.code
    recording = Recording(
        str(upload.path), timezone.now().isoformat(timespec="seconds"), unit=unit, name=upload.name
    )
    source = ensure_source(SOURCE, "", taxonomy_names())
    return start_taking([recording], source, name=upload.name, delete=True, started_by=reader)
