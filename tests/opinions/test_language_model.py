"""The optional language model, against an endpoint on this machine that checks what it is sent."""

import json
import logging
import random
import threading
from dataclasses import replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jsonschema_rs
import pytest
import requests
from click.testing import CliRunner

import peakend.text as text
from peakend.config.env import LanguageModelSettings, SettingError, read_environment
from peakend.messages.outbound import GuardedSession
from peakend.opinions.language_model import (
    Exchange,
    LanguageModelError,
    LanguageModelReader,
    Recorded,
    compare,
)
from peakend.opinions.language_model.exchange import ATTEMPTS, estimated_tokens
from peakend.opinions.language_model.masking import masked
from peakend.opinions.language_model.prompt import answer_schema
from peakend.opinions.language_model.reading import MOST_CHARACTERS, MOST_TEXTS

KEY = "sk-a-key-that-must-not-be-seen"
RESTAURANT = text.load_taxonomy("restaurant")


class Endpoint:
    """Answers as a model would that finds the aspects it was told of; records what it is sent.

    scripted: answers given before that, each a status, headers and a body; broken: how many of the
    following contents are not what the schema asks for.
    """

    def __init__(self):
        self.seen, self.scripted, self.broken = [], [], []
        self.opinions = {}  # by a word of the text: the opinions it draws
        self.usage = {"prompt_tokens": 1000, "completion_tokens": 200}
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                endpoint.seen.append((self.path, dict(self.headers), raw))
                status, headers, body = endpoint.answer(json.loads(raw))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/v1"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, request):
        if self.scripted:
            return self.scripted.pop(0)
        if self.broken:
            content = self.broken.pop(0)
        else:
            results = [self.result(**one) for one in self.texts_of(request)]
            content = json.dumps({"results": results}, ensure_ascii=False)
        body = {"choices": [{"message": {"content": content}}], "usage": self.usage}
        return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()

    def texts_of(self, request):
        return json.loads(request["messages"][-1]["content"])

    def result(self, n, text):
        found = [o for word, opinions in self.opinions.items() if word in text for o in opinions]
        return {
            "n": n, "sentiment": -0.8 if found else 0, "emotions": ["anger"] if found else [],
            "intents": [], "opinions": found,
        }  # fmt: skip

    @property
    def requests(self):
        return [json.loads(raw) for _, _, raw in self.seen]


@pytest.fixture
def endpoint(settings):
    endpoint = Endpoint()
    settings.OUTBOUND_HOSTS = (f"127.0.0.1:{endpoint.port}",)
    yield endpoint
    endpoint.server.shutdown()
    endpoint.server.server_close()


class Clock:
    """Time that only sleeping moves."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


def settings_for(endpoint, **changes):
    return replace(LanguageModelSettings(url=endpoint.url, model="judge-1", key=KEY), **changes)


def exchange_with(endpoint, clock, **changes):
    return Exchange(
        settings_for(endpoint, **changes), clock=clock, sleep=clock.sleep, rng=random.Random(0)
    )


def reader_for(endpoint, clock, **changes):
    return LanguageModelReader(RESTAURANT, exchange_with(endpoint, clock, **changes))


def question(body):
    return {"role": "user", "content": json.dumps([{"n": 0, "text": body}], ensure_ascii=False)}


def opinion(aspect, evidence, polarity="negative", strength=4, confidence=0.9):
    return {
        "aspect": aspect, "polarity": polarity, "strength": strength, "confidence": confidence,
        "evidence": evidence,
    }  # fmt: skip


# -- what it is sent ---------------------------------------------------------------------------


def test_the_endpoint_is_sent_the_model_the_schema_and_the_key(endpoint, clock):
    reader_for(endpoint, clock).read(["上菜太慢"])
    (path, headers, _), (request,) = endpoint.seen[0], endpoint.requests
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert request["model"] == "judge-1"
    assert request["temperature"] == 0
    form = request["response_format"]
    assert form["type"] == "json_schema"
    assert form["json_schema"]["strict"] is True
    assert form["json_schema"]["schema"] == answer_schema(RESTAURANT)
    assert "serving_speed: 上菜速度" in request["messages"][0]["content"]
    assert endpoint.texts_of(request) == [{"n": 0, "text": "上菜太慢"}]


def test_the_schema_is_one_that_strict_mode_takes(endpoint):
    schema = answer_schema(RESTAURANT)
    check = jsonschema_rs.validator_for(schema)
    assert check.is_valid({"results": [endpoint.result(0, "")]})
    assert not check.is_valid({"results": [{"n": 0}]})

    def objects(node):
        if isinstance(node, dict):
            if node.get("type") == "object":
                yield node
            for value in node.values():
                yield from objects(value)

    for node in objects(schema):
        assert node["additionalProperties"] is False
        assert set(node["required"]) == set(node["properties"])


def test_without_a_key_no_authorization_is_sent(endpoint, clock):
    reader_for(endpoint, clock, key="").read(["上菜太慢"])
    assert "Authorization" not in endpoint.seen[0][1]


PERSONAL = "我叫客服回电13812345678，邮箱wang@example.com，车牌京A12345，身份证11010519491231002X，上菜太慢"


def test_personal_data_does_not_leave(endpoint, clock):
    reader_for(endpoint, clock).read([PERSONAL])
    sent = endpoint.seen[0][2].decode()
    for secret in ("13812345678", "wang@example.com", "京A12345", "11010519491231002X", "19491231"):
        assert secret not in sent
    assert "上菜太慢" in sent


def test_a_number_at_the_end_of_what_is_sent_is_masked_before_it_is_cut(endpoint, clock):
    long = "好" * (MOST_CHARACTERS - 6) + "13812345678"
    reader_for(endpoint, clock).read([long])
    assert "138123" not in endpoint.seen[0][2].decode()


def test_texts_go_in_handfuls_and_the_same_text_once(endpoint, clock):
    texts = [f"第{n}次来，上菜太慢" for n in range(MOST_TEXTS + 3)]
    readings = reader_for(endpoint, clock).read([*texts, texts[0], texts[0]])
    assert [len(endpoint.texts_of(request)) for request in endpoint.requests] == [MOST_TEXTS, 3]
    assert len(readings.analyses) == len(texts) + 2
    assert readings.analyses[-1] == readings.analyses[0]


# -- what comes back ---------------------------------------------------------------------------


def test_a_reading_has_the_form_of_the_built_in_models(endpoint, clock):
    endpoint.opinions = {"上菜": [opinion("serving_speed", "上菜太慢")]}
    (found,) = reader_for(endpoint, clock).read(["环境不错，上菜太慢，请打13812345678"]).analyses
    assert isinstance(found, text.Analysis)
    assert found.language == "zh"
    assert found.sentiment == -0.8
    assert found.emotions == ("anger",)
    assert found.opinions == (text.Opinion("serving_speed", "negative", 4.0, 0.9, 5, 9),)
    assert [piece.kind for piece in found.pii] == ["mobile"]


def test_evidence_is_placed_in_the_original_behind_what_was_masked(endpoint, clock):
    given = "邮箱wang.xiaoming@example.com，上菜太慢"
    endpoint.opinions = {"上菜": [opinion("serving_speed", "“上菜太慢”")]}
    (found,) = reader_for(endpoint, clock).read([given]).analyses
    (one,) = found.opinions
    assert given[one.start : one.end] == "上菜太慢"


def test_a_quote_that_does_not_stand_in_the_text_is_dropped(endpoint, clock):
    endpoint.opinions = {
        "上菜": [
            opinion("serving_speed", "等了两个小时"),
            opinion("taste", ""),
            opinion("weather", "上菜太慢"),
            opinion("noise", "上菜太慢", polarity="angry"),
            opinion("portion", 7),
            "no object",
            opinion("price_level", "太贵"),
        ]
    }
    readings = reader_for(endpoint, clock).read(["上菜太慢，太贵"])
    assert [one.aspect for one in readings.analyses[0].opinions] == ["price_level"]
    assert readings.dropped == 6


def test_numbers_beyond_their_range_are_brought_into_it(endpoint, clock):
    endpoint.opinions = {"慢": [opinion("serving_speed", "慢", strength=99, confidence=-3)]}
    (one,) = reader_for(endpoint, clock).read(["上菜慢"]).analyses[0].opinions
    assert (one.strength, one.confidence) == (5.0, 0.0)


def test_one_opinion_an_aspect_the_strongest(endpoint, clock):
    endpoint.opinions = {
        "菜": [
            opinion("taste", "咸", strength=2),
            opinion("taste", "难吃", strength=5),
            opinion("taste", "菜", strength=1),
        ]
    }
    (one,) = reader_for(endpoint, clock).read(["菜咸，难吃"]).analyses[0].opinions
    assert one.strength == 5


@pytest.mark.parametrize("given", ["", "没有个人信息", PERSONAL, "😀" * 5 + "13812345678" * 3])
def test_a_place_in_a_masked_text_leads_back_to_the_original(given):
    shown = masked(given)
    assert len(shown.text) == len(shown.starts) == len(shown.ends)
    covered = {
        at for piece in text.find_personal_data(given) for at in range(piece.start, piece.end)
    }
    for letter, start, end in zip(shown.text, shown.starts, shown.ends, strict=True):
        assert 0 <= start < end <= len(given)
        if start not in covered:
            assert given[start:end] == letter


# -- when it fails -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_endpoint_is_asked_again_after_longer_and_longer_pauses(endpoint, clock, status):
    endpoint.scripted = [(status, {}, b"busy")] * 3
    readings = reader_for(endpoint, clock).read(["上菜太慢"])
    assert readings.unread == 0
    assert len(endpoint.seen) == 4
    assert len(clock.slept) == 3
    assert clock.slept == sorted(clock.slept)
    assert readings.spent.requests == 1  # only the answered one cost anything


def test_the_endpoint_says_how_long_to_wait(endpoint, clock):
    endpoint.scripted = [(429, {"Retry-After": "17"}, b"")]
    reader_for(endpoint, clock).read(["上菜太慢"])
    assert clock.slept == [17.0]


@pytest.mark.parametrize("after", ["-5", "nan", "inf", "Wed, 21 Oct 2026 07:28:00 GMT", "1e9"])
def test_a_strange_time_to_wait_is_not_waited_for(endpoint, clock, after):
    endpoint.scripted = [(429, {"Retry-After": after}, b"")]
    reader_for(endpoint, clock).read(["上菜太慢"])
    assert 0 < sum(clock.slept) <= 60


def test_an_endpoint_that_stays_busy_is_given_up(endpoint, clock):
    endpoint.scripted = [(429, {}, b"")] * 99
    with pytest.raises(LanguageModelError) as caught:
        reader_for(endpoint, clock).read(["上菜太慢"])
    assert (caught.value.code, caught.value.details["status"]) == ("busy", 429)
    assert len(endpoint.seen) == ATTEMPTS


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_not_asked_again(endpoint, clock, status):
    endpoint.scripted = [(status, {}, f"no, {KEY}".encode())] * 9
    with pytest.raises(LanguageModelError) as caught:
        reader_for(endpoint, clock).read(["上菜太慢"])
    assert (caught.value.code, caught.value.details) == ("refused", {"status": status})
    assert len(endpoint.seen) == 1


def test_an_endpoint_that_is_not_there_is_said_so(endpoint, clock):
    class Gone(GuardedSession):
        def request(self, *args, **options):
            raise requests.ConnectionError("refused")

    exchange = Exchange(
        settings_for(endpoint), session=Gone, clock=clock, sleep=clock.sleep, rng=random.Random(0)
    )
    with pytest.raises(LanguageModelError) as caught:
        LanguageModelReader(RESTAURANT, exchange).read(["上菜太慢"])
    assert caught.value.code == "unreachable"


def test_an_address_of_the_inner_network_is_not_reached_unless_named(endpoint, clock, settings):
    settings.OUTBOUND_HOSTS = ()
    with pytest.raises(LanguageModelError) as caught:
        reader_for(endpoint, clock).read(["上菜太慢"])
    assert caught.value.code == "address_refused"
    assert endpoint.seen == []


def test_a_broken_answer_is_asked_for_again(endpoint, clock):
    endpoint.broken = ["not json", '{"results": 3}']
    readings = reader_for(endpoint, clock).read(["上菜太慢"])
    assert readings.unread == 0
    assert readings.spent.requests == 3  # a broken answer costs as well


def test_a_text_left_out_of_an_answer_is_asked_for_alone(endpoint, clock):
    left_out = {
        "results": [{"n": 0, "sentiment": 0, "emotions": [], "intents": [], "opinions": []}]
    }
    endpoint.broken = [json.dumps(left_out)]
    readings = reader_for(endpoint, clock).read(["上菜太慢", "太贵", "太吵"])
    assert readings.unread == 0
    assert [len(endpoint.texts_of(request)) for request in endpoint.requests] == [3, 1, 1]


def test_a_text_that_cannot_be_read_leaves_the_others_read(endpoint, clock):
    handful, alone = ["?"] * 3, ["?"] * 3
    endpoint.broken = handful + alone
    readings = reader_for(endpoint, clock).read(["上菜太慢", "太贵"])
    assert [one is None for one in readings.analyses] == [True, False]
    assert (readings.unread, readings.why) == (1, "broken_answer")


# -- limits ------------------------------------------------------------------------------------


def test_no_more_requests_a_minute_than_are_allowed(endpoint, clock):
    exchange = exchange_with(endpoint, clock, requests_per_minute=2)
    times = []
    for _ in range(5):
        exchange.ask([question("")], {}, 10)
        times.append(clock.now)
    assert times == [0, 0, 60, 60, 120]


def test_no_more_tokens_a_minute_than_are_allowed(endpoint, clock):
    exchange = exchange_with(endpoint, clock, tokens_per_minute=250)
    times = []
    for _ in range(3):
        exchange.ask([question("慢" * 100)], {}, 100)
        times.append(clock.now)
    assert times == [0, 60, 120]


def test_retries_count_against_the_rate(endpoint, clock):
    endpoint.scripted = [(500, {}, b"")]
    exchange_with(endpoint, clock, requests_per_minute=1).ask([question("")], {}, 10)
    assert clock.now >= 60


PRICES = {"price_in": Decimal(2), "price_out": Decimal(8)}


def test_what_a_run_costs_is_counted_exactly(endpoint, clock):
    readings = reader_for(endpoint, clock, **PRICES).read(["上菜太慢"])
    assert (readings.spent.tokens_in, readings.spent.tokens_out) == (1000, 200)
    assert readings.spent.money == Decimal("0.0036")


def test_without_a_count_of_the_endpoint_tokens_are_estimated(endpoint, clock):
    endpoint.usage = {}
    spent = reader_for(endpoint, clock).read(["上菜太慢"]).spent
    assert spent.tokens_in > 500
    assert spent.tokens_out > 0
    assert estimated_tokens("上菜太慢 slow") == 6


def test_a_run_ends_before_it_can_spend_more_than_its_budget(endpoint, clock):
    endpoint.usage = {"prompt_tokens": 20_000, "completion_tokens": 4_000}
    texts = [f"第{n}次来，上菜太慢" for n in range(MOST_TEXTS * 4)]
    readings = reader_for(endpoint, clock, budget=Decimal("0.15"), **PRICES).read(texts)
    assert readings.why == "budget_spent"
    assert 0 < readings.unread < len(texts)
    assert readings.spent.money <= Decimal("0.15")
    assert len(endpoint.seen) == readings.spent.requests == 2


def test_a_budget_too_small_for_one_request_asks_nothing(endpoint, clock):
    with pytest.raises(LanguageModelError) as caught:
        reader_for(endpoint, clock, budget=Decimal("0.000001"), **PRICES).read(["上菜太慢"])
    assert caught.value.code == "budget_spent"
    assert endpoint.seen == []


def test_tokens_bound_a_run_where_nothing_has_a_price(endpoint, clock):
    with pytest.raises(LanguageModelError) as caught:
        reader_for(endpoint, clock, most_tokens=100).read(["上菜太慢"])
    assert caught.value.details == {"tokens": 100}


# -- the secret --------------------------------------------------------------------------------


def test_neither_key_nor_text_is_logged_or_shown(endpoint, clock, caplog):
    caplog.set_level(logging.DEBUG)
    endpoint.scripted = [(500, {}, KEY.encode())] * 2 + [(401, {}, KEY.encode())]
    given = settings_for(endpoint)
    with pytest.raises(LanguageModelError) as caught:
        reader_for(endpoint, clock).read(["上菜太慢"])
    shown = (
        caplog.text
        + repr(caught.value)
        + str(caught.value)
        + repr(given)
        + repr(vars(given.__class__))
    )
    assert KEY not in shown
    assert "上菜太慢" not in shown


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("PEAKEND_LLM_URL", "https://models.example/v1/")
    monkeypatch.setenv("PEAKEND_LLM_MODEL", "judge-1")
    monkeypatch.setenv("PEAKEND_LLM_KEY", KEY)
    monkeypatch.setenv("PEAKEND_LLM_PRICE_IN", "2.5")
    monkeypatch.setenv("PEAKEND_LLM_BUDGET", "1.50")
    given = read_environment().language_model
    assert given.url == "https://models.example/v1"
    assert given.is_set
    assert (given.price_in, given.budget) == (Decimal("2.5"), Decimal("1.50"))
    assert KEY not in repr(read_environment())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PEAKEND_LLM_PRICE_IN", "cheap"), ("PEAKEND_LLM_PRICE_OUT", "-1"),
        ("PEAKEND_LLM_PRICE_OUT", "NaN"), ("PEAKEND_LLM_BUDGET", "1"),
        ("PEAKEND_LLM_REQUESTS_PER_MINUTE", "many"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=name):
        read_environment()


def test_without_an_endpoint_nothing_is_built():
    with pytest.raises(LanguageModelError) as caught:
        Exchange(LanguageModelSettings())
    assert caught.value.code == "not_configured"


# -- side by side ------------------------------------------------------------------------------

TEXTS = ["上菜太慢。", "菜的味道非常好。", "价格太贵了。"]


def compared(endpoint, clock, labels=None):
    analyzer = text.for_taxonomy("restaurant")
    readings = reader_for(endpoint, clock).read(TEXTS)
    return compare(TEXTS, RESTAURANT, analyzer, readings, (0.001, 2.0), labels)


def test_agreement_is_counted_aspect_by_aspect(endpoint, clock):
    endpoint.opinions = {
        "上菜": [opinion("serving_speed", "慢")],
        "味道": [opinion("taste", "味道", polarity="neutral")],
    }
    found = compared(endpoint, clock)
    by_aspect = {row.aspect: row for row in found.aspects}
    assert (by_aspect["serving_speed"].both, by_aspect["serving_speed"].alike) == (1, 1)
    assert (by_aspect["taste"].both, by_aspect["taste"].alike) == (1, 0)
    assert (by_aspect["price_level"].built_in, by_aspect["price_level"].language_model) == (1, 0)
    assert found.detection == 0.8  # two named by both, of three and two
    assert found.pairs == 0.4
    assert found.polarity == 0.5
    assert found.interval[0] <= found.pairs <= found.interval[1]
    assert found.figures_built_in is None
    assert found.disagreements[0].language_model == ("taste=neutral",)


def test_labels_tell_which_of_the_two_is_right(endpoint, clock):
    endpoint.opinions = {"上菜": [opinion("serving_speed", "慢")]}
    labels = [{"serving_speed": "negative"}, {"taste": "positive"}, {"price_level": "negative"}]
    found = compared(endpoint, clock, labels)
    assert found.figures_built_in.pair_f1 == 1.0
    assert found.figures_language_model.pair_f1 == 0.5
    assert found.figures_language_model.texts_per_second is None


def test_a_recorded_reading_is_an_analyzer_like_any_other(endpoint, clock):
    endpoint.opinions = {"上菜": [opinion("serving_speed", "慢")]}
    readings = reader_for(endpoint, clock).read(TEXTS)
    recorded = Recorded(RESTAURANT, TEXTS, readings.analyses)
    columns = recorded.analyze_columns(TEXTS)
    assert columns.polarity.tolist() == [-1, 0, 0]
    assert columns.aspect.tolist() == [RESTAURANT.codes.index("serving_speed")]
    assert recorded.analyze(TEXTS) == list(readings.analyses)


def test_nothing_in_common_is_said_so_and_not_zero(endpoint, clock):
    analyzer = text.for_taxonomy("restaurant")
    readings = reader_for(endpoint, clock).read(["明天下午三点"])
    found = compare(["明天下午三点"], RESTAURANT, analyzer, readings, (0, 0))
    assert (found.detection, found.pairs, found.interval, found.polarity) == (None,) * 4


@pytest.fixture
def command(endpoint, settings, monkeypatch, tmp_path):
    from peakend.cli.text import text as group

    settings.LANGUAGE_MODEL = settings_for(endpoint)
    endpoint.opinions = {"上菜": [opinion("serving_speed", "慢")]}
    file = tmp_path / "texts.txt"
    file.write_text("\n".join(TEXTS), encoding="utf-8")

    def run(*arguments):
        return CliRunner().invoke(group, ["compare", *map(str, arguments)])

    run.file = file
    return run


def test_the_command_compares_a_file_as_json_and_as_a_table(command):
    result = command(command.file, "--taxonomy", "restaurant", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["texts"] == 3
    assert found["unread"] == 0
    assert found["spent"]["money"] == "0"
    shown = command(command.file, "--taxonomy", "restaurant")
    assert shown.exit_code == 0
    assert "serving_speed" in shown.output
    assert KEY not in result.output + shown.output


def test_the_command_measures_both_on_labels(command, tmp_path):
    labels = tmp_path / "labels.jsonl"
    rows = [{"text": TEXTS[0], "labels": {"serving_speed": "negative"}}]
    labels.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    result = command("--labels", labels, "--taxonomy", "restaurant", "--json")
    found = json.loads(result.stdout)
    assert found["figures_language_model"]["pair_f1"] == 1.0


def test_the_command_takes_no_more_texts_than_asked_from_end_to_end(command, endpoint):
    command.file.write_text("\n".join(f"第{n}次来" for n in range(100)), encoding="utf-8")
    result = command(command.file, "--taxonomy", "restaurant", "--limit", 4, "--json")
    assert json.loads(result.stdout)["texts"] == 4
    assert [one["text"] for one in endpoint.texts_of(endpoint.requests[0])] == [
        "第0次来", "第25次来", "第50次来", "第75次来",
    ]  # fmt: skip


def test_the_command_says_in_one_line_that_no_model_is_set(command, settings):
    settings.LANGUAGE_MODEL = LanguageModelSettings()
    result = command(command.file, "--taxonomy", "restaurant")
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert "PEAKEND_LLM_URL" in result.output
