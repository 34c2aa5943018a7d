"""The warehouse is built anew beside the one in use, whatever happens meanwhile."""

from contextvars import copy_context
from datetime import timedelta

import pytest
from django.utils import timezone

from peakend.customers.models import Customer
from peakend.inbox.signals import Who
from peakend.jobs.models import Job
from peakend.jobs.runs import request_cancel, work_on
from peakend.loop import warehouse_rebuilt
from peakend.loop.customer_erased import start_erasure
from peakend.loop.opinions_corrected import carry_corrections
from peakend.loop.warehouse_rebuilt import rebuild, start_rebuild
from peakend.loop.warehouse_tended import tend
from peakend.opinions.corrections import Hand, remove
from peakend.opinions.models import Opinion
from peakend.voices.models import Source
from peakend.warehouse import beside, engine, tables, upkeep
from peakend.warehouse.cells import Slice, read_cells, refresh_cells
from peakend.warehouse.facts import count_facts, held_position, replace_facts
from peakend.warehouse.schema import OBSERVATIONS
from peakend.warehouse.tables import BESIDE
from tests.builders import a_response_signal, a_voice_signal, hear

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _heard(home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warehouse_rebuilt, "AT_ONCE", 2)
    Source.objects.create(code="dianping", name="点评", channel="reviews", taxonomy="restaurant")
    hear(
        *[a_response_signal({"nps": score}, customer=Who({"m": str(score)})) for score in range(6)]
    )
    hear(a_voice_signal("等位太久，菜很好吃"))


def figures() -> dict[tuple[object, ...], int]:
    return {row.key: row.n for row in read_cells(Slice(), ("day", "family", "code"))}


def damage() -> None:
    """Take something out of the warehouse that the operational database still has."""
    replace_facts([1, 2], OBSERVATIONS.empty_table())
    refresh_cells()


def test_pages_read_the_old_tables_until_the_new_ones_are_whole() -> None:
    whole, observations = figures(), count_facts()
    damage()
    old, seen = figures(), []

    def look(done: int, total: int) -> None:
        assert (figures(), count_facts()) == (old, observations - 2)
        seen.append(done)

    assert rebuild(look) == observations
    assert figures() == whole
    assert len(seen) > 3
    assert seen == sorted(seen)
    assert not beside.is_under_way()
    assert upkeep.cells_reflect_facts()
    assert refresh_cells() == []


def test_what_arrives_and_is_corrected_meanwhile_is_in_both() -> None:
    steps = iter(range(100))

    def meanwhile(done: int, total: int) -> None:
        if next(steps) == 2:
            hear(a_response_signal({"nps": 10}), a_voice_signal("服务员很热情"))
            remove(Opinion.objects.get(aspect="wait_time").pk, Hand(None, timezone.now()))
            carry_corrections()

    rebuild(meanwhile)
    beside_figures = figures()

    assert ("score", "nps") in {key[1:] for key in beside_figures}
    assert not any(key[2] == "wait_time" for key in beside_figures)
    assert held_position() == 9
    rebuild()
    assert figures() == beside_figures


def test_an_erasure_meanwhile_makes_it_begin_again() -> None:
    steps = iter(range(100))

    def meanwhile(done: int, total: int) -> None:
        if next(steps) == 2:
            number = Customer.objects.get(identities__value="3").pk
            assert work_on(start_erasure(number, queued=False).pk, beat=False)

    before = count_facts()
    assert rebuild(meanwhile) == before - 1
    assert sum(row.n for row in read_cells(Slice())) == before - 1


def test_an_erasure_while_cells_are_computed_makes_it_begin_again_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    erased, real = [], upkeep.bring_all_together

    def meanwhile(table: object) -> None:
        real(table)
        if not erased:
            gone = tables.snapshot(table).parts
            number = Customer.objects.get(identities__value="3").pk
            erased.append(copy_context().run(erase_beside_us, number))
            engine.read(table, gone)

    def erase_beside_us(number: int) -> object:
        BESIDE.set(False)  # as the process that erases sees the tables
        return work_on(start_erasure(number, queued=False).pk, beat=False)

    monkeypatch.setattr(upkeep, "bring_all_together", meanwhile)
    before = count_facts()

    job = work_on(start_rebuild(queued=False).pk, beat=False)

    assert job.state == Job.State.DONE, job.error
    assert job.result == {"observations": before - 1}
    assert sum(row.n for row in read_cells(Slice())) == before - 1


def test_a_killed_rebuild_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, job = figures(), start_rebuild(queued=False)
    damage()
    loaded: list[int] = []
    real = warehouse_rebuilt.observations_between

    def dies(after: int, reached: int) -> object:
        if after >= 4:
            raise KeyboardInterrupt
        return real(after, reached)

    with monkeypatch.context() as patched:
        patched.setattr(warehouse_rebuilt, "observations_between", dies)
        with pytest.raises(KeyboardInterrupt):
            work_on(job.pk, beat=False)
    assert beside.is_under_way()
    monkeypatch.setattr(
        warehouse_rebuilt,
        "observations_between",
        lambda after, reached: (loaded.append(after), real(after, reached))[1],
    )
    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING)

    assert work_on(job.pk, beat=False).state == Job.State.DONE
    assert min(loaded) == 4
    assert figures() == whole


def test_one_killed_between_the_two_commits_is_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, job = figures(), start_rebuild(queued=False)
    damage()
    with monkeypatch.context() as patched:
        patched.setattr(beside, "drop", lambda: None)
        work_on(job.pk, beat=False)
    # Its own log is still there, as if the process had died before it was dropped.
    assert beside.is_under_way()
    hear(a_response_signal({"nps": 1}))
    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING)
    assert work_on(job.pk, beat=False).state == Job.State.DONE
    assert sum(figures().values()) == sum(whole.values()) + 1


def test_a_cancelled_rebuild_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    job = start_rebuild(queued=False)
    damage()
    old = figures()
    real = warehouse_rebuilt.observations_between

    def cancelled(after: int, reached: int) -> object:
        Job.objects.filter(pk=job.pk).update(cancel_requested=True)
        return real(after, reached)

    monkeypatch.setattr(warehouse_rebuilt, "observations_between", cancelled)
    monkeypatch.setattr("peakend.jobs.runs.REPORT_EVERY", timedelta(0))

    assert work_on(job.pk, beat=False).state == Job.State.CANCELLED
    assert figures() == old
    assert not beside.is_under_way()


def test_what_nobody_will_finish_is_cleared_away() -> None:
    job = start_rebuild(queued=False)
    with beside.building():
        refresh_cells()
    tend()
    assert beside.is_under_way()
    request_cancel(job)
    tend()
    assert not beside.is_under_way()
