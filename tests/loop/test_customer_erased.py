"""An erased customer is gone from everything that is kept, and the others stay as they are."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.db import connection
from django.utils import timezone

from peakend.cases.models import Case, Comment, Evidence, Step
from peakend.conversations.models import Conversation
from peakend.customers.models import Customer, ErasedIdentity, Erasure, Identity
from peakend.inbox import open_inbox
from peakend.inbox.signals import CustomerUpdate, Turn, Who, encode, key_of
from peakend.jobs.models import Job
from peakend.jobs.runs import work_on
from peakend.loop.customer_erased import forget_what_ended_jobs_held, start_erasure
from peakend.loop.files_forgotten import PIECE
from peakend.loop.signals_drained import drain
from peakend.messages.models import Notice
from peakend.opinions.corrections import Hand, confirm_text
from peakend.organization.audit import note
from peakend.organization.audit_guard import is_guarded
from peakend.organization.choices import Role
from peakend.voices.models import Source, Voice
from peakend.warehouse.cells import Slice, read_cells
from peakend.warehouse.facts import count_facts, held_position
from tests.builders import a_response_signal, a_unit, a_user, a_voice_signal, an_event_signal, hear

pytestmark = pytest.mark.django_db

MEMBER, PHONE, NAME = "MEMBER-90210-QX", "13912345678", "欧阳莫寻"
WORDS = "珊瑚色雨伞忘在三号桌了，等位等了两个小时"
# As they are spelled anywhere: identities, name, words, and numbers of the sender's own.
TRACES = (
    MEMBER, PHONE, "139-1234-5678", NAME, "珊瑚色雨伞忘在三号桌了", "review-of-ouyang-1",
    "蓝莓味的收据夹在菜单里", "conversation-of-ouyang", "ouyang.moxun@example.net",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", channel="reviews", taxonomy="restaurant")


def theirs() -> Who:
    return Who(
        {"member": MEMBER, "phone": "+86 139-1234-5678", "email": "Ouyang.Moxun@example.net"},
        name=NAME,
        attributes={"segment": "vip", "address": NAME + "路 1 号"},
    )


def plant():
    """One customer through every channel, and another who stays."""
    signals = [
        a_voice_signal(WORDS, id="review-of-ouyang-1", customer=theirs(), rating=1, scale=(1, 5)),
        a_response_signal({"nps": 2, "reason": "蓝莓味的收据夹在菜单里"}, customer=theirs()),
        an_event_signal("purchase", 321.0, customer=theirs(), attributes={"name": NAME}),
        CustomerUpdate("crm", "2026-07-20T10:00:00+08:00", theirs(), tags=["vip"]),
        Turn(
            "dianping", "conversation-of-ouyang", "customer", WORDS, "2026-07-25T18:30:00+08:00",
            customer=theirs(),
        ),
        a_voice_signal("菜很好吃，服务员很热情", customer=Who({"member": "another"}), rating=5),
        a_response_signal({"nps": 10}, customer=Who({"member": "another"})),
    ]  # fmt: skip
    hear(*signals)
    customer = Customer.objects.get(name=NAME)
    quoted_by_colleagues(customer)
    return customer, signals


def quoted_by_colleagues(customer: Customer) -> None:
    lead, now = a_user(), timezone.now()
    voice = Voice.objects.get(external_id="review-of-ouyang-1")
    case = Case.objects.create(
        title=f"{NAME} 的雨伞", cause=f"voice:{voice.pk}", severity=2, customer=customer,
        opened_at=now, promised_at=now, due_at=now, unit=a_unit(),
    )  # fmt: skip
    Comment.objects.create(case=case, author=lead, text=f"打 {PHONE} 没人接", written_at=now)
    Step.objects.create(case=case, kind="received", taken_at=now, note=f"找过 {NAME}")
    Evidence.objects.create(case=case, key=f"voice:{voice.pk}", voice=voice, added_at=now)
    other = Case.objects.create(
        cause="metric:x", severity=1, opened_at=now, promised_at=now, due_at=now, unit=case.unit
    )
    Comment.objects.create(case=other, author=lead, text=f"像 {MEMBER} 那样", written_at=now)
    Notice.objects.create(
        user=lead, key="k", template="case_opened", link=f"/cases/{case.pk}/", created_at=now,
        context={"title": {"zh-hans": case.title, "en": case.title}, "number": case.pk},
    )  # fmt: skip
    note("unmask", customer, lead, kinds=["phone"])
    confirm_text(voice, Hand(lead, now))


def erase(customer: Customer) -> Job:
    job = start_erasure(customer.pk, started_by=a_user(Role.ADMINISTRATOR), queued=False)
    done = work_on(job.pk, beat=False)
    assert done.state == Job.State.DONE, done.error
    return done


def everything_in_tables() -> str:
    """Every value of every table, and of the inbox."""
    held = [json.dumps(list(model._base_manager.values_list()), default=str, ensure_ascii=False)
            for model in apps.get_models()]  # fmt: skip
    held += [payload.decode() for _, payload in open_inbox().read(0, 1_000)]
    return "\n".join(held)


def everything_in_the_warehouse(home: Path) -> str:
    """Every value, statistic and line of the log, unpacked."""
    held = []
    for path in (home / "warehouse").rglob("*"):
        if path.suffix == ".parquet":
            held += [str(pq.read_table(path, partitioning=None).to_pylist())]
            held += [str(pq.read_metadata(path).to_dict())]
        elif path.is_file():
            held += [path.read_text()]
    return "\n".join(held)


def test_nothing_of_an_erased_customer_is_left_anywhere(home: Path) -> None:
    customer, _ = plant()
    number = customer.pk
    uploads = home / "files" / "uploads" / "abc"
    uploads.mkdir(parents=True)
    (uploads / "file.csv").write_bytes(f"评论\n{WORDS}\n".encode("gb18030"))
    with zipfile.ZipFile(uploads / "file.xlsx", "w") as book:
        book.writestr("sheet.xml", f"<c>{PHONE}</c>")
    (uploads / "other.csv").write_text("评论\n别人的话\n")
    before = everything_in_tables()
    assert all(trace in before for trace in (MEMBER, PHONE, NAME))

    job = erase(customer)

    held = everything_in_tables()
    assert [trace for trace in TRACES if trace in held] == []
    warehouse = everything_in_the_warehouse(home)
    assert f"'customer': {number}," not in warehouse
    assert [trace for trace in TRACES if trace in warehouse] == []
    assert [path.name for path in uploads.iterdir()] == ["other.csv"]
    assert job.result["voices"] == 3
    assert job.result["files"] == 2
    assert not Conversation.objects.exists()
    assert is_guarded(connection)


def test_figures_are_those_of_the_others_afterwards(home) -> None:
    customer, _ = plant()
    position = held_position()

    erase(customer)

    (nps,) = read_cells(Slice(), (), ("score",), ("nps",))
    assert (nps.n, nps.positives, nps.negatives) == (1, 1, 0)
    (rating,) = read_cells(Slice(), (), ("score",), ("rating",))
    assert (rating.n, rating.histogram[5]) == (1, 1)
    assert not read_cells(Slice(), (), ("event",))
    assert held_position() == position
    assert Voice.objects.get().customer.identities.get().value == "another"
    drain()
    assert count_facts() == sum(row.n for row in read_cells(Slice()))


def test_what_is_told_is_who_and_when_and_how_much(home) -> None:
    customer, _ = plant()
    number, administrator = customer.pk, a_user(Role.ADMINISTRATOR)
    work_on(start_erasure(number, started_by=administrator, queued=False).pk, beat=False)

    erasure = Erasure.objects.get()
    assert (erasure.number, erasure.by) == (number, administrator)
    assert erasure.removed["signals"] == 6
    entry = LogEntry.objects.get_for_object(erasure).get()
    assert entry.additional_data["event"] == "erase"
    assert entry.actor == administrator


def test_a_case_keeps_how_it_was_handled(home) -> None:
    customer, _ = plant()
    case = Case.objects.get(customer=customer)

    erase(customer)

    case.refresh_from_db()
    assert (case.title, case.customer, case.steps.get().kind) == ("", None, "received")
    assert case.evidence.get().voice is None
    assert Comment.objects.get().text == "像 ▇▇▇ 那样"
    assert Notice.objects.get().context["number"] == case.pk


def test_the_same_signals_do_not_bring_anybody_back(home) -> None:
    customer, signals = plant()
    erase(customer)
    facts, customers = count_facts(), Customer.objects.count()

    receipt = open_inbox().append((key_of(signal), encode(signal)) for signal in signals)
    assert (receipt.accepted, receipt.duplicates) == (0, len(signals))
    renamed = a_voice_signal(WORDS, id="another-export", customer=theirs())
    hear(renamed, a_voice_signal("另一位客人的话", customer=Who({"member": "third"})))

    assert Customer.objects.count() == customers + 1
    assert not Identity.objects.filter(value=MEMBER).exists()
    assert not Voice.objects.filter(text=WORDS).exists()
    assert MEMBER not in everything_in_tables()
    assert count_facts() > facts


def test_who_comes_again_is_a_new_acquaintance(home) -> None:
    customer, _ = plant()
    erase(customer)
    later = "2099-01-01T12:00:00+08:00"
    hear(a_voice_signal("又来了一次", customer=Who({"member": MEMBER}), time=later))
    assert Identity.objects.get(value=MEMBER).customer_id != customer.pk
    assert ErasedIdentity.objects.exists()


def test_what_has_arrived_and_is_not_applied_is_erased_too(home) -> None:
    customer, _ = plant()
    waiting = a_voice_signal("还没来得及读的话：" + MEMBER, customer=theirs())
    open_inbox().append([(key_of(waiting), encode(waiting))])
    erase(customer)
    drain()
    assert MEMBER not in everything_in_tables()
    assert not Identity.objects.filter(value=MEMBER).exists()


def test_files_of_others_and_of_open_work_stay(home) -> None:
    customer, _ = plant()
    files = home / "files"
    files.mkdir(exist_ok=True)
    (files / "named.csv").write_text(f"姓名\n{NAME}\n")
    (files / "running.csv").write_text(f"评论\n{WORDS}\n")
    (files / "empty.csv").touch()
    with zipfile.ZipFile(files / "long.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("sheet.xml", "x" * (PIECE - 3) + PHONE)  # across the end of a piece
    Job.objects.create(kind="feedback.import", parameters={"path": str(files / "running.csv")})

    assert erase(customer).result["files"] == 1
    left = {path.name for path in files.iterdir()}
    assert left == {"named.csv", "running.csv", "empty.csv"}


def test_what_an_open_job_was_told_is_forgotten_once_it_has_ended(home) -> None:
    customer, _ = plant()
    files = home / "files"
    (files / "imports").mkdir(parents=True)
    (files / "running.csv").write_text(f"评论\n{WORDS}\n")
    (files / "other.csv").write_text("评论\n别人的话\n")
    told = {"path": str(files / "running.csv"), "name": f"{NAME}.csv", "source": "dianping"}
    reading = Job.objects.create(kind="feedback.import", parameters=told)
    Job.objects.create(kind="feedback.import", parameters={"path": str(files / "other.csv")})

    erase(customer)
    assert forget_what_ended_jobs_held() == 1  # it still reads
    (files / "imports" / f"{reading.pk}-errors.csv").write_text(f"3,{WORDS}\n")
    Job.objects.filter(pk=reading.pk).update(
        state=Job.State.FAILED,
        result={"taken": 5},
        error={"code": "bad_row", "details": {"row": 3, "value": WORDS}},
    )
    assert forget_what_ended_jobs_held() == 0

    assert {path.name for path in files.rglob("*.csv")} == {"other.csv"}
    assert [trace for trace in TRACES if trace in everything_in_tables()] == []
    reading.refresh_from_db()
    assert reading.parameters == told | {"name": "▇▇▇"}
    assert (reading.result, reading.error["code"]) == ({"taken": 5}, "bad_row")
    assert Erasure.objects.get().open_jobs == {}


def test_a_file_that_is_being_read_once_more_waits_for_that_too(home) -> None:
    customer, _ = plant()
    path = home / "files" / "running.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"评论\n{WORDS}\n")
    first = Job.objects.create(kind="feedback.import", parameters={"path": str(path)})
    erase(customer)

    again = Job.objects.create(kind="feedback.import", parameters={"path": str(path)})
    Job.objects.filter(pk=first.pk).update(state=Job.State.FAILED)
    assert forget_what_ended_jobs_held() == 1
    assert path.exists()

    Job.objects.filter(pk=again.pk).update(state=Job.State.DONE)
    assert forget_what_ended_jobs_held() == 0
    assert not path.exists()


def test_the_audit_log_never_learns_a_customers_name(home) -> None:
    customer, _ = plant()
    entries = LogEntry.objects.order_by("pk").values_list(
        "object_repr", "changes", "additional_data"
    )
    assert (f"#{customer.pk}", None, {"event": "unmask", "kinds": ["phone"]}) in entries
    assert NAME not in str([*entries])


def test_an_erasure_begun_again_ends_the_same(home, monkeypatch) -> None:
    from peakend.loop import customer_erased

    customer, _ = plant()
    number = customer.pk

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    job = start_erasure(number, queued=False)
    with monkeypatch.context() as patched:
        patched.setattr(customer_erased, "erase_profile", lambda *_, **__: dies())
        with pytest.raises(KeyboardInterrupt):
            work_on(job.pk, beat=False)
    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING)

    assert work_on(job.pk, beat=False).state == Job.State.DONE
    assert [trace for trace in TRACES if trace in everything_in_tables()] == []
    again = start_erasure(number, queued=False)
    assert work_on(again.pk, beat=False).state == Job.State.DONE


def test_nobody_looks_for_reasons_or_themes_while_somebody_is_erased(home, monkeypatch) -> None:
    from peakend.loop import customer_erased

    taken, held = [], []
    real_turns, real_words = customer_erased.taking_turns, customer_erased.belongings_of

    @contextmanager
    def turns(name: str) -> Iterator[None]:
        with real_turns(name):
            taken.append(name)
            yield
            taken.remove(name)

    monkeypatch.setattr(customer_erased, "taking_turns", turns)
    monkeypatch.setattr(
        customer_erased, "belongings_of", lambda *of: (held.extend(taken), real_words(*of))[1]
    )
    customer, _ = plant()
    erase(customer)
    assert held == ["reasons", "themes", "drain"]


def test_nobody_is_erased_under_an_unknown_number(home) -> None:
    job = start_erasure(404_404, queued=False)
    done = work_on(job.pk, beat=False)
    assert (done.state, done.error["code"]) == (Job.State.FAILED, "no_such_customer")
