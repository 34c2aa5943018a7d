"""Sound as numbers: WAV files by the standard library, cut where it is quiet."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from peakend.recordings.errors import RecordingRefused

Samples = NDArray[np.float32]
MOST_HOURS = 4
MOST_BYTES = 512 * 1024 * 1024  # of a file; what is read takes three times as much memory
RATES = range(4_000, 96_001)  # samples a second
LONGEST = 25.0  # seconds of one piece; models lose the thread beyond half a minute
PAUSE = 0.6  # seconds of quiet that end a piece
FRAME = 0.02  # seconds over which loudness is taken
QUIET = 0.06  # of the loud parts' level: below is a pause
LEAST = 0.3  # seconds of a piece worth listening to


@dataclass(frozen=True)
class Sound:
    """One recording: samples by channel, from -1 to 1."""

    rate: int
    channels: tuple[Samples, ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.channels[0]) / self.rate


@dataclass(frozen=True)
class WavFacts:
    """What a WAV file says of itself."""

    channels: int
    seconds: float

    @property
    def length(self) -> str:
        """Minutes and seconds."""
        return f"{int(self.seconds) // 60}:{int(self.seconds) % 60:02d}"


def wav_facts(path: Path) -> WavFacts | None:
    """How long a WAV file is and in how many channels, from its head; nothing of any other file."""
    try:
        with wave.open(str(path), "rb") as file:
            return WavFacts(file.getnchannels(), file.getnframes() / max(1, file.getframerate()))
    except (wave.Error, EOFError, OSError):
        return None


def read_wav(path: Path) -> Sound:
    """A WAV file of 16-bit sound.

    Raises:
        RecordingRefused: it is none, is empty, or is too long.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RecordingRefused("too_large", file=path.name, megabytes=MOST_BYTES // 2**20)
        with wave.open(str(path), "rb") as file:
            count, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            if file.getnframes() > MOST_HOURS * 3600 * rate:
                raise RecordingRefused("too_long", file=path.name, hours=MOST_HOURS)
            if width != 2 or count not in (1, 2):
                raise RecordingRefused("not_wav", file=path.name)
            if rate not in RATES:
                raise RecordingRefused("bad_rate", file=path.name, rate=rate)
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError, OSError) as error:
        raise RecordingRefused("not_wav", file=path.name) from error
    numbers = np.frombuffer(raw[: len(raw) // (2 * count) * 2 * count], dtype="<i2")
    if not numbers.size:
        raise RecordingRefused("empty", file=path.name)
    channels = tuple(numbers[place::count].astype(np.float32) for place in range(count))
    for channel in channels:
        channel /= 32_768
    return Sound(rate, channels)


def pieces(samples: Samples, rate: int) -> Iterator[tuple[int, int]]:
    """Where somebody speaks: (first, end) in samples, cut at pauses and never longer than LONGEST."""
    step = max(1, int(FRAME * rate))
    frames = len(samples) // step
    if not frames:
        return
    framed = samples[: frames * step].reshape(frames, step)
    loud = np.sqrt(np.einsum("ij,ij->i", framed, framed) / step)  # no second copy of it all
    level = float(np.quantile(loud, 0.95))
    if level < 1e-4:
        return  # silence, whatever its hum
    speaks = loud > QUIET * level
    pause, longest = round(PAUSE / FRAME), round(LONGEST / FRAME)
    first, quiet = -1, 0
    for place in range(frames + 1):
        heard = place < frames and bool(speaks[place])
        if heard and first < 0:
            first = place
        quiet = 0 if heard else quiet + 1
        if first < 0:
            continue
        ended = place == frames or quiet >= pause
        if ended or place - first >= longest:
            end = place - quiet + (1 if quiet else 0)
            if (end - first) * FRAME >= LEAST:
                # A little of the quiet on both sides, so that no sound is clipped.
                yield max(0, (first - 5) * step), min(len(samples), (end + 5) * step)
            first = -1 if ended else place
