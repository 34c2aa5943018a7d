"""Where the columns are named: exports put a title, a period or a blank line above."""

import re
from collections.abc import Sequence

AMONG = 10  # rows among which the header is looked for
LOOKED_AT = 60  # rows that are asked
LONGEST_NAME = 60
# A row with fewer cells than this share of those below is a title rather than names.
MOST = 0.6

_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?%?")
_SENTENCE = re.compile(r"[。！？；]|[.!;,] \w+")


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """The place of the row that names the columns, from 0; the first filled one where in doubt.

    It is the first of the first ten with as many short distinct cells as the rows below it have.
    """
    first = next((place for place, row in enumerate(rows) if _filled(row)), 0)
    for place in range(first, min(AMONG, len(rows))):
        below = [row for row in rows[place + 1 : LOOKED_AT] if _filled(row)]
        if not below:
            break
        wide = _usual_width(below)
        if len(_filled(rows[place])) >= MOST * wide:
            return place if place == first or _may_name(rows[place], below) else first
    return first


def _filled(row: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in row if cell.strip()]


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """The most cells that a fifth of the rows fill: a damaged row or two may have more."""
    widths = sorted((len(_filled(row)) for row in rows), reverse=True)
    return widths[len(widths) // 5]


def _may_name(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row that is not the first is made like a header, and what follows like a table."""
    names = _filled(row)
    if len(names) < 2 or len(set(names)) < len(names):
        return False
    if any(len(name) > LONGEST_NAME for name in names):
        return False
    alike = sum(len(other) == len(row) for other in below)
    return alike >= 0.8 * len(below) and names_columns([row, *below])


def names_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns, rather than being the first row of data.

    It does not when a column of numbers begins with a number, or when a cell of the first row
    is a sentence like those below it.
    """
    rows = [row for row in rows if row]
    if len(rows) < 2:
        return True
    first, rest = rows[0], rows[1:]
    if len(first) == 1 and (len(first[0]) > 16 or len(first[0].split()) > 3):
        return False  # one column of sentences: a name would be short
    for place, cell in enumerate(first):
        below = [row[place].strip() for row in rest if len(row) > place and row[place].strip()]
        if not below:
            continue
        if _NUMBER.fullmatch(cell.strip()) and all(_NUMBER.fullmatch(value) for value in below):
            return False
        if len(cell) > 60 and sum(sign > "\u2e7f" for sign in cell) > len(cell) // 2:
            return False
        if len(cell) > 25 and _SENTENCE.search(cell) and not cell.rstrip().endswith(("?", "？")):
            longest = sorted(map(len, below))[len(below) // 2]
            if longest > 15 and len(set(below)) > len(below) // 2:
                return False
    return True
