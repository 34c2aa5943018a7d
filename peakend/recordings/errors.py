"""What can be wrong with a recording or the engine; surfaces find the words."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class RecordingRefused(ValueError):
    """One file, or the way to read all of them, cannot be used. ``details`` fill the words."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code, self.details = code, details


WORDS = {
    "no_engine": _(
        "No speech engine is set: give PEAKEND_SPEECH_MODEL (a folder) or PEAKEND_SPEECH_URL."
    ),
    "no_package": _("The local speech engine is not installed: pip install 'peakend[speech]'."),
    "no_model": _("%(folder)s holds no speech model that is known."),
    "bad_model": _("The speech model in %(folder)s cannot be loaded."),
    "not_found": _("%(file)s: there is no such file."),
    "unreadable": _("%(file)s: the file cannot be read."),
    "not_wav": _("%(file)s: not a WAV file of 16-bit sound, which the local engine reads."),
    "bad_rate": _("%(file)s: %(rate)s samples a second, where 4,000 to 96,000 can be read."),
    "empty": _("%(file)s: holds no sound."),
    "too_long": _("%(file)s: longer than %(hours)s hours."),
    "too_large": _("%(file)s: larger than %(megabytes)s MB."),
    "no_words": _("%(file)s: no words were understood."),
    "no_recordings": _("%(file)s: no recordings there (WAV, MP3, M4A, OGG, FLAC or WEBM)."),
    "no_file_column": _("%(file)s: the list needs a column named file."),
    "bad_list": _("%(file)s: not a CSV file in UTF-8 or GB18030."),
    "bad_row": _("%(file)s: line %(line)s holds more fields than the list has columns."),
    "outside": _("%(file)s: lies outside the folder of the list."),
    "bad_time": _("%(file)s: %(given)s is no time with a date."),
    "unknown_unit": _("%(file)s: no unit is called %(given)s."),
    "unknown_taxonomy": _("No taxonomy is called %(given)s."),
    "bad_source": _("%(given)s cannot be the code of a source."),
    "address_refused": _("The address of the speech engine may not be reached."),
    "unreachable": _("The speech engine cannot be reached."),
    "too_slow": _("%(file)s: the speech engine took too long to answer."),
    "engine_refused": _("%(file)s: the speech engine answered %(status)s."),
    "bad_answer": _("%(file)s: the speech engine's answer cannot be read."),
}


def words_of(code: str, details: dict[str, Any]) -> str:
    """Why a recording was not taken, in the reader's language."""
    try:
        return str(WORDS[code]) % details
    except (KeyError, TypeError, ValueError):
        return code
