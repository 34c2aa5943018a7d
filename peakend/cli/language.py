"""In which language a terminal is spoken to."""

import os


def terminal_language() -> str:
    """``PEAKEND_LANGUAGE`` where it is set, otherwise what the terminal's locale says."""
    if chosen := os.environ.get("PEAKEND_LANGUAGE"):
        return chosen
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if locale := os.environ.get(name):
            return "zh-hans" if locale.lower().startswith("zh") else "en"
    return "zh-hans"


def pick_language() -> None:
    """Let the settings of this process speak the terminal's language."""
    os.environ.setdefault("PEAKEND_LANGUAGE", terminal_language())


def say(english: str, chinese: str) -> str:
    """Words needed before Django and its translations are there."""
    return chinese if terminal_language().startswith("zh") else english
