"""Small recordings, made of tones and silence."""

import wave
from pathlib import Path

import numpy as np

RATE = 16_000


def tone(seconds: float) -> np.ndarray:
    return 0.4 * np.sin(2 * np.pi * 220 * np.arange(int(seconds * RATE)) / RATE)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE))


def write_wav(path: Path, *channels: np.ndarray, width: int = 2, rate: int = RATE) -> Path:
    length = max(len(channel) for channel in channels)
    padded = [np.pad(channel, (0, length - len(channel))) for channel in channels]
    numbers = (np.stack(padded, axis=1) * 32_767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(numbers.tobytes())
    return path
