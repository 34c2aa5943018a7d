"""An OpenAI-compatible ``/audio/transcriptions`` endpoint, reached through the guarded client."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from peakend.config.env import SpeechSettings
from peakend.messages.outbound import AddressRefused, GuardedSession, Patience
from peakend.recordings.errors import RecordingRefused
from peakend.recordings.speech import CUSTOMER, STAFF, Progress, Segment, Transcript

PATIENCE = Patience(read_seconds=600, whole_seconds=900, most_bytes=8 * 1024 * 1024)
MOST_BYTES = 25 * 1024 * 1024  # what the common endpoints take
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
            with path.open("rb") as file, self._session() as session:
                # The name may be a customer's number: the endpoint needs the ending alone.
                sent = {"file": (f"recording{path.suffix.lower()}", file)}
                answer = session.post(
                    f"{self.settings.url}/audio/transcriptions",
                    data=fields, files=sent, headers=headers,
                )  # fmt: skip
        except AddressRefused as error:
            raise RecordingRefused("address_refused") from error
        except (requests.RequestException, OSError) as error:
            raise RecordingRefused("unreachable") from error
        if answer.status_code != 200:
            raise RecordingRefused("engine_refused", file=path.name, status=answer.status_code)
        try:
            return _transcript(json.loads(answer.content))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise RecordingRefused("bad_answer", file=path.name) from error


def _transcript(answer: dict[str, Any]) -> Transcript:
    """Segments where the endpoint gives them, else the text as one."""
    segments = answer.get("segments") or [
        {"start": 0.0, "end": answer.get("duration") or 0.0, "text": answer["text"]}
    ]
    return Transcript(
        tuple(
            Segment(
                float(one["start"]), float(one["end"]), str(one["text"]).strip(),
                SPEAKERS.get(str(one.get("speaker", "")).lower(), ""),
            )
            for one in segments
            if str(one["text"]).strip()
        )
    )  # fmt: skip
