"""The one interface to an engine: a file goes in, timed segments come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from peakend.config.env import SpeechSettings
from peakend.recordings.errors import RecordingRefused

CUSTOMER, STAFF = "customer", "staff"
# Told how much of a file is done, 0..1. It may raise to stop the work: engines pass that on.
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Segment:
    """Something said without a pause: seconds from the beginning, and by whom where that is known."""

    start: float
    end: float
    text: str
    speaker: str = ""  # customer, staff or nothing


@dataclass(frozen=True)
class Transcript:
    """What was understood of one recording."""

    segments: tuple[Segment, ...]

    @property
    def is_conversation(self) -> bool:
        """Whether it is known who said what."""
        return {CUSTOMER, STAFF} <= {segment.speaker for segment in self.segments}

    @property
    def text(self) -> str:
        """All of it, a line a segment."""
        return "\n".join(segment.text for segment in self.segments)


class Engine(Protocol):
    """Turns recordings into words. Another engine is one class and one line in ``ENGINES``."""

    suffixes: frozenset[str]

    def transcribe(self, path: Path, customer_channel: int, progress: Progress) -> Transcript:
        """The words of one recording.

        Args:
            customer_channel: of a recording in stereo, the channel the customer is on (0 is left).

        Raises:
            RecordingRefused: this file cannot be read, or the engine cannot be used at all.
        """
        ...


def _local(settings: SpeechSettings) -> Engine:
    from peakend.recordings.local import LocalEngine

    return LocalEngine(Path(settings.model), settings.language, settings.threads)


def _endpoint(settings: SpeechSettings) -> Engine:
    from peakend.recordings.endpoint import EndpointEngine

    return EndpointEngine(settings)


ENGINES: dict[str, Callable[[SpeechSettings], Engine]] = {"local": _local, "endpoint": _endpoint}


def engine_of(settings: SpeechSettings) -> Engine:
    """The engine that the installation names: an endpoint where there is one, else a local model.

    Raises:
        RecordingRefused: ``no_engine``, or what is wrong with the one named.
    """
    name = "endpoint" if settings.url else "local" if settings.model else ""
    if not name:
        raise RecordingRefused("no_engine")
    return ENGINES[name](settings)
