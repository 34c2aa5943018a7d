"""A local model through sherpa-onnx (Apache-2.0), an optional extra; nothing is downloaded.

The folder holds one model as its authors publish it: SenseVoice or Paraformer (``model.onnx`` or
``model.int8.onnx``), Whisper (encoder and decoder) or a transducer (with a joiner), and its tokens.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from peakend.recordings.errors import RecordingRefused
from peakend.recordings.sound import pieces, read_wav
from peakend.recordings.speech import CUSTOMER, STAFF, Progress, Segment, Transcript


class LocalEngine:
    """Reads WAV files, each channel of a stereo recording as a speaker of its own."""

    suffixes = frozenset({".wav"})

    def __init__(self, folder: Path, language: str = "", threads: int = 2) -> None:
        try:
            import sherpa_onnx
        except ImportError as error:
            raise RecordingRefused("no_package") from error
        self._recognizer = _load(sherpa_onnx.OfflineRecognizer, folder, language, threads)

    def transcribe(self, path: Path, customer_channel: int, progress: Progress) -> Transcript:
        """Every channel piece by piece, in the order of time."""
        sound = read_wav(path)
        found: list[Segment] = []
        whole = len(sound.channels[0]) * len(sound.channels)
        for number, samples in enumerate(sound.channels):
            speaker = ""
            if len(sound.channels) > 1:
                speaker = CUSTOMER if number == customer_channel else STAFF
            for first, end in pieces(samples, sound.rate):
                text = self._words(samples[first:end], sound.rate)
                if text:
                    found.append(Segment(first / sound.rate, end / sound.rate, text, speaker))
                progress((number * len(samples) + end) / whole)
        return Transcript(tuple(sorted(found, key=lambda one: (one.start, one.speaker))))

    def _words(self, samples: Any, rate: int) -> str:
        stream = self._recognizer.create_stream()
        stream.accept_waveform(rate, samples)
        self._recognizer.decode_stream(stream)
        return str(stream.result.text).strip()


def _load(recognizer: Any, folder: Path, language: str, threads: int) -> Any:
    """The recognizer of whichever model lies in the folder."""
    tokens = _one(folder, "*tokens.txt")
    encoder, decoder = _one(folder, "*encoder*.onnx"), _one(folder, "*decoder*.onnx")
    joiner, model = _one(folder, "*joiner*.onnx"), _one(folder, "model*.onnx")
    if not tokens or not (model or (encoder and decoder)):
        raise RecordingRefused("no_model", folder=folder.name)
    shared: dict[str, Any] = {"tokens": tokens, "num_threads": threads}
    try:
        if joiner:
            return recognizer.from_transducer(
                encoder=encoder, decoder=decoder, joiner=joiner, **shared
            )
        if encoder and decoder:
            return recognizer.from_whisper(
                encoder=encoder, decoder=decoder, language=language or "zh", **shared
            )
        if "paraformer" in folder.name.lower():
            return recognizer.from_paraformer(paraformer=model, **shared)
        return recognizer.from_sense_voice(
            model=model, language=language or "auto", use_itn=True, **shared
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise RecordingRefused("bad_model", folder=folder.name) from error


def _one(folder: Path, pattern: str) -> str:
    """The file of a pattern, the smaller (quantised) one where there are two."""
    found = sorted(folder.glob(pattern), key=lambda path: (path.stat().st_size, path.name))
    return str(found[0]) if found else ""
