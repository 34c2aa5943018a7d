"""An OpenAI-compatible ``/audio/transcriptions`` endpoint, reached through the guarded client."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError

from peakend.config.env import SpeechSettings
from peakend.messages.outbound import AddressRefused, GuardedSession, Patience
from peakend.recordings.errors import RecordingRefused
from peakend.recordings.speech import CUSTOMER, STAFF, Progress, Segment, Transcript

PATIENCE = Patience(read_seconds=600, whole_seconds=900, most_bytes=8 * 1024 * 1024)
MOST_BYTES = 25 * 1024 * 1024  # what the common endpoints take
MOST_SECONDS = 86_400
_UNREADABLE = (
    ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
# What endpoints that tell speakers apart call them.
SPEAKERS = {
    "customer": CUSTOMER, "user": CUSTOMER, "caller": CUSTOMER, "客户": CUSTOMER,
    "staff": STAFF, "agent": STAFF, "assistant": STAFF, "客服": STAFF,
}  # fmt: skip


class EndpointEngine:
    """Sends the recording as it is; the key stands in one header and nowhere else."""

    suffixes = frozenset({".wav", ".mp3", ".m4a", ".ogg", ".flac", ".webm"})

    def __init__(
        self,
        settings: SpeechSettings,
        session: Callable[[], requests.Session] = lambda: GuardedSession(PATIENCE),
    ) -> None:
        self.settings, self._session = settings, session

    def transcribe(self, path: Path, customer_channel: int, progress: Progress) -> Transcript:
        """One request a file; ``customer_channel`` is the endpoint's own concern."""
        size = path.stat().st_size
        if not size:
            raise RecordingRefused("empty", file=path.name)
        if size > MOST_BYTES:
            raise RecordingRefused("too_large", file=path.name, megabytes=MOST_BYTES // 2**20)
        progress(0.0)
        fields = {"model": self.settings.model, "response_format": "verbose_json"}
        if self.settings.language:
            fields["language"] = self.settings.language
        headers = {"Authorization": f"Bearer {self.settings.key}"} if self.settings.key else {}
        try:
            file = path.open("rb")
        except OSError as error:
            raise RecordingRefused("unreadable", file=path.name) from error
        try:
            with file, self._session() as session:
                # The name may be a customer's number: the endpoint needs the ending alone.
                sent = {"file": (f"recording{path.suffix.lower()}", file)}
                answer = session.post(
                    f"{self.settings.url}/audio/transcriptions",
                    data=fields, files=sent, headers=headers,
                )  # fmt: skip
        except AddressRefused as error:
            raise RecordingRefused("address_refused") from error
        except requests.ReadTimeout as error:  # of a long recording: others may be shorter
            raise RecordingRefused("too_slow", file=path.name) from error
        except (ChunkedEncodingError, ContentDecodingError) as error:
            raise RecordingRefused("bad_answer", file=path.name) from error
        except requests.RequestException as error:
            raise RecordingRefused("unreachable") from error
        if answer.status_code != 200:
            raise RecordingRefused("engine_refused", file=path.name, status=answer.status_code)
        try:
            return _transcript(json.loads(answer.content))
        except _UNREADABLE as error:
            raise RecordingRefused("bad_answer", file=path.name) from error


def _transcript(answer: dict[str, Any]) -> Transcript:
    """Segments where the endpoint gives them, else the text as one.

    Raises:
        ValueError: times that are none (and other errors where the form is another).
    """
    segments = answer.get("segments") or [
        {"start": 0.0, "end": answer.get("duration") or 0.0, "text": answer["text"]}
    ]
    return Transcript(tuple(_segment(one) for one in segments if _text(one)))


def _segment(one: dict[str, Any]) -> Segment:
    start, end = float(one["start"]), float(one["end"])
    if not 0 <= start <= end <= MOST_SECONDS:  # nor is NaN
        raise ValueError("no times of a recording")
    return Segment(start, end, _text(one), SPEAKERS.get(str(one.get("speaker", "")).lower(), ""))


def _text(one: dict[str, Any]) -> str:
    """The words, without what no database keeps: NUL and half characters."""
    return str(one["text"]).replace("\0", "").encode(errors="ignore").decode().strip()
