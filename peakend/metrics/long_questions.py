"""Questions that no rollup covers and that take longer than a page may: a job answers them by month.

What a month says is kept before the next is begun, so that a killed job goes on where it stood.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msgspec
from django.db.models import Q
from django.utils import timezone

from peakend.jobs.models import Job
from peakend.jobs.runs import Run
from peakend.jobs.services import start_job
from peakend.organization.models import User
from peakend.warehouse.cells import PERIODS, CellRow, Slice, read_cells
from peakend.warehouse.questions import Question, cost_of

KIND = "metrics.crosstab"
# As cells; two million facts, which a laptop reads in about a second.
MOST_AT_ONCE = 8_000_000
GOOD_FOR = timedelta(hours=1)  # an answer that took long is not asked again at every look
RECENT = 50
UNDER_WAY = (Job.State.WAITING, Job.State.RUNNING)

Answers = dict[Question, list[CellRow]]
Packed = list[dict[str, Any]]


def take_long(questions: Sequence[Question]) -> bool:
    """Whether answering takes longer than a page may."""
    return sum(cost_of(question) for question in questions) > MOST_AT_ONCE


def answering(questions: Sequence[Question], reader: User) -> Job | None:
    """The reader's own job that answers, or has lately answered, these very questions."""
    return _latest(questions, reader, Job.State.DONE)


def failed_at(questions: Sequence[Question], reader: User) -> Job | None:
    """The reader's own job that lately failed to answer them, where none has been begun since."""
    found = _latest(questions, reader, Job.State.DONE, Job.State.FAILED)
    return found if found and found.state == Job.State.FAILED else None


def _latest(questions: Sequence[Question], reader: User, *ended: Job.State) -> Job | None:
    """The newest of the reader's jobs for these very questions, under way or lately ended so."""
    packed = pack(questions)
    since = timezone.now() - GOOD_FOR
    current = Q(state__in=UNDER_WAY) | Q(state__in=ended, finished_at__gte=since)
    recent = Job.objects.filter(current, kind=KIND, started_by=reader).order_by("-pk")
    recent = recent.defer("result", "cursor")[:RECENT]
    return next((job for job in recent if job.parameters["questions"] == packed), None)


def start_answering(questions: Sequence[Question], reader: User, name: str) -> Job:
    """Have the questions answered in the background; asked twice, it is one job."""
    found = answering(questions, reader)
    if found is not None:
        return found
    return start_job(KIND, {"questions": pack(questions), "name": name}, started_by=reader)


def answers_of(job: Job) -> Answers:
    """What a job that is done has found."""
    return _unpacked_rows(job.parameters["questions"], job.result["rows"])


def answer_by_month(run: Run) -> dict[str, Any]:
    """Answer the questions one month after the other, adding up."""
    packed: Packed = run.parameters["questions"]
    questions = [_unpack(one) for one in packed]
    months = _months(questions)
    held = _unpacked_rows(packed, run.cursor["rows"]) if "rows" in run.cursor else {}
    begun = int(run.cursor.get("months", 0))
    for done, month in enumerate(months[begun:], begun + 1):
        for question in questions:
            part = _within(question, month)
            rows = read_cells(part.slice, part.by, part.families, part.codes) if part else []
            held[question] = _added(held.get(question, []), rows)
        run.save(done, len(months), months=done, rows=_pack_rows(questions, held))
    return {"rows": _pack_rows(questions, held)}


def pack(questions: Sequence[Question]) -> Packed:
    """The questions as a job keeps them: the same ones always alike."""
    packed: Packed = []
    for question in questions:
        one = msgspec.to_builtins(question)
        if one["slice"]["units"] is not None:
            one["slice"]["units"] = sorted(one["slice"]["units"])
        # As the database gives it back: without tuples.
        packed.append(msgspec.json.decode(msgspec.json.encode(one)))
    return packed


def _unpack(packed: Mapping[str, Any]) -> Question:
    return msgspec.convert(packed, Question)


def _pack_rows(questions: Sequence[Question], held: Mapping[Question, list[CellRow]]) -> list[Any]:
    rows = [[list(row) for row in held.get(question, [])] for question in questions]
    decoded: list[Any] = msgspec.json.decode(msgspec.json.encode(rows))
    return decoded


def _unpacked_rows(packed: Packed, rows: Sequence[Any]) -> Answers:
    questions = [_unpack(one) for one in packed]
    return {
        question: [_row(question, row) for row in found]
        for question, found in zip(questions, rows, strict=True)
    }


def _row(question: Question, packed: Sequence[Any]) -> CellRow:
    key = tuple(
        date.fromisoformat(value) if name in PERIODS else value
        for name, value in zip(question.by, packed[0], strict=True)
    )
    return CellRow._make((key, *packed[1:-1], tuple(packed[-1])))


def _months(questions: Sequence[Question]) -> list[date]:
    """The months in which anything was observed; a rollup knows them."""
    found = {row.key[0] for row in read_cells(Slice(), ("month",))}
    return sorted(
        month for month in found if any(_within(question, month) for question in questions)
    )


def _within(question: Question, month: date) -> Question | None:
    """The question cut to one month, or nothing."""
    following = (month + timedelta(days=32)).replace(day=1)
    since = max(month, question.slice.since or month)
    until = min(following, question.slice.until or following)
    if since >= until:
        return None
    return replace(question, slice=replace(question.slice, since=since, until=until))


def _added(held: Sequence[CellRow], rows: Sequence[CellRow]) -> list[CellRow]:
    found = {row.key: row for row in held}
    for row in rows:
        found[row.key] = found[row.key] + row if row.key in found else row
    return list(found.values())
