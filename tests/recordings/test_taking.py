"""Recordings become conversations and voices, once each, and whatever is wrong is named."""

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from peakend.config.env import SpeechSettings
from peakend.conversations.models import Conversation, Turn
from peakend.jobs.models import Job
from peakend.jobs.runs import request_cancel, work_on
from peakend.loop.signals_drained import drain
from peakend.opinions.taxonomies import apply_version, save_version
from peakend.organization.choices import Role
from peakend.recordings import taking
from peakend.recordings.errors import RecordingRefused
from peakend.recordings.lists import recordings_in, time_in_name
from peakend.recordings.sound import pieces, read_wav
from peakend.recordings.speech import CUSTOMER, STAFF, Segment, Transcript
from peakend.recordings.taking import ensure_source, start_taking
from peakend.text import parse_taxonomy
from peakend.voices.models import Source, Voice
from tests.builders import a_unit, a_user
from tests.recordings.sounds import silence, tone, write_wav

pytestmark = pytest.mark.django_db

SAID = {CUSTOMER: "外卖送达太慢了，太差了", STAFF: "实在抱歉，马上给您退款", "": "外卖送达太慢了"}


class Listener:
    """An engine that hears where somebody speaks and knows one sentence for each speaker."""

    suffixes = frozenset({".wav"})

    def __init__(self) -> None:
        self.heard: list[str] = []

    def transcribe(self, path, customer_channel, progress):
        self.heard.append(path.name)
        sound = read_wav(path)
        found = []
        for number, samples in enumerate(sound.channels):
            speaker = "" if len(sound.channels) == 1 else STAFF
            if speaker and number == customer_channel:
                speaker = CUSTOMER
            for first, end in pieces(samples, sound.rate):
                found.append(Segment(first / sound.rate, end / sound.rate, SAID[speaker], speaker))
                progress(end / len(samples))
        return Transcript(tuple(sorted(found, key=lambda one: one.start)))


@pytest.fixture
def listener(monkeypatch, home):
    listener = Listener()
    monkeypatch.setattr(taking, "engine_of", lambda settings: listener)
    Source.objects.create(code="chat", name="客服", taxonomy="restaurant")
    return listener


def a_call(path, seconds=1.0):
    """The customer speaks on the left, then the company on the right."""
    return write_wav(path, tone(seconds), np.concatenate([silence(seconds + 1), tone(1)]))


def take(found, **changes):
    source = ensure_source("recordings", "", ("restaurant",))
    job = start_taking(found, source, name="calls", queued=False, **changes)
    return work_on(job.pk)


def test_a_call_in_stereo_becomes_a_conversation_and_is_heard_once(listener, tmp_path):
    a_unit(code="east")
    folder = tmp_path / "calls"
    folder.mkdir()
    a_call(folder / "a.wav")
    (folder / "manifest.csv").write_text(
        "file,customer,unit,time\na.wav,U17,东店,2026-07-20 10:00:00\n", encoding="utf-8"
    )
    found = recordings_in(folder, {"东店": "east"})
    done = take(found)
    assert done.result == {
        "conversations": 1, "voices": 0, "known": 0, "files": 1, "faults": [], "source": "recordings",
    }  # fmt: skip
    assert (done.done, done.share) == (done.total, 1.0)
    drain()
    held = Conversation.objects.get()
    assert (held.unit.code, held.channel, held.first_reply) == ("east", "hotline", pytest.approx(2, abs=0.2))  # fmt: skip
    assert [turn.speaker for turn in Turn.objects.order_by("at")] == ["customer", "staff"]
    voice = Voice.objects.get()
    assert voice.text == SAID[CUSTOMER]
    assert voice.customer is not None
    # the same sound under another name is not even listened to
    (folder / "a.wav").rename(folder / "b.wav")
    again = take(recordings_in(folder / "b.wav", {}))
    assert again.result["known"] == 1
    assert listener.heard == ["a.wav"]
    # and the recording itself stays where it was
    assert (folder / "b.wav").exists()


def test_where_nobody_knows_who_speaks_it_becomes_a_voice(listener, tmp_path):
    path = write_wav(tmp_path / "note.wav", tone(1))
    assert take(recordings_in(path, {})).result["voices"] == 1
    drain()
    assert Voice.objects.get().text == SAID[""]
    assert not Conversation.objects.exists()
    # said to be of another time, it is still the same
    moved = [type(one)(one.path, "2026-01-01T00:00:00+00:00") for one in recordings_in(path, {})]
    assert take(moved).result["known"] == 1


def test_a_bad_file_is_named_and_the_others_are_taken(listener, tmp_path):
    a_call(tmp_path / "good.wav")
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    write_wav(tmp_path / "mute.wav", silence(2))
    done = take(recordings_in(tmp_path, {}))
    assert done.state == Job.State.DONE
    assert [(one["code"], one["details"]["file"]) for one in done.result["faults"]] == [
        ("not_wav", "bad.wav"),
        ("no_words", "mute.wav"),
    ]
    assert done.result["conversations"] == 1


def test_where_nothing_can_be_read_the_job_fails_by_name(listener, tmp_path):
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    done = take(recordings_in(tmp_path, {}))
    assert (done.state, done.error["code"]) == (Job.State.FAILED, "not_wav")
    assert done.error["details"] == {"file": "bad.wav"}


def test_it_is_deleted_once_its_words_are_kept_and_only_then(listener, tmp_path):
    good, bad = a_call(tmp_path / "good.wav"), tmp_path / "bad.wav"
    bad.write_bytes(b"no sound")
    take(recordings_in(tmp_path, {}), delete=True)
    assert not good.exists()
    assert bad.exists()
    drain()
    assert Conversation.objects.count() == 1


def test_a_killed_run_goes_on_where_it_stopped(listener, tmp_path, monkeypatch):
    for number in range(3):
        a_call(tmp_path / f"{number}.wav", seconds=1 + number / 2)
    source = ensure_source("recordings", "", ("restaurant",))
    job = start_taking(recordings_in(tmp_path, {}), source, name="calls", queued=False)
    # somebody stops the work while the second is listened to
    whole = listener.transcribe

    def stopped(path, customer_channel, progress):
        if path.name == "1.wav":
            raise KeyboardInterrupt
        return whole(path, customer_channel, progress)

    monkeypatch.setattr(listener, "transcribe", stopped)
    with pytest.raises(KeyboardInterrupt):
        work_on(job.pk)
    monkeypatch.setattr(listener, "transcribe", whole)
    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING, holder="")
    done = work_on(job.pk)
    assert done.result["conversations"] == 3
    assert listener.heard == ["0.wav", "1.wav", "2.wav"]
    drain()
    assert Conversation.objects.count() == 3


def test_work_that_is_cancelled_stops_at_the_next_file(listener, tmp_path, monkeypatch):
    for number in range(3):
        a_call(tmp_path / f"{number}.wav", seconds=1 + number / 2)
    source = ensure_source("recordings", "", ("restaurant",))
    job = start_taking(recordings_in(tmp_path, {}), source, name="calls", queued=False)
    whole = listener.transcribe

    def asked(path, customer_channel, progress):
        request_cancel(Job.objects.get(pk=job.pk))
        return whole(path, customer_channel, progress)

    monkeypatch.setattr(listener, "transcribe", asked)
    done = work_on(job.pk)
    assert (done.state, done.result["conversations"]) == (Job.State.CANCELLED, 1)
    assert listener.heard == ["0.wav"]


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        ("name\nx\n", "no_file_column"),
        ("file\nnone.wav\n", "not_found"),
        ("file\n../out.wav\n", "outside"),
        ("file,unit\na.wav,nowhere\n", "unknown_unit"),
        ("file,time\na.wav,yesterday\n", "bad_time"),
        ("file,customer\na.wav,U1,U2\n", "bad_row"),
        (b"file\n\xff\xff\n", "bad_list"),
        ("file\na\0.wav\n", "bad_list"),
    ],
)
def test_a_list_that_cannot_be_followed_says_where(tmp_path, listed, code):
    folder = tmp_path / "calls"
    folder.mkdir()
    (tmp_path / "out.wav").write_bytes(b"x")
    (folder / "a.wav").write_bytes(b"x")
    (folder / "manifest.csv").write_bytes(listed if isinstance(listed, bytes) else listed.encode())
    with pytest.raises(RecordingRefused, match=code):
        recordings_in(folder, {})


def test_a_list_that_a_chinese_excel_saved_is_read(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"x")
    (tmp_path / "manifest.csv").write_bytes("file,unit,\r\na.wav,东店,,\r\n".encode("gb18030"))
    [one] = recordings_in(tmp_path, {"东店": "east"})
    assert one.unit == "east"


def upload(client, file) -> str:
    """Drop a recording on the import page; the page that asks what is known of it."""
    answer = client.post("/imports/", {"file": SimpleUploadedFile(file.name, file.read_bytes())})
    assert answer.status_code == 302
    return answer.url


def test_an_upload_is_put_into_words_and_the_sound_is_not_kept(
    listener, tmp_path, client, settings
):
    # given: somebody of one store, and a taxonomy of the company's own
    settings.SPEECH = SpeechSettings(model="somewhere")
    store = a_unit(a_unit(kind="group", code="group"), code="east")
    client.force_login(a_user(Role.ANALYST, store))
    own = parse_taxonomy(
        "code: teahouse\nversion: 1\nnames: {zh: 茶馆, en: Tea house}\ngroups:\n- code: service\n"
        "  names: {zh: 服务, en: Service}\n  aspects:\n  - code: wait\n    names: {zh: 等待, en: Wait}\n"
        "    description: {zh: 等, en: wait}\n    keywords: {zh: [等], en: [wait]}\n"
    )
    apply_version(save_version(own, author=None, at=timezone.now()), at=timezone.now())
    # when
    page = upload(client, a_call(tmp_path / "8001_20260715-143205.wav"))
    asked = client.get(page).content.decode()
    assert 'value="2026-07-15T14:32"' in asked
    assert 'value="teahouse"' in asked
    said = {
        "began": "2026-07-15T14:32", "unit": "east", "channel": "store", "taxonomy": "teahouse",
        "customer": "M-7", "customer_channel": "0", "source": "front-desk",
    }  # fmt: skip
    assert client.post(page, said).status_code == 302
    job = Job.objects.get()
    assert work_on(job.pk).state == Job.State.DONE
    # then
    assert not list((settings.MEDIA_ROOT / "uploads").glob("*/file*"))
    drain()
    heard = Conversation.objects.select_related("source", "unit").get()
    assert (heard.unit, heard.channel) == (store, "store")
    assert (heard.source.code, heard.source.taxonomy) == ("front-desk", "teahouse")
    assert timezone.localtime(heard.started_at).strftime("%Y-%m-%d %H:%M") == "2026-07-15 14:32"
    assert "8001_20260715-143205.wav" in client.get("/jobs/").content.decode()


def test_a_recording_is_brought_for_ones_own_units_and_no_time_to_come(
    listener, tmp_path, client, settings
):
    settings.SPEECH = SpeechSettings(model="somewhere")
    group = a_unit(kind="group", code="group")
    a_unit(group, code="west")
    client.force_login(a_user(Role.ANALYST, a_unit(group, code="east")))
    page = upload(client, a_call(tmp_path / "call.wav"))
    said = {
        "began": "2026-07-15T14:32", "unit": "east", "channel": "hotline",
        "taxonomy": "restaurant", "customer_channel": "0", "source": "recordings",
    }  # fmt: skip
    for wrong in ({"unit": "west"}, {"unit": ""}, {"began": "2099-01-01T00:00"}, {"source": "a b"}):
        assert client.post(page, said | wrong).status_code == 422
    assert not Job.objects.exists()
    # nobody else finds the upload
    client.force_login(a_user(Role.ANALYST, group))
    assert client.get(page).status_code == 404


def test_what_reads_a_source_is_not_changed_by_whoever_sees_a_part_of_the_company(
    listener, tmp_path, client, settings
):
    settings.SPEECH = SpeechSettings(model="somewhere")
    group = a_unit(kind="group", code="group")
    source = Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")
    client.force_login(a_user(Role.ANALYST, a_unit(group, code="east")))
    page = upload(client, a_call(tmp_path / "call.wav"))
    said = {
        "began": "2026-07-15T14:32", "unit": "east", "channel": "hotline",
        "taxonomy": "car", "customer_channel": "0", "source": source.code,
    }  # fmt: skip
    refused = client.post(page, said)
    assert refused.status_code == 422
    assert "餐饮" in str(refused.context["form"].errors["taxonomy"])
    source.refresh_from_db()
    assert source.taxonomy == "restaurant"
    assert client.post(page, said | {"taxonomy": "restaurant"}).status_code == 302


def test_a_mono_recording_says_that_nobody_is_told_apart(listener, tmp_path, client, settings):
    settings.SPEECH = SpeechSettings(model="somewhere")
    client.force_login(a_user(Role.ANALYST, a_unit(kind="group", code="group")))
    client.cookies["django_language"] = "en"
    asked = client.get(upload(client, write_wav(tmp_path / "note.wav", tone(1.0)))).content.decode()
    assert "who speaks is not told apart" in asked
    assert 'name="customer_channel"' not in asked


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("8001_20260715-143205.wav", "2026-07-15 14:32:05"),
        ("2026-07-15 14.32.wav", "2026-07-15 14:32:00"),
        ("call-13800138000.wav", None),
        ("20261399-250000.wav", None),
        ("20990101-000000.wav", None),
    ],
)
def test_the_time_that_a_telephone_system_writes_into_the_name_is_read(name, told):
    at = time_in_name(name)
    assert (None if at is None else timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")) == told


def test_without_an_engine_an_upload_is_refused_in_words(client, home):
    client.force_login(a_user(Role.ANALYST, a_unit(kind="group", code="group")))
    answer = client.post("/imports/", {"file": SimpleUploadedFile("call.wav", b"x")})
    assert answer.status_code == 422
    assert "PEAKEND_SPEECH_MODEL" in answer.content.decode()
    assert not Job.objects.exists()
