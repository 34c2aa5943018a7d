"""Cross-tabs say what counting by hand says, compare every pair, and keep quiet about noise."""

from datetime import date

import pytest

from peakend.jobs.errors import JobCancelled
from peakend.jobs.models import Job
from peakend.jobs.runs import Run, work_on
from peakend.methods.comparison import two_proportions, welch
from peakend.methods.moments import Moments
from peakend.metrics.crosstabs import LEAST, Ask, Line, questions_of, read_crosstab
from peakend.metrics.dashboards import chosen_of
from peakend.metrics.long_questions import answers_of, start_answering
from peakend.metrics.queries import readings
from peakend.voices.models import Source
from peakend.warehouse import cells
from peakend.warehouse.cells import Slice, read_cells
from tests.builders import a_response_signal, a_voice_signal, hear

pytestmark = pytest.mark.django_db

JULY = Slice(since=date(2026, 7, 1), until=date(2026, 8, 1))
CSAT = Ask("answers", "csat")


@pytest.fixture(autouse=True)
def _restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")


def answered(scores: list[int], channel: str, **more) -> None:
    time = "2026-07-10T12:00:00+08:00"
    hear(
        *[
            a_response_signal({"csat": score}, time=time, channel=channel, **more)
            for score in scores
        ]
    )


def line_of(found, code: str) -> Line:
    return next(line for line in found.lines if line.code == code)


def test_shares_are_of_the_column_and_letters_name_what_each_lies_above():
    answered([5] * 80 + [3] * 20, "web")
    answered([5] * 40 + [3] * 40, "app")
    found = read_crosstab(CSAT, JULY, "channel")

    assert [(one.value, one.n) for one in found.columns] == [("web", 100), ("app", 80)]
    five = line_of(found, "5")
    assert [cell.estimate.value for cell in five.cells] == [0.8, 0.5]
    assert five.whole.value == 120 / 180
    assert two_proportions(80, 100, 40, 80).p_value < 0.05
    assert [cell.above for cell in five.cells] == [(1,), ()]
    assert [cell.above for cell in line_of(found, "3").cells] == [(), (0,)]
    mean = line_of(found, "csat")
    assert [cell.estimate.value for cell in mean.cells] == [4.6, 4.0]
    gap = welch(Moments.from_values([5] * 80 + [3] * 20), Moments.from_values([5] * 40 + [3] * 40))
    assert gap.p_value < 0.05
    assert [cell.above for cell in mean.cells] == [(1,), ()]


def test_within_noise_there_is_no_letter_and_no_shade():
    answered([5] * 50 + [3] * 50, "web")
    answered([5] * 52 + [3] * 48, "app")
    found = read_crosstab(CSAT, JULY, "channel")
    told = [cell for line in found.lines for cell in line.cells]
    assert {cell.above for cell in told} == {()}
    assert {cell.off for cell in told} == {0.0}


def test_a_column_of_too_few_is_neither_told_nor_compared():
    answered([5] * 60 + [1] * 40, "web")
    answered([1] * (LEAST - 1), "app")
    found = read_crosstab(CSAT, JULY, "channel")
    assert [one.enough for one in found.columns] == [True, False]
    assert all(line.cells[1] is None for line in found.lines)
    assert line_of(found, "5").cells[0].above == ()


def test_complaints_are_shares_of_all_voices_heard_in_the_column():
    def voices(text: str, n: int, channel: str) -> list:
        return [
            a_voice_signal(text, time="2026-07-10T12:00:00+08:00", channel=channel)
            for _ in range(n)
        ]

    hear(*voices("排队等了两个小时", 40, "app"), *voices("味道很好", 60, "app"))
    hear(*voices("味道很好", 90, "web"), *voices("排队等了两个小时", 10, "web"))
    found = read_crosstab(Ask("complaints"), JULY, "channel")
    waiting = line_of(found, "wait_time")
    values = {
        column.value: cell.estimate.value
        for column, cell in zip(found.columns, waiting.cells, strict=True)
    }
    assert values == {"app": 0.4, "web": 0.1}
    place = [one.value for one in found.columns].index("app")
    assert waiting.cells[place].above == (1 - place,)
    assert waiting.cells[place].off > 0


def test_metrics_side_by_side_say_what_each_says_alone():
    answered([5] * 50 + [3] * 20, "web")
    answered([4] * 15 + [1] * 35, "app")
    chosen = tuple(chosen_of(["csat", "csat_top_two"]))
    found = read_crosstab(Ask("metrics", metrics=chosen), JULY, "channel")
    for line in found.lines:
        alone = {one.key[0]: one for one in readings(line.code, JULY, ("channel",))}
        for column, cell in zip(found.columns, line.cells, strict=True):
            assert cell.estimate.value == pytest.approx(alone[column.value].value)
            assert cell.estimate.low == pytest.approx(alone[column.value].low)
        assert line.cells[0].above == (1,)


def test_months_stand_in_their_order_and_what_is_held_is_not_read_again(monkeypatch):
    for month, score in ((5, 4), (7, 5), (6, 3)):
        time = f"2026-{month:02}-10T12:00:00+08:00"
        hear(*[a_response_signal({"csat": score}, time=time) for _ in range(LEAST)])
    slice = Slice()
    questions = questions_of(CSAT, slice, "month")
    held = {one: read_cells(one.slice, one.by, one.families, one.codes) for one in questions}
    cells._answers.clear()
    monkeypatch.setattr("peakend.metrics.crosstabs.read_cells", None)
    found = read_crosstab(CSAT, slice, "month", held)
    assert [one.value.month for one in found.columns] == [5, 6, 7]


def test_without_answers_there_is_an_empty_table():
    found = read_crosstab(CSAT, JULY, "unit")
    assert (found.columns, found.n) == ((), 0)
    assert read_crosstab(Ask("topics"), JULY, "unit").lines == ()


def test_a_job_reads_month_by_month_what_one_query_reads_and_resumes(
    monkeypatch, django_user_model
):
    reader = django_user_model.objects.create(username="reader")
    for month, score in ((5, 4), (6, 3), (7, 5)):
        time = f"2026-{month:02}-10T12:00:00+08:00"
        for channel in ("web", "app"):
            signal = {"time": time, "channel": channel}
            hear(*[a_response_signal({"csat": score}, **signal) for _ in range(20)])
    slice = Slice(since=date(2026, 5, 5), units=None)
    for by in ("channel", "month"):
        questions = questions_of(CSAT, slice, by)
        job = start_answering(questions, reader, "csat")
        assert start_answering(questions, reader, "csat").pk == job.pk
        with monkeypatch.context() as patch:
            patch.setattr(Run, "check_cancelled", stopped_early)
            work_on(job.pk, beat=False)
        Job.objects.filter(pk=job.pk).update(state="running", holder="gone", heartbeat_at=None)
        done = work_on(job.pk, beat=False)
        assert (done.state, done.done, done.total) == ("done", 3, 3)
        assert read_crosstab(CSAT, slice, by, answers_of(done)) == read_crosstab(CSAT, slice, by)


def stopped_early(run: Run) -> None:
    if run.cursor.get("months"):
        raise JobCancelled
