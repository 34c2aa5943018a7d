"""A file becomes voices once, however often and however interrupted it is taken."""

import json
from pathlib import Path

import pytest

from peakend.inbox import open_inbox
from peakend.jobs.models import Job
from peakend.jobs.runs import Run, work_on
from peakend.jobs.services import request_cancel
from peakend.text import taxonomy_names
from peakend.voices.errors import ImportRefused
from peakend.voices.imports import (
    Choices,
    dry_run,
    error_path,
    plan_import,
    preview,
    start_import,
)
from peakend.voices.models import Source
from tests.builders import a_unit
from tests.voices.files import REVIEWS, write

GOOD_ROWS = 60
BAD = (
    "评论,评分,日期\n越界的评分,9,2026-07-01\n没有这天,3,2026-02-30\n"
    + "一般般吧下次再说,3,2026-07-02\n" * GOOD_ROWS
)


def do_import(path: Path, **choices) -> Job:
    plan = plan_import(path, Choices(**choices), taxonomy_names())
    job = work_on(start_import(plan, queued=False).pk, beat=False)
    assert job is not None
    return job


def test_an_import_into_an_empty_company_makes_its_source(home, tmp_path: Path):
    job = do_import(write(tmp_path / "大众点评 七月.csv", REVIEWS))

    source = Source.objects.get()
    assert (source.code, source.taxonomy) == ("大众点评-七月", "restaurant")
    assert job.state == Job.State.DONE
    assert job.result == {
        "rows": 3, "accepted": 3, "duplicates": 0, "errors": 0, "empty": 0,
        "source": "大众点评-七月", "position": 3,
    }  # fmt: skip


def test_importing_twice_changes_nothing(home, tmp_path: Path):
    path = write(tmp_path / "r.csv", REVIEWS)

    do_import(path)
    again = do_import(path)

    assert (again.result["accepted"], again.result["duplicates"]) == (0, 3)
    assert open_inbox().last() == 3


def test_good_rows_go_in_and_bad_ones_are_listed(home, tmp_path: Path):
    job = do_import(write(tmp_path / "r.csv", BAD))

    assert (job.result["accepted"], job.result["errors"]) == (GOOD_ROWS, 2)
    lines = error_path(job).read_text("utf-8-sig").splitlines()
    assert lines[1].startswith("2,评分,9,")
    assert lines[2].startswith("3,日期,2026-02-30,")


def test_all_or_nothing_takes_nothing_when_a_row_is_bad(home, tmp_path: Path):
    job = do_import(write(tmp_path / "r.csv", BAD), all_or_nothing=True)

    assert job.state == Job.State.FAILED
    assert job.error == {"code": "rows_refused", "details": {"errors": 2}}
    assert open_inbox().last() == 0
    assert len(error_path(job).read_text("utf-8-sig").splitlines()) == 3


def test_all_or_nothing_takes_everything_when_all_rows_are_good(home, tmp_path: Path):
    assert (
        do_import(write(tmp_path / "r.csv", REVIEWS), all_or_nothing=True).result["accepted"] == 3
    )


def test_a_dry_run_counts_and_takes_nothing(home, tmp_path: Path):
    plan = plan_import(write(tmp_path / "r.csv", BAD), Choices(), taxonomy_names())

    counts = dry_run(plan)

    assert (counts["rows"], counts["errors"]) == (GOOD_ROWS + 2, 2)
    assert open_inbox().last() == 0
    assert not Source.objects.exists()


def test_a_correction_is_remembered_for_the_next_file_of_the_source(home, tmp_path: Path):
    text = "甲,乙\n" + "".join(
        f"服务员态度第{n}次都很好很热情,门口停车第{n}次都很难找到位置\n" for n in range(30)
    )
    first = write(tmp_path / "a.csv", text)
    do_import(first, source="shop", roles=(("text", "乙"),), taxonomy="restaurant")

    plan = plan_import(write(tmp_path / "b.csv", text), Choices(source="shop"), taxonomy_names())

    assert plan.guess.remembered
    assert plan.taxonomy == "restaurant"
    assert {c["name"]: c["role"] for c in preview(plan)["columns"]} == {
        "甲": "attribute",
        "乙": "text",
    }


def test_two_styles_of_header_are_remembered_side_by_side(home, tmp_path: Path):
    do_import(write(tmp_path / "a.csv", "评论,城市\n好吃又便宜,上海\n"), source="shop")
    do_import(write(tmp_path / "b.csv", "review,city\nvery tasty,London\n"), source="shop")

    for text in ("评论,城市\n难吃还很贵,北京\n", "review,city\ntoo salty,Leeds\n"):
        plan = plan_import(
            write(tmp_path / "c.csv", text), Choices(source="shop"), taxonomy_names()
        )
        assert plan.guess.remembered


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ({"roles": (("text", "没有这列"),)}, "column_missing"),
        ({"taxonomy": "astrology"}, "unknown_taxonomy"),
        ({"unit": "nowhere"}, "unknown_unit"),
        ({"source": "a/b"}, "bad_source"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_taken(home, tmp_path: Path, choices, code):
    with pytest.raises(ImportRefused) as caught:
        plan_import(write(tmp_path / "r.csv", REVIEWS), Choices(**choices), taxonomy_names())

    assert caught.value.code == code


def test_a_file_without_words_and_ratings_is_refused(home, tmp_path: Path):
    path = write(tmp_path / "r.csv", "城市,人数\n上海,3\n北京,4\n")

    with pytest.raises(ImportRefused) as caught:
        plan_import(path, Choices(), taxonomy_names())

    assert caught.value.code == "nothing_to_read"


def test_units_are_found_by_code_and_by_name(home, tmp_path: Path):
    unit = a_unit(code="store-1")
    path = write(
        tmp_path / "r.csv",
        f"评论,门店\n好吃又便宜,{unit.name}\n难吃还很贵,store-1\n太咸了吧,九号店\n",
    )

    job = do_import(path, roles=(("unit", "门店"),))

    assert (job.result["accepted"], job.result["errors"]) == (2, 1)
    payloads = [json.loads(payload) for _, payload in open_inbox().read(0, 10)]
    assert {payload["unit"] for payload in payloads} == {"store-1"}


def test_a_file_that_changed_under_a_waiting_job_is_refused(home, tmp_path: Path):
    path = write(tmp_path / "r.csv", REVIEWS)
    plan = plan_import(path, Choices(), taxonomy_names())
    job = start_import(plan, queued=False)
    write(path, "评论\n别的文件\n")

    done = work_on(job.pk, beat=False)

    assert done is not None
    assert done.error["code"] == "file_changed"


def many(path: Path, rows: int) -> Path:
    return write(
        path,
        "评论,城市\n"
        + "".join(f"第{n % 700}次来，味道不错，上菜有点慢,上海\n" for n in range(rows)),
    )


def test_an_interrupted_import_goes_on_and_repeats_nothing(home, tmp_path: Path, monkeypatch):
    path = many(tmp_path / "r.csv", 45_000)
    plan = plan_import(path, Choices(), taxonomy_names())
    job = start_import(plan, queued=False)
    keep, saved = Run.save, []

    def dies_after_the_second_append(self: Run, *args, **kwargs) -> None:
        if len(saved) == 1:
            saved.append("appended, but the cursor was not kept")
            raise KeyboardInterrupt
        saved.append("kept")
        keep(self, *args, **kwargs)

    monkeypatch.setattr(Run, "save", dies_after_the_second_append)
    with pytest.raises(KeyboardInterrupt):
        work_on(job.pk, beat=False)
    monkeypatch.setattr(Run, "save", keep)
    assert 0 < open_inbox().last() < 45_000
    Job.objects.filter(pk=job.pk).update(heartbeat_at=None)  # its holder has fallen silent

    done = work_on(job.pk, beat=False)

    assert done is not None
    assert done.state == Job.State.DONE
    assert done.attempts == 2
    assert done.result["rows"] == 45_000
    assert done.result["accepted"] + done.result["duplicates"] == 45_000
    assert open_inbox().last() == 45_000


def test_a_cancelled_import_stops_and_can_be_done_again(home, tmp_path: Path, monkeypatch):
    path = many(tmp_path / "r.csv", 45_000)
    job = start_import(plan_import(path, Choices(), taxonomy_names()), queued=False)
    keep = Run.save

    def is_cancelled_meanwhile(self: Run, *args, **kwargs) -> None:
        request_cancel(Job.objects.get(pk=job.pk))
        keep(self, *args, **kwargs)

    monkeypatch.setattr(Run, "save", is_cancelled_meanwhile)
    cancelled = work_on(job.pk, beat=False)
    monkeypatch.setattr(Run, "save", keep)

    assert cancelled is not None
    assert cancelled.state == Job.State.CANCELLED
    assert 0 < open_inbox().last() < 45_000
    assert do_import(path).result["accepted"] + open_inbox().last() > 45_000
    assert open_inbox().last() == 45_000
