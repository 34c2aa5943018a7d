"""A file of feedback becomes signals in the inbox: planned, checked, taken, resumed."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from peakend.inbox import open_inbox
from peakend.jobs.errors import JobFailed
from peakend.jobs.models import Job
from peakend.jobs.runs import Run
from peakend.jobs.services import start_job
from peakend.organization.models import Unit, User
from peakend.voices.error_files import ErrorFile
from peakend.voices.errors import ImportRefused
from peakend.voices.guesses.columns import (
    TURN_ROLES,
    Guess,
    Reading,
    correct,
    dump_reading,
    guess_reading,
    load_reading,
    standing_notes,
)
from peakend.voices.guesses.taxonomies import guess_taxonomy
from peakend.voices.models import Source
from peakend.voices.ratings import Scale
from peakend.voices.readers import Form, Table, open_table
from peakend.voices.rows import Keyed, Setting, SignalMaker, label_units
from peakend.voices.turns import maker_of

KIND = "voices.import"
# Signals appended at once: one fsync for so many, and so much a killed run repeats.
APPEND = 10_000
LATIN_CODE = re.compile(r"[\w-]{1,64}")


@dataclass(frozen=True)
class Choices:
    """What a person said about the file: everything they did not say is guessed or remembered.

    ``roles`` are (role, column) pairs; ``scale`` is that of the rating.
    """

    source: str = ""
    form: Form | None = None
    roles: tuple[tuple[str, str], ...] = ()
    scale: Scale | None = None
    taxonomy: str = ""
    unit: str = ""
    brand: str = ""
    channel: str = ""
    all_or_nothing: bool = False
    dry_run: bool = False
    # The units this person may write for; ``None``: all, and rows of no unit.
    within: frozenset[int] | None = None


@dataclass(frozen=True)
class Plan:
    """A file, how it will be read and what holds for all its rows."""

    path: Path
    name: str
    source: str
    guess: Guess
    choices: Choices
    taxonomy: str


@dataclass
class Counts:
    """What became of the rows. ``signals`` may exceed rows where a row answers several questions."""

    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    errors: int = 0
    empty: int = 0


def plan_import(path: Path, choices: Choices, taxonomies: Sequence[str], name: str = "") -> Plan:
    """Open the file, guess or remember how to read it, apply the corrections.

    Args:
        name: what people call the file, when it is stored under another name.
        taxonomies: codes of the taxonomies that can be chosen.

    Raises:
        ImportRefused: the file cannot be read, or what was said about it cannot be.
    """
    name = name or path.name
    code = choices.source or source_code(name)
    if not LATIN_CODE.fullmatch(code):
        raise ImportRefused("bad_source", given=code)
    source = Source.objects.filter(code=code).first()
    units = known_labels(choices.within)
    if choices.unit and choices.unit not in units:
        raise ImportRefused("unknown_unit", given=choices.unit)
    if choices.taxonomy and choices.taxonomy not in taxonomies:
        raise ImportRefused("unknown_taxonomy", given=choices.taxonomy, known=", ".join(taxonomies))
    table = open_table(path, choices.form)
    guess = guess_reading(table, units)
    if source and (remembered := recall(source, guess, table)):
        guess = remembered
    elif source and not (choices.form and choices.form.header_row):
        guess = recall_elsewhere(source, path, table.form, units) or guess
    if choices.roles or choices.scale:
        guess = correct(guess, choices.roles, choices.scale)
    reading = guess.reading
    if not reading.playing("text") and not reading.playing("rating"):
        raise ImportRefused("nothing_to_read")
    if not reading.is_conversations and (
        reading.playing("conversation") or reading.playing("speaker")
    ):
        missing = [role for role in TURN_ROLES if not reading.playing(role)]
        raise ImportRefused("half_a_conversation", missing=", ".join(missing))
    if choices.within is not None and not choices.unit and not reading.playing("unit"):
        raise ImportRefused("unit_needed")
    taxonomy = choices.taxonomy or (source.taxonomy if source and source.reading else "")
    if not taxonomy:
        texts = chain.from_iterable(guess.profiles[p].values for p in reading.playing("text"))
        taxonomy = guess_taxonomy(texts, taxonomies)
    return Plan(path, name, code, guess, choices, taxonomy)


def source_code(name: str) -> str:
    """A code for the source of a file that nobody named: the file's name without its ending."""
    code = re.sub(r"[^\w-]+", "-", Path(name).stem).strip("-_").lower()
    return code[:64] or "import"


def known_labels(within: Iterable[int] | None = None) -> dict[str, str]:
    """Unit codes by every name a file may use, of all units or of those ``within`` a scope."""
    units = Unit.objects.filter(is_active=True).order_by("pk")
    if within is not None:
        units = units.filter(pk__in=within)
    return label_units(units.values_list("code", "name", "name_en"))


def recall(source: Source, guess: Guess, table: Table) -> Guess | None:
    """How files of this source with this header were read before."""
    stored = source.reading.get("styles", {}).get(guess.reading.style)
    if not stored:
        return None
    reading = replace(load_reading(stored), form=table.form)
    waited = set(stored.get("awaits_units", ()))
    if waited and not reading.playing("unit"):
        # By now there may be units of the names that were none when this was remembered.
        fresh = {column.name for column in guess.reading.columns if column.role == "unit"}
        columns = tuple(
            replace(column, role="unit")
            if column.role == "attribute" and column.name in fresh & waited
            else column
            for column in reading.columns
        )
        reading = replace(reading, columns=columns)
    notes = standing_notes(guess.notes, reading)
    return replace(guess, reading=reading, remembered=True, notes=notes)


def recall_elsewhere(
    source: Source, path: Path, form: Form, units: Mapping[str, str]
) -> Guess | None:
    """The same where somebody had said that another row than the guessed one is the header."""
    stored = source.reading.get("styles", {}).values()
    rows = {style["form"].get("header_row", 0) for style in stored} - {0, form.header_row}
    for row in sorted(rows):
        try:
            table = open_table(path, replace(form, header=True, header_row=row))
        except ImportRefused:
            continue
        if remembered := recall(source, guess_reading(table, units), table):
            return remembered
    return None


@transaction.atomic
def remember(plan: Plan) -> Source:
    """Keep the source, and how this style of its files is read."""
    source, created = Source.objects.select_for_update().get_or_create(
        code=plan.source,
        defaults={
            "name": Path(plan.name).stem[:120] or plan.source,
            "taxonomy": plan.taxonomy,
            "channel": plan.choices.channel or "import",
        },
    )
    styles = dict(source.reading.get("styles", {}))
    awaits = [column for code, column in plan.guess.notes if code == "no_such_units"]
    styles[plan.guess.reading.style] = {
        **dump_reading(plan.guess.reading),
        "awaits_units": awaits,
    }
    source.reading = {**source.reading, "styles": styles}
    if plan.choices.taxonomy or not created:
        source.taxonomy = plan.taxonomy
    source.save()
    return source


def start_import(
    plan: Plan, *, started_by: User | None = None, queued: bool = True, language: str = ""
) -> Job:
    """Remember the reading and make the import a job."""
    remember(plan)
    choices = plan.choices
    parameters = {
        "path": str(plan.path.resolve()),
        "name": plan.name,
        "size": plan.path.stat().st_size,
        "source": plan.source,
        "reading": dump_reading(plan.guess.reading),
        "unit": known_labels(choices.within).get(choices.unit, "") if choices.unit else "",
        "within": None if choices.within is None else sorted(choices.within),
        "brand": choices.brand,
        "channel": choices.channel,
        "all_or_nothing": choices.all_or_nothing,
        "as_of": timezone.now().isoformat(timespec="seconds"),
        "language": language,
    }
    return start_job(KIND, parameters, started_by=started_by, queued=queued)


def error_path(job: Job) -> Path:
    """Where the rows that an import did not take are listed."""
    return Path(settings.MEDIA_ROOT) / "imports" / f"{job.pk}-errors.csv"


def run_import(run: Run) -> dict[str, Any]:
    """Take a file into the inbox, from where a killed run left off.

    Rows are read again from the beginning, since the ordinals of equal contents count from
    there; what was appended before is passed over, and what was appended after the cursor was
    last kept is recognised by its key. So nothing is lost and nothing comes twice.
    """
    parameters = run.parameters
    path = Path(parameters["path"])
    reading = load_reading(parameters["reading"])
    try:
        table = open_table(path, reading.form)
        if path.stat().st_size != parameters["size"] or table.columns != tuple(
            column.name for column in reading.columns
        ):
            raise ImportRefused("file_changed")
        taking = Taking(table, reading, setting_of(parameters), run)
        if parameters["all_or_nothing"] and not run.cursor.get("checked"):
            taking.check()
        return taking.take()
    except ImportRefused as refusal:
        result = {key: value for key, value in run.cursor.items() if key in Counts().__dict__}
        raise JobFailed(refusal.code, refusal.details, result) from refusal


def setting_of(parameters: dict[str, Any]) -> Setting:
    """What a job's parameters say of every row."""
    return Setting(
        source=parameters["source"],
        as_of=datetime.fromisoformat(parameters["as_of"]),
        zone=timezone.get_default_timezone(),
        units=known_labels(parameters["within"]),
        unit_needed=parameters["within"] is not None and not parameters["unit"],
        unit=parameters["unit"],
        brand=parameters["brand"],
        channel=parameters["channel"],
    )


class Taking:
    """One pass after another over a table whose signals go to the inbox."""

    def __init__(self, table: Table, reading: Reading, setting: Setting, run: Run) -> None:
        self.table, self.reading, self.setting, self.run = table, reading, setting, run

    def check(self) -> None:
        """Read everything without taking anything.

        Raises:
            JobFailed: a row is wrong; the file of errors names each.
        """
        counts, file = Counts(), ErrorFile(error_path(self.run.job))
        maker = maker_of(self.reading, self.setting)
        for batch in self.table.batches():
            made = maker.make(batch)
            counts.rows += len(batch.rows) + len(batch.errors)
            counts.errors += len(made.errors)
            counts.empty += made.empty
            file.add(made.errors)
            self.run.progress(batch.done // 2, self.table.total)
        if counts.errors:
            details = {"errors": counts.errors}
            raise JobFailed("rows_refused", details, vars(counts))
        self.run.save(self.table.total // 2, self.table.total, checked=True)

    def take(self) -> dict[str, Any]:
        """Append the signals of all rows that can be taken."""
        cursor = self.run.cursor
        counts = Counts(**{key: cursor.get(key, 0) for key in vars(Counts())})
        file = ErrorFile(error_path(self.run.job), cursor.get("errors_length", 0))
        inbox, waiting = open_inbox(), list[Keyed]()
        already, number = cursor.get("batches", 0), 0
        maker = maker_of(self.reading, self.setting)

        def append(done: int) -> None:
            receipt = inbox.append(waiting)
            counts.accepted += receipt.accepted
            counts.duplicates += receipt.duplicates
            waiting.clear()
            self.run.save(
                done, self.table.total, batches=number, errors_length=file.length, **vars(counts)
            )

        done = 0
        for batch in self.table.batches():
            made = maker.make(batch)
            number += 1
            if number <= already:
                continue
            done = batch.done
            counts.rows += len(batch.rows) + len(batch.errors)
            counts.errors += len(made.errors)
            counts.empty += made.empty
            file.add(made.errors)
            waiting += made.keyed
            if len(waiting) >= APPEND:
                append(done)
            else:
                self.run.progress(done, self.table.total)
        append(self.table.total)
        return {**vars(counts), "source": self.setting.source, "position": inbox.last()}


def preview(plan: Plan) -> dict[str, Any]:
    """A plan as plain data: for a page, a terminal or a program."""
    reading = plan.guess.reading
    return {
        "file": plan.name,
        "source": plan.source,
        "taxonomy": plan.taxonomy,
        "form": vars(reading.form),
        "remembered": plan.guess.remembered,
        "scale": list(reading.scale.bounds) if reading.playing("rating") else None,
        "columns": [
            {
                "name": column.name,
                "role": f"{column.role}.{column.detail}" if column.detail else column.role,
                "examples": list(profile.examples),
            }
            for column, profile in zip(reading.columns, plan.guess.profiles, strict=True)
        ],
        "notes": [list(note) for note in plan.guess.notes],
    }


def dry_run(plan: Plan, progress: Callable[[int, int], None] | None = None) -> dict[str, Any]:
    """What an import would take and refuse, without taking anything."""
    table = open_table(plan.path, plan.guess.reading.form)
    setting = Setting(
        source=plan.source,
        as_of=timezone.now(),
        zone=timezone.get_default_timezone(),
        units=known_labels(plan.choices.within),
        unit_needed=plan.choices.within is not None and not plan.choices.unit,
        brand=plan.choices.brand,
    )
    counts = Counts()
    for rows, _, empty, errors, done in _passes(table, maker_of(plan.guess.reading, setting)):
        counts.rows += rows
        counts.empty += empty
        counts.errors += errors
        if progress:
            progress(done, table.total)
    return vars(counts)


def _passes(table: Table, maker: SignalMaker) -> Iterator[tuple[int, int, int, int, int]]:
    for batch in table.batches():
        made = maker.make(batch)
        rows = len(batch.rows) + len(batch.errors)
        yield rows, len(made.keyed), made.empty, len(made.errors), batch.done
