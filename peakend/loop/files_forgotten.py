"""Uploads and lists of errors that hold words of an erased customer.

What an open job is still to read stays until the job has ended. The words to look for are gone by
then, so an erasure remembers which jobs they were found with.
"""

import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from django.conf import settings

from peakend.jobs.models import Job
from peakend.loop.traces import blacked_whole, parts_that_tell
from peakend.voices.imports import error_path
from peakend.voices.readers.archives import MAX_UNPACKED

# In which a file of feedback may be written.
ENCODINGS = ("utf-8", "gb18030", "utf-16-le")
OPEN = (Job.State.WAITING, Job.State.RUNNING)
PIECE = 1 << 20  # bytes of a packed file that are looked at together


def forget_files(words: Sequence[str]) -> int:
    """Remove uploads and lists of errors that hold one of the words; how many.

    An upload waits for its columns to be confirmed or has been read: it can be sent again. One
    that a job is still to read stays: what it says of the customer is known and not taken.
    """
    traces, wanted, removed = _traces_of(words), _wanted_by_jobs(), 0
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file() and str(path.resolve()) not in wanted and _holds(path, traces):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def jobs_that_tell(words: Sequence[str], in_files: Sequence[str]) -> dict[str, list[str]]:
    """Open jobs, by number, whose row or files hold one of these words, and which parameters do."""
    traces, found = _traces_of(in_files), dict[str, list[str]]()
    for job in Job.objects.filter(state__in=OPEN).order_by("pk"):
        parts = parts_that_tell(job.parameters, words)
        if parts or any(_holds(path, traces) for path in _files_of(job)):
            found[str(job.pk)] = parts
    return found


def forget_what_jobs_held(told: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Of these jobs, forget what those that have ended were told; the rest is left to another time.

    Their files go, with the list of the rows that were not taken: it is written from the file. One
    that another open job is to read, begun again meanwhile, waits for that as well.
    """
    left, wanted = dict[str, list[str]](), _wanted_by_jobs()
    for number, parts in told.items():
        job = Job.objects.filter(pk=number).first()
        if job is None:
            continue
        if job.is_open or any(str(path) in wanted for path in _files_of(job)):
            left[number] = [*parts]
            continue
        for path in (*_files_of(job), error_path(job)):
            path.unlink(missing_ok=True)
        details = {"details": blacked_whole(job.error["details"])} if job.error else {}
        Job.objects.filter(pk=job.pk).update(
            parameters=job.parameters
            | {part: blacked_whole(job.parameters[part]) for part in parts},
            result=blacked_whole(job.result),
            error=job.error | details,
        )
    return left


def _traces_of(words: Sequence[str]) -> list[bytes]:
    return sorted({word.encode(code, "ignore") for word in words for code in ENCODINGS} - {b""})


def _wanted_by_jobs() -> set[str]:
    """Every file that work which has not ended was told of."""
    unfinished = Job.objects.filter(state__in=OPEN)
    return set(_strings(list(unfinished.order_by("pk").values_list("parameters", flat=True))))


def _files_of(job: Job) -> list[Path]:
    """The files of this installation that the job was told of."""
    root = Path(settings.MEDIA_ROOT).resolve()
    told = (Path(text) for text in _strings(job.parameters) if text.startswith(f"{root}/"))
    return [path for path in told if path.is_file() and path.resolve().is_relative_to(root)]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def _holds(path: Path, traces: Sequence[bytes]) -> bool:
    """Whether a file holds one of them; of a workbook, which is packed, any of its parts."""
    if not path.stat().st_size:
        return False  # nothing to map
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        if any(content.find(trace) >= 0 for trace in traces):
            return True
    if not zipfile.is_zipfile(path):
        return False
    overlap = max(map(len, traces), default=1) - 1
    return any(trace in piece for piece in _unpacked(path, overlap) for trace in traces)


def _unpacked(path: Path, overlap: int) -> Iterator[bytes]:
    """What a packed file holds, piece by piece, each with the end of the one before."""
    left = MAX_UNPACKED  # no import opens a workbook that holds more
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                with archive.open(name) as member:
                    piece = b""
                    while left > 0 and (read := member.read(PIECE)):
                        left -= len(read)
                        piece = piece[len(piece) - min(overlap, len(piece)) :] + read
                        yield piece
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        return  # damaged or locked: no import can have read it either
