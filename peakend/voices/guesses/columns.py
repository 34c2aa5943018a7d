"""From a table to a reading: which column plays which role, and how its cells are written."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from peakend.voices.dates import guess_order
from peakend.voices.errors import ImportRefused
from peakend.voices.guesses.profile import Profile, profiles_of
from peakend.voices.guesses.roles import ENOUGH, ROLES, identity_kind
from peakend.voices.ratings import NAMED, NO_ANSWER, WORDS, Scale, guess_scale
from peakend.voices.readers.table import SAMPLE_ROWS, Form, Table
from peakend.voices.speakers import Speakers, guess_speakers

MAX_ATTRIBUTES = 80
TURN_ROLES = ("conversation", "speaker", "text", "time")  # all of them make a row a turn


@dataclass(frozen=True)
class Column:
    """One column's part: ``detail`` is the kind of identity for a customer column."""

    name: str
    role: str
    detail: str = ""


@dataclass(frozen=True)
class Reading:
    """How a file is read: its form, its columns' roles, the scale and the order of its dates."""

    form: Form
    columns: tuple[Column, ...]
    scale: Scale = field(default_factory=Scale)
    order: str = "dmy"
    taxonomy: str = ""
    speakers: Speakers = field(default_factory=Speakers)

    @property
    def is_conversations(self) -> bool:
        """Whether rows are turns: told apart by conversation, speaker and time."""
        return all(map(self.playing, TURN_ROLES))

    def playing(self, role: str) -> list[int]:
        """The places of the columns with this role."""
        return [place for place, column in enumerate(self.columns) if column.role == role]

    @property
    def style(self) -> str:
        """A name for this header: a source may deliver files of several styles."""
        names = "\x1f".join(column.name for column in self.columns)
        return hashlib.sha256(names.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class Guess:
    """A reading with what it rests on: the sample, and what people should know.

    ``notes`` are (code, column) pairs: ``row_numbers``, ``no_such_units``, ``no_time``…
    """

    reading: Reading
    profiles: tuple[Profile, ...]
    sample: tuple[tuple[str, ...], ...]
    notes: tuple[tuple[str, str], ...] = ()
    remembered: bool = False


def read_sample(table: Table, rows: int = SAMPLE_ROWS) -> list[list[str]]:
    """The first rows of a table."""
    sample: list[list[str]] = []
    for batch in table.batches():
        sample += batch.rows
        if len(sample) >= rows:
            break
    return sample[:rows]


def guess_reading(table: Table, units: Mapping[str, str] | None = None) -> Guess:
    """Guess what the columns of a table mean.

    Args:
        units: codes of the organisation's units by code and by name; a column is taken for the
            unit only where most of its values are among them.
    """
    sample = read_sample(table)
    profiles = profiles_of(table.columns, sample)
    notes: list[tuple[str, str]] = []
    roles = _assign(profiles, units or {}, notes)
    columns = tuple(
        Column(profile.name, role, identity_kind(profile) if role == "customer" else "")
        for profile, role in zip(profiles, roles, strict=True)
    )
    reading = Reading(table.form, columns)
    reading = settle_details(reading, profiles)
    if not reading.playing("time"):
        notes.append(("no_time", ""))
    if table.form.header_row > 1:
        notes.append(("header_row", str(table.form.header_row)))
    if reading.is_conversations:
        notes.append(("conversations", columns[reading.playing("conversation")[0]].name))
    return Guess(reading, tuple(profiles), tuple(map(tuple, sample[:8])), tuple(notes))


def settle_details(reading: Reading, profiles: Sequence[Profile]) -> Reading:
    """Fill in what follows from the roles: the rating's scale and the order of dates."""
    for place in reading.playing("rating"):
        scale = guess_scale(profiles[place].name, profiles[place].values)
        reading = replace(reading, scale=scale or Scale(words=WORDS, blanks=NO_ANSWER))
    for place in reading.playing("time"):
        reading = replace(reading, order=guess_order(profiles[place].values))
    if reading.is_conversations:
        talks, speakers = (profiles[reading.playing(role)[0]].cells for role in TURN_ROLES[:2])
        reading = replace(reading, speakers=guess_speakers(talks, speakers))
    return reading


def _assign(
    profiles: Sequence[Profile], units: Mapping[str, str], notes: list[tuple[str, str]]
) -> list[str]:
    """Give each role to the column it fits best; what is left over becomes an attribute."""
    assigned: dict[int, str] = {}
    offers = []
    for place, profile in enumerate(profiles):
        if profile.counts_rows:
            # A counter says nothing of the row and changes with every export.
            assigned[place] = "ignore"
            notes.append(("row_numbers", profile.name))
        for order, role in enumerate(ROLES.values()):
            named = bool(role.name.search(profile.name))
            if (fit := role.fits(profile, named)) >= ENOUGH:
                offers.append((-fit, order, place, role))
    given: set[str] = set()
    for _, _, place, role in sorted(offers, key=lambda offer: offer[:3]):
        if place in assigned or (role.code in given and not role.many):
            continue
        if role.code == "unit" and not _known_units(profiles[place], units):
            if profiles[place].numeric < 0.5:
                notes.append(("no_such_units", profiles[place].name))
            continue
        assigned[place] = role.code
        given.add(role.code)
    if "text" not in given and (words := _only_words(profiles, assigned)) is not None:
        assigned[words] = "text"
    if not set(TURN_ROLES) <= {*assigned.values()}:
        # Half of what a chat log needs is something else: a session of a review, a sender's name.
        for place in [place for place, code in assigned.items() if code in TURN_ROLES[:2]]:
            del assigned[place]
    if "unit" in given:
        # Another column does name units: that this one does not is no news, and its rows may err.
        notes[:] = [note for note in notes if note[0] != "no_such_units"]
    attributes = 0
    for place in range(len(profiles)):
        if place not in assigned:
            attributes += 1
            assigned[place] = "attribute" if attributes <= MAX_ATTRIBUTES else "ignore"
    return [assigned[place] for place in range(len(profiles))]


def _only_words(profiles: Sequence[Profile], assigned: Mapping[int, str]) -> int | None:
    """A column that is called like words, where none says much: a few answers given again and again."""
    named = [
        place
        for place, profile in enumerate(profiles)
        if place not in assigned
        and ROLES["text"].name.search(profile.name)
        and profile.lettered >= 0.5
        and profile.mean_length >= 2
    ]
    return max(named, key=lambda place: profiles[place].mean_length, default=None)


def _known_units(profile: Profile, units: Mapping[str, str]) -> bool:
    values = set(profile.values)
    return bool(values) and sum(value in units for value in values) >= 0.5 * len(values)


def correct(guess: Guess, roles: Iterable[tuple[str, str]], scale: Scale | None = None) -> Guess:
    """The guess with columns given the roles that somebody named, as (role, column name).

    ``customer.member`` names a customer column and its kind. A role that one column alone can
    play leaves the column that had it, which becomes an attribute.

    Raises:
        ImportRefused: ``unknown_role`` or ``column_missing``.
    """
    columns = list(guess.reading.columns)
    names = {column.name: place for place, column in enumerate(columns)}
    chosen: set[str] = set()
    for spoken, name in roles:
        code, _, detail = spoken.partition(".")
        if code not in ROLES:
            raise ImportRefused("unknown_role", role=spoken, known=", ".join(ROLES))
        if name not in names:
            raise ImportRefused("column_missing", column=name, found=", ".join(list(names)[:40]))
        place = names[name]
        # The first naming of a role takes it from wherever the guess had put it.
        if code not in {"attribute", "ignore"} and code not in chosen:
            columns = [
                replace(column, role="attribute", detail="") if column.role == code else column
                for column in columns
            ]
        chosen.add(code)
        if code == "customer":
            detail = detail or identity_kind(guess.profiles[place])
        columns[place] = Column(name, code, detail)
    for code in chosen:
        alone = not ROLES[code].many
        if alone and sum(column.role == code for column in columns) > 1:
            raise ImportRefused("role_taken_twice", role=code)
    reading = settle_details(replace(guess.reading, columns=tuple(columns)), guess.profiles)
    if scale:
        reading = replace(reading, scale=replace(scale, blanks=reading.scale.blanks | NO_ANSWER))
    return replace(guess, reading=reading, notes=standing_notes(guess.notes, reading))


def standing_notes(
    notes: Iterable[tuple[str, str]], reading: Reading
) -> tuple[tuple[str, str], ...]:
    """The notes that still hold: a column that is read as the unit is kept as no attribute."""
    kept = {column.name for column in reading.columns if column.role == "attribute"}
    named = bool(reading.playing("unit"))
    return tuple(
        (code, name) for code, name in notes
        if code != "no_such_units" or (name in kept and not named)
    )  # fmt: skip


def dump_reading(reading: Reading) -> dict[str, Any]:
    """The reading as JSON, to be remembered with its source."""
    return {
        "form": vars(reading.form),
        "columns": [[column.name, column.role, column.detail] for column in reading.columns],
        "scale": [reading.scale.worst, reading.scale.best, reading.scale.name],
        "order": reading.order,
        "taxonomy": reading.taxonomy,
        "speakers": [sorted(reading.speakers.staff), reading.speakers.others],
    }


def _speakers(stored: Sequence[Any] | None) -> Speakers:
    return Speakers(frozenset(stored[0]), stored[1]) if stored else Speakers()


def load_reading(stored: Mapping[str, Any]) -> Reading:
    """A remembered reading."""
    worst, best, name = stored["scale"]
    book = next((scale for _, scale in NAMED if scale.name == name), None) if name else None
    return Reading(
        form=Form(**stored["form"]),
        columns=tuple(Column(*column) for column in stored["columns"]),
        scale=book or Scale(worst, best, WORDS, NO_ANSWER),
        order=stored["order"],
        taxonomy=stored.get("taxonomy", ""),
        speakers=_speakers(stored.get("speakers")),
    )
