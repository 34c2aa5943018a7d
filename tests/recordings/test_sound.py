"""Sound is read, and cut where nobody speaks."""

import numpy as np
import pytest

from peakend.config.env import SpeechSettings
from peakend.recordings.errors import WORDS, RecordingRefused, words_of
from peakend.recordings.sound import LONGEST, pieces, read_wav
from peakend.recordings.speech import engine_of
from tests.recordings.sounds import RATE, silence, tone, write_wav

pytestmark = pytest.mark.pure


def test_a_recording_is_cut_at_its_pauses():
    sound = np.concatenate([silence(1), tone(2), silence(0.3), tone(1), silence(2), tone(1.5)])
    found = [(first / RATE, end / RATE) for first, end in pieces(sound.astype("f4"), RATE)]
    # a short breath stays within a piece; each has a little quiet on both sides
    assert np.ravel(found) == pytest.approx([0.9, 4.4, 6.2, 7.8], abs=0.15)


def test_nobody_is_cut_short_and_no_piece_is_too_long():
    sound = tone(70).astype("f4")
    found = list(pieces(sound, RATE))
    assert max(end - first for first, end in found) <= (LONGEST + 0.3) * RATE
    heard = np.zeros(len(sound), dtype=bool)
    for first, end in found:
        heard[first:end] = True
    assert heard.all()


@pytest.mark.parametrize("sound", [silence(3), np.zeros(0), silence(3) + 1e-6])
def test_silence_holds_no_piece(sound):
    assert list(pieces(sound.astype("f4"), RATE)) == []


def test_each_channel_of_a_stereo_recording_is_read(tmp_path):
    sound = read_wav(write_wav(tmp_path / "call.wav", tone(1), silence(2)))
    assert (len(sound.channels), sound.seconds) == (2, 2.0)
    assert float(np.abs(sound.channels[0]).max()) == pytest.approx(0.4, abs=0.01)
    assert float(np.abs(sound.channels[1]).max()) == 0.0


@pytest.mark.parametrize(
    ("rate", "size", "code"), [(192_000, 0, "bad_rate"), (RATE, 600 * 2**20, "too_large")]
)
def test_a_recording_that_would_use_up_the_memory_is_refused_unread(tmp_path, rate, size, code):
    path = write_wav(tmp_path / "call.wav", tone(0.1), rate=rate)
    with path.open("r+b") as file:
        file.truncate(max(size, path.stat().st_size))
    with pytest.raises(RecordingRefused, match=code):
        read_wav(path)


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "not_wav"), (b"ID3 not a wav", "not_wav"), (b"RIFF" + b"\0" * 60, "not_wav")]
)  # fmt: skip
def test_a_file_that_is_no_sound_is_named(tmp_path, content, code):
    path = tmp_path / "broken.wav"
    path.write_bytes(content)
    with pytest.raises(RecordingRefused) as refused:
        read_wav(path)
    assert (refused.value.code, refused.value.details["file"]) == (code, "broken.wav")


def test_an_empty_recording_says_so(tmp_path):
    with pytest.raises(RecordingRefused, match="empty"):
        read_wav(write_wav(tmp_path / "none.wav", np.zeros(0)))


def test_a_recording_in_another_depth_is_refused(tmp_path):
    with pytest.raises(RecordingRefused, match="not_wav"):
        read_wav(write_wav(tmp_path / "deep.wav", tone(1), width=4))


def test_without_an_engine_the_refusal_says_what_to_set():
    with pytest.raises(RecordingRefused, match="no_engine"):
        engine_of(SpeechSettings())


def test_every_refusal_has_words():
    details = {"file": "a", "folder": "b", "hours": 1, "megabytes": 1, "given": "c", "status": 1}
    assert all("%(" not in words_of(code, details) for code in WORDS)


def test_the_local_engine_refuses_a_folder_without_a_model(tmp_path):
    pytest.importorskip("sherpa_onnx")
    with pytest.raises(RecordingRefused, match="no_model"):
        engine_of(SpeechSettings(model=str(tmp_path)))
    (tmp_path / "tokens.txt").write_text("a 0\n")
    (tmp_path / "model.onnx").write_bytes(b"no model at all")
    with pytest.raises(RecordingRefused, match="bad_model"):
        engine_of(SpeechSettings(model=str(tmp_path)))
