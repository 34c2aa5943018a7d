"""The codes of errors and notes in words, for people who read them on a page or in a terminal."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

# What is wrong with a file.
REFUSALS: dict[str, Any] = {
    "no_file": _("There is no such file: %(path)s."),
    "empty_file": _("The file is empty."),
    "not_text": _("This is not a file of text. Save it as CSV, XLSX or JSON lines."),
    "no_such_row": _("There is no row %(row)s that could name the columns."),
    "old_workbook": _("This is an old Excel file (.xls). Save it as .xlsx or CSV."),
    "packed_file": _("The file is packed. Unpack it first."),
    "unknown_format": _("The format is not known. Known are: %(known)s."),
    "unknown_encoding": _("The encoding cannot be recognised. Name one of: %(known)s."),
    "wrong_encoding": _("The file is not written in %(given)s; it looks like %(detected)s."),
    "unknown_delimiter": _("“%(given)s” cannot be a delimiter; it must be one character."),
    "too_many_columns": _(
        "The file has too many columns: %(columns)s. At most %(limit)s can be read."
    ),
    "header_too_long": _("The first line is longer than %(limit)s bytes; it names no columns."),
    "open_quotation": _(
        "From row %(row)s on the file cannot be read: a cell has no end. Look for an open quotation"
        " mark there."
    ),
    "line_too_long": _("Row %(row)s is longer than %(limit)s bytes."),
    "no_objects": _("No line holds a JSON object with names and values."),
    "broken_workbook": _("The workbook is damaged and cannot be opened."),
    "encrypted_workbook": _("The workbook is protected by a password. Save it without one."),
    "archive_bomb": _(
        "The workbook would unpack to %(unpacked)s bytes from %(packed)s. It is not opened."
    ),
    "column_missing": _("There is no column “%(column)s”. The file has: %(found)s."),
    "unknown_role": _("“%(role)s” is not a role of a column. Roles are: %(known)s."),
    "role_taken_twice": _("Only one column can play the role “%(role)s”."),
    "nothing_to_read": _(
        "No column holds what customers said or how they rated. Name one: --map text=COLUMN."
    ),
    "half_a_conversation": _(
        "A chat log needs a column each for conversation, speaker, time and what was said. Missing:"
        " %(missing)s."
    ),
    "unknown_scale": _("“%(given)s” is not a scale. Write it as worst-best, for example 1-10."),
    "unknown_unit": _("There is no unit with the code or name “%(given)s”."),
    "unit_needed": _("Name the unit these voices belong to, or the column that names it."),
    "unknown_taxonomy": _("There is no taxonomy “%(given)s”. There are: %(known)s."),
    "bad_source": _(
        "“%(given)s” cannot be the code of a source: letters, digits, hyphen and underscore only."
    ),
    "rows_refused": _("%(errors)s rows cannot be taken, so none was."),
    "file_changed": _("The file has changed since the import began. Start it again."),
    "too_large": _("The file is larger than %(limit)s GB."),
    "cancelled": _("The import was cancelled. What had been taken stays."),
    "gave_up": _("The import was begun %(attempts)s times and never came to its end."),
    "unexpected": _("Something went wrong that should not have. The log says more."),
}

# What is wrong with a row.
FAULTS: dict[str, Any] = {
    "too_many_cells": _("The row has %(cells)s cells, the header %(columns)s: a stray delimiter?"),
    "cell_too_large": _("The cell holds %(size)s characters; at most %(limit)s are read."),
    "not_an_object": _("The line is not a JSON object."),
    "undecodable": _("The cell holds characters that are not text in %(encoding)s."),
    "no_date": _("The date is missing."),
    "unknown_date": _("This is not a date in a known form."),
    "impossible_date": _("There is no such date in the order that the other dates have."),
    "unlikely_date": _("The date lies in the future or before 1990."),
    "not_a_rating": _("This is not a rating."),
    "rating_out_of_range": _("The rating lies outside its scale of %(low)g to %(high)g."),
    "unknown_unit": _("There is no unit with this code or name."),
    "no_unit": _("The unit is missing."),
    "no_conversation": _("It is not said which conversation this belongs to."),
    "no_speaker": _("It is not said who speaks."),
}

# What people should know of a guess.
NOTES: dict[str, Any] = {
    "row_numbers": _(
        "“%(column)s” only numbers the rows. It is left out: it changes with every export."
    ),
    "no_such_units": _(
        "“%(column)s” may name units, but most of its names belong to none yet. It is kept as an"
        " attribute; voices join their unit as soon as there is one of that name."
    ),
    "conversations": _(
        "This is a chat log: rows of the same “%(column)s” are the turns of one conversation."
    ),
    "header_row": _("Row %(column)s names the columns. What stands above it is left out."),
    "no_time": _("No column holds a time. The time of the import counts for every row."),
}

ROLE_NAMES: dict[str, Any] = {
    "text": _("what was said"),
    "id": _("id of the source"),
    "time": _("time"),
    "rating": _("rating"),
    "unit": _("unit"),
    "brand": _("brand"),
    "channel": _("channel"),
    "product": _("product or category"),
    "customer": _("identity of the customer"),
    "customer_name": _("customer's name"),
    "segment": _("segment"),
    "language": _("language"),
    "conversation": _("conversation"),
    "speaker": _("who speaks"),
    "attribute": _("further attribute"),
    "ignore": _("leave out"),
}


def refusal_words(code: str, details: Mapping[str, Any]) -> str:
    """Why a file was not taken, in the reader's language."""
    return _fill(REFUSALS.get(code, code), details)


def fault_words(code: str, details: Mapping[str, Any]) -> str:
    """Why a row was not taken, in the reader's language."""
    return _fill(FAULTS.get(code, code), details)


def note_words(code: str, column: str) -> str:
    """What to know of a column, in the reader's language."""
    return _fill(NOTES.get(code, code), {"column": column})


def _fill(words: Any, details: Mapping[str, Any]) -> str:
    try:
        return str(words) % details
    except (KeyError, TypeError, ValueError):
        return str(words)
