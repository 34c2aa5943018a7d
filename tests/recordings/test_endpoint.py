"""The endpoint is sent what it should be, and whatever it answers is understood or refused."""

import json
import threading
import time
from contextlib import suppress
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from peakend.config.env import SpeechSettings
from peakend.messages.outbound import GuardedSession, Patience
from peakend.recordings.endpoint import EndpointEngine
from peakend.recordings.errors import RecordingRefused
from peakend.recordings.speech import Segment, engine_of
from peakend.recordings.taking import OF_THE_ENGINE
from tests.recordings.sounds import tone, write_wav

pytestmark = pytest.mark.pure


class Endpoint:
    """A local server that keeps what it was sent."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict, bytes]] = []
        self.status, self.body, self.delay = 200, b"{}", 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append((self.path, dict(self.headers), raw))
                time.sleep(outer.delay)
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                with suppress(BrokenPipeError):  # whoever asked has lost patience
                    self.wfile.write(outer.body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def fields(self) -> dict[str, tuple[str | None, bytes]]:
        _path, headers, raw = self.seen[-1]
        head = f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
        return {
            part.get_param("name", header="content-disposition"): (
                part.get_filename(),
                part.get_payload(decode=True),
            )
            for part in BytesParser().parsebytes(head + raw).get_payload()
        }


@pytest.fixture
def endpoint(settings):
    endpoint = Endpoint()
    settings.OUTBOUND_HOSTS = (endpoint.host,)
    yield endpoint
    endpoint.server.shutdown()
    endpoint.server.server_close()


@pytest.fixture
def call(tmp_path):
    return write_wav(tmp_path / "13900001234.wav", tone(0.5))


def engine(endpoint, **changes):
    values = {"model": "some-model", "url": f"http://{endpoint.host}/v1", "key": "k-1", **changes}
    return engine_of(SpeechSettings(**values))


def test_the_recording_the_model_and_the_language_are_sent_and_the_name_is_not(endpoint, call):
    endpoint.body = json.dumps({"text": " 几点开门 ", "duration": 1.5}).encode()
    found = engine(endpoint, language="zh").transcribe(call, 0, lambda share: None)
    assert found.segments == (Segment(0.0, 1.5, "几点开门"),)
    assert not found.is_conversation
    path, headers, raw = endpoint.seen[0]
    assert (path, headers["Authorization"]) == ("/v1/audio/transcriptions", "Bearer k-1")
    fields = endpoint.fields()
    assert fields["model"][1] == b"some-model"
    assert fields["language"][1] == b"zh"
    assert fields["response_format"][1] == b"verbose_json"
    assert fields["file"] == ("recording.wav", call.read_bytes())
    assert b"13900001234" not in raw


def test_segments_and_speakers_are_taken_where_there_are_any(endpoint, call):
    segments = [
        {"start": 0, "end": 2, "text": "几点开门？", "speaker": "Customer"},
        {"start": 2, "end": 3, "text": "  "},
        {"start": 3, "end": 5, "text": "十点", "speaker": "agent"},
    ]
    endpoint.body = json.dumps({"text": "…", "segments": segments}).encode()
    found = engine(endpoint, key="").transcribe(call, 0, lambda share: None)
    assert [one.speaker for one in found.segments] == ["customer", "staff"]
    assert found.is_conversation
    assert "Authorization" not in endpoint.seen[0][1]


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (401, b"{}", "engine_refused"),
        (200, b"not json", "bad_answer"),
        (200, b"[]", "bad_answer"),
        (200, b'{"segments": [{"text": "a"}]}', "bad_answer"),
        (200, b"{}", "bad_answer"),
        (200, b'{"segments": [{"start": NaN, "end": 1, "text": "a"}]}', "bad_answer"),
        (200, b'{"segments": [{"start": 0, "end": 1e300, "text": "a"}]}', "bad_answer"),
        (200, b'{"segments": [{"start": 2, "end": 1, "text": "a"}]}', "bad_answer"),
        (200, b'{"text": "a", "duration": 1%s}' % (b"0" * 400), "bad_answer"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused(endpoint, call, status, body, code):
    endpoint.status, endpoint.body = status, body
    with pytest.raises(RecordingRefused, match=code):
        engine(endpoint).transcribe(call, 0, lambda share: None)


def test_a_recording_that_takes_too_long_is_refused_alone(endpoint, call):
    def impatient():
        return GuardedSession(Patience(read_seconds=0.05))

    endpoint.delay = 0.5
    settings = SpeechSettings(model="m", url=f"http://{endpoint.host}/v1")
    with pytest.raises(RecordingRefused) as refused:
        EndpointEngine(settings, impatient).transcribe(call, 0, lambda share: None)
    assert refused.value.code == "too_slow"
    assert refused.value.code not in OF_THE_ENGINE


def test_an_endpoint_that_is_gone_is_unreachable(endpoint, call):
    endpoint.server.server_close()
    with pytest.raises(RecordingRefused, match="unreachable"):
        engine(endpoint).transcribe(call, 0, lambda share: None)


def test_words_that_no_database_keeps_are_cleaned(endpoint, call):
    endpoint.body = rb'{"text": " \u0000\u51e0\ud800\u70b9 ", "duration": 1}'
    found = engine(endpoint).transcribe(call, 0, lambda share: None)
    assert found.text == "几点"


def test_an_address_that_is_not_public_is_not_reached(endpoint, call, settings):
    settings.OUTBOUND_HOSTS = ()
    with pytest.raises(RecordingRefused, match="address_refused"):
        engine(endpoint).transcribe(call, 0, lambda share: None)
    assert endpoint.seen == []


def test_a_file_that_is_too_large_is_not_sent(endpoint, tmp_path):
    path = tmp_path / "long.mp3"
    with path.open("wb") as file:
        file.truncate(26 * 1024 * 1024)
    with pytest.raises(RecordingRefused, match="too_large"):
        engine(endpoint).transcribe(path, 0, lambda share: None)
    assert endpoint.seen == []
