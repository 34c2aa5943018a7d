"""Recordings become conversations and voices: a job that says how far it is, stops and resumes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from peakend.conversations.models import Conversation
from peakend.inbox import open_inbox
from peakend.inbox.signals import Signal, Turn, Voice, Who, encode, key_of
from peakend.jobs.errors import JobFailed
from peakend.jobs.models import Job
from peakend.jobs.runs import Run
from peakend.jobs.services import start_job
from peakend.organization.models import User
from peakend.recordings.errors import RecordingRefused
from peakend.recordings.lists import Recording
from peakend.recordings.speech import Engine, Segment, Transcript, engine_of
from peakend.voices.models import Source
from peakend.voices.models import Voice as Heard

KIND = "recordings.transcribe"
SOURCE = "recordings"
CODE = re.compile(r"[\w-]{1,64}")
# Whatever is wrong with the engine is wrong for every file.
OF_THE_ENGINE = frozenset(
    {"no_engine", "no_package", "no_model", "bad_model", "address_refused", "unreachable"}
)


def ensure_source(code: str, taxonomy: str, known: Sequence[str], channel: str = "") -> Source:
    """The source the recordings belong to; a new one is read by the taxonomy given, else the usual.

    Raises:
        RecordingRefused: the code or the taxonomy cannot be.
    """
    if not CODE.fullmatch(code):
        raise RecordingRefused("bad_source", given=code)
    if taxonomy and taxonomy not in known:
        raise RecordingRefused("unknown_taxonomy", given=taxonomy)
    usual = Source.objects.order_by("pk").values_list("taxonomy", flat=True).first()
    source, created = Source.objects.get_or_create(
        code=code,
        defaults={
            "name": "录音" if code == SOURCE else code,
            "name_en": "Recordings" if code == SOURCE else "",
            "taxonomy": taxonomy or usual or "retail",
            "channel": channel or "hotline",
        },
    )
    if taxonomy and not created and source.taxonomy != taxonomy:
        source.taxonomy = taxonomy
        source.save(update_fields=["taxonomy"])
    return source


def start_taking(
    recordings: Sequence[Recording],
    source: Source,
    *,
    name: str,
    delete: bool = False,
    brand: str = "",
    channel: str = "",
    started_by: User | None = None,
    queued: bool = True,
) -> Job:
    """Make a job of the recordings. ``delete`` removes each file once its words are kept."""
    parameters = {
        "name": name,
        "source": source.code,
        "brand": brand,
        "channel": channel,
        "delete": delete,
        "recordings": [one.as_json() for one in recordings],
    }
    return start_job(KIND, parameters, started_by=started_by, queued=queued)


def take(run: Run, engine: Engine | None = None) -> dict[str, Any]:
    """Turn each recording into words, from where a killed run left off.

    A recording is known by its content: the same sound, whatever its name, is heard once. A file
    that cannot be read is named in the result, and the others are taken.
    """
    recordings = [Recording(**one) for one in run.parameters["recordings"]]
    sizes = [_size(one) for one in recordings]
    whole = sum(sizes) or 1
    counts = {name: run.cursor.get(name, 0) for name in ("conversations", "voices", "known")}
    faults: list[dict[str, Any]] = list(run.cursor.get("faults", []))
    start = run.cursor.get("files", 0)
    try:
        engine = engine or engine_of(settings.SPEECH)
        for place, recording in enumerate(recordings):
            if place < start:
                continue
            before = sum(sizes[:place])

            def progress(share: float, before: int = before, size: int = sizes[place]) -> None:
                run.progress(before + int(size * min(1.0, share)), whole)

            try:
                again = run.resumed and place == start
                counts[_take_one(recording, run.parameters, engine, progress, again)] += 1
            except RecordingRefused as refusal:
                if refusal.code in OF_THE_ENGINE:
                    raise
                faults.append({"code": refusal.code, "details": _named(refusal, recording)})
            run.save(before + sizes[place], whole, files=place + 1, faults=faults, **counts)
    except RecordingRefused as refusal:
        raise JobFailed(refusal.code, refusal.details, {**counts, "faults": faults}) from refusal
    if faults and not sum(counts.values()):
        raise JobFailed(faults[0]["code"], faults[0]["details"], {**counts, "faults": faults})
    return {
        **counts,
        "files": len(recordings),
        "faults": faults,
        "source": run.parameters["source"],
    }


def _named(refusal: RecordingRefused, recording: Recording) -> dict[str, Any]:
    """What was wrong, with the name that people call the file by."""
    return {**refusal.details, **({"file": recording.name} if recording.name else {})}


def _take_one(
    recording: Recording, parameters: dict[str, Any], engine: Engine, progress: Any, again: bool
) -> str:
    """What became of one file: ``conversations``, ``voices`` or ``known``.

    ``again`` is the file at which a run before this one was killed: it may be gone already.
    """
    path = Path(recording.path)
    if again and parameters["delete"] and not path.exists():
        return "known"
    if not path.is_file():
        raise RecordingRefused("not_found", file=path.name)
    if path.suffix.lower() not in engine.suffixes:
        raise RecordingRefused("not_wav", file=path.name)
    try:
        number = f"recording-{content_hash(path)}"
    except OSError as error:
        raise RecordingRefused("unreadable", file=path.name) from error
    if is_known(parameters["source"], number, recording.at):
        became = "known"
    else:
        transcript = engine.transcribe(path, recording.customer_channel, progress)
        if not transcript.segments:
            raise RecordingRefused("no_words", file=path.name)
        signals = list(signals_of(transcript, recording, parameters, number))
        receipt = open_inbox().append((key_of(signal), encode(signal)) for signal in signals)
        became = "conversations" if transcript.is_conversation else "voices"
        if not receipt.accepted:  # heard before, said to be of another time
            became = "known"
    if parameters["delete"]:
        path.unlink(missing_ok=True)
    return became


def signals_of(
    transcript: Transcript, recording: Recording, parameters: dict[str, Any], number: str
) -> Iterator[Signal]:
    """A turn a segment where it is known who speaks, else all words as one voice."""
    began = datetime.fromisoformat(recording.at)
    who = Who(ids={"customer": recording.customer}) if recording.customer else None
    shared: dict[str, Any] = {
        "source": parameters["source"],
        "unit": recording.unit,
        "brand": parameters["brand"],
        # A job that was queued before there was a choice of it has none.
        "channel": parameters.get("channel", ""),
    }
    if not transcript.is_conversation:
        yield Voice(text=transcript.text, time=began.isoformat(), id=number, customer=who, **shared)
        return
    for place, segment in enumerate(transcript.segments):
        yield Turn(
            conversation=number,
            speaker=segment.speaker,
            text=segment.text,
            time=_said(began, segment),
            id=str(place),
            customer=who if segment.speaker == "customer" else None,
            **shared,
        )


def is_known(source: str, number: str, at: str) -> bool:
    """Whether a recording was heard before; looked for where an index leads."""
    return (
        Conversation.objects.filter(source__code=source, external_id=number).exists()
        or Heard.objects.filter(
            occurred_at=datetime.fromisoformat(at), source__code=source, external_id=number
        ).exists()
    )


def content_hash(path: Path) -> str:
    """What a recording is recognised by."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32]


def _said(began: datetime, segment: Segment) -> str:
    return (began + timedelta(seconds=segment.start)).isoformat()


def _size(recording: Recording) -> int:
    try:
        return max(1, Path(recording.path).stat().st_size)
    except OSError:
        return 1
