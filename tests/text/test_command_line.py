"""`peakend text`, as a user types it."""

import csv
import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from peakend.cli.text import text as command

LABELLED = [
    {"text": "服务员态度很差", "labels": {"service": "negative"}},
    {"text": "服务员态度很好", "labels": {"service": "positive"}},
    {"text": "菜的味道很好", "labels": {"taste": "positive"}},
    {"text": "菜的味道很差", "labels": {"taste": "negative"}},
    {"text": "今天星期三", "labels": {}},
] * 12


@pytest.fixture
def run():
    def invoke(*arguments, ok=True, stdin=None):
        result = CliRunner().invoke(command, [str(a) for a in arguments], input=stdin)
        assert (result.exit_code == 0) is ok, result.output
        return result

    return invoke


@pytest.fixture
def labels(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text(
        "\n".join(json.dumps(row, ensure_ascii=False) for row in LABELLED), encoding="utf-8"
    )
    return path


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_in_any_encoding_becomes_json_lines(run, tmp_path, encoding):
    source, output = tmp_path / "reviews.csv", tmp_path / "out.jsonl"
    with source.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["编号", "评论"], ["a7", "服务员态度很差"], ["a8", "味道很好"]])
    run("analyze", source, "--taxonomy", "restaurant", "--output", output)
    first, second = lines_of(output)
    assert (first["id"], first["text"], first["language"]) == ("a7", "服务员态度很差", "zh")
    assert first["opinions"][0]["aspect"] == "waiters_attitude"
    assert first["opinions"][0]["polarity"] == "negative"
    assert set(first["opinions"][0]) == {
        "aspect",
        "polarity",
        "strength",
        "confidence",
        "start",
        "end",
    }
    assert second["sentiment"] > 0


def test_json_lines_and_standard_input_are_read(run, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": 5, "text": "bad service \\ud83d\\ude21"}\n', encoding="utf-8")
    output = tmp_path / "out.jsonl"
    run("analyze", source, "--taxonomy", "restaurant", "--output", output)
    assert [(line["id"], line["text"]) for line in lines_of(output)] == [("5", "bad service 😡")]
    result = run("analyze", "-", "--taxonomy", "restaurant", stdin="味道很好\n太贵了\n")
    assert len(result.stdout.strip().splitlines()) == 2


def test_a_damaged_row_is_named_and_the_others_are_analysed(run, tmp_path):
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"text": "bad service"}\n{"text": "\\ud800"}\n', encoding="utf-8")
    result = run("analyze", source, "--taxonomy", "restaurant", "--output", output)
    assert "row 2: The line is not a JSON object." in result.stderr
    assert [line["text"] for line in lines_of(output)] == ["bad service"]


def test_a_text_is_called_by_its_line_whatever_was_left_out_before(run, tmp_path):
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"text": "bad service"}\n{broken\n\n{"text": "good"}\n', encoding="utf-8")
    run("analyze", source, "--taxonomy", "restaurant", "--output", output)
    assert [line["id"] for line in lines_of(output)] == [1, 4]


def test_standard_input_may_hold_json_lines_or_a_table(run):
    said = '{"id": "a7", "text": "味道很好"}\n{"id": "a8", "text": "太贵了"}\n'
    result = run("analyze", "-", "--taxonomy", "restaurant", stdin=said)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["id"], line["text"]) for line in found] == [("a7", "味道很好"), ("a8", "太贵了")]
    asked = ("analyze", "-", "--taxonomy", "restaurant", "--text-column", "remark")
    result = run(*asked, stdin="store,remark\nS1,太贵了\n")
    assert [json.loads(line)["text"] for line in result.stdout.splitlines()] == ["太贵了"]


def test_the_commands_speak_chinese_where_the_terminal_does(tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "太贵了"}\n{broken\n', encoding="utf-8")
    asked = [sys.executable, "-m", "peakend.cli", "text", "analyze", str(source)]
    environment = {**os.environ, "PEAKEND_LANGUAGE": "zh-hans", "PEAKEND_HOME": str(tmp_path)}
    told = subprocess.run(
        [*asked, "--taxonomy", "restaurant"], env=environment, capture_output=True, text=True
    )
    assert "第 2 行：这一行不是 JSON 对象" in told.stderr
    assert (
        "理解反馈"
        in subprocess.run(
            [*asked[:4], "--help"], env=environment, capture_output=True, text=True
        ).stdout
    )


def test_the_column_of_texts_is_found_by_what_it_holds_or_named(run, tmp_path):
    source, output = tmp_path / "in.csv", tmp_path / "out.jsonl"
    said = ("the waiter was rude to us all evening", "lovely food and a quiet table by the window")
    source.write_text(
        "store,remark,stars\n" + "".join(f"S{n},{one},{n}\n" for n, one in enumerate(said, 1)),
        encoding="utf-8",
    )
    run("analyze", source, "--taxonomy", "restaurant", "--output", output)
    assert tuple(line["text"] for line in lines_of(output)) == said
    named = ("analyze", source, "--taxonomy", "restaurant", "--output", output, "--text-column")
    run(*named, "store")
    assert [line["text"] for line in lines_of(output)] == ["S1", "S2"]
    assert "remark" in run(*named, "words", ok=False).output


def test_labels_train_a_model_that_is_evaluated_and_used(run, labels, tmp_path):
    model = tmp_path / "model"
    run("train", "--labels", labels, "--output", model)
    figures = json.loads(run("evaluate", "--model", model, "--labels", labels, "--json").stdout)
    assert figures["detection_f1"] > 0.95
    assert figures["pair_f1"] > 0.9
    result = run("analyze", "-", "--model", model, stdin="服务员态度很差\n")
    assert json.loads(result.stdout)["opinions"][0]["aspect"] == "service"


def test_a_taxonomy_and_unlabelled_texts_start_cold(run, tmp_path):
    source = tmp_path / "texts.txt"
    source.write_text("服务员态度很差\n味道很好\n今天星期三\n", encoding="utf-8")
    model, chosen = tmp_path / "cold", tmp_path / "chosen.jsonl"
    run(
        "train",
        "--taxonomy",
        "restaurant",
        "--unlabelled",
        source,
        "--output",
        model,
        "--suggest",
        chosen,
    )
    assert lines_of(chosen)
    result = run("analyze", "-", "--model", model, stdin="味道很好\n")
    assert json.loads(result.stdout)["opinions"][0]["aspect"] == "taste"


def test_a_taxonomy_of_few_words_learns_without_labels_and_tells_what(run, tmp_path):
    taxonomy, source, labels = (tmp_path / name for name in ("own.yaml", "texts.txt", "gold.jsonl"))
    aspects = "".join(
        f"      - {{code: a{n}, names: {name}, keywords: [{name}]}}\n"
        for n, name in enumerate(("油耗", "空间", "包装"))
    )
    taxonomy.write_text(
        f"code: own\nnames: 自家\ngroups:\n  - code: all\n    names: 全部\n    aspects:\n{aspects}",
        encoding="utf-8",
    )
    source.write_text("包装很精美。\n" * 9 + "空间宽敞\n", encoding="utf-8")
    gold = [("真精美", {"包装": "positive"}), ("太费油了", {"油耗": "negative"})]
    labels.write_text(
        "\n".join(json.dumps({"text": body, "labels": named}) for body, named in gold),
        encoding="utf-8",
    )
    model = tmp_path / "cold"
    told = run("train", "--taxonomy", taxonomy, "--unlabelled", source, "--output", model).output
    assert "精美 means a2: 9 of 9" in told
    figures = json.loads(run("evaluate", "--model", model, "--labels", labels, "--json").stdout)
    assert figures["pair_f1"] == 1.0


def test_what_a_cold_start_learned_is_told_in_the_terminals_language(run, tmp_path, monkeypatch):
    monkeypatch.setenv("PEAKEND_LANGUAGE", "zh-hans")
    source = tmp_path / "texts.txt"
    source.write_text("发动机是三缸的\n" * 120, encoding="utf-8")
    told = run(
        "train", "--taxonomy", "car", "--unlabelled", source, "--output", tmp_path / "cold"
    ).output
    assert "100% 的提及没有评价词：因此按中性计" in told
    assert "mentions" not in told


def test_what_cannot_be_done_is_said_without_a_traceback(run, tmp_path):
    assert "either" in run("analyze", "-", ok=False).output
    assert (
        "no file"
        in run("analyze", tmp_path / "none.csv", "--taxonomy", "restaurant", ok=False).output
    )
    assert "no taxonomy" in run("analyze", "-", "--taxonomy", "nothing", ok=False).output
    broken = tmp_path / "broken.yaml"
    broken.write_text("code: a\nnames: a\ngroups: 3\n", encoding="utf-8")
    assert "groups" in run("taxonomy", "check", broken, ok=False).output
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"text": 3}\n', encoding="utf-8")
    assert "line 1" in run("train", "--labels", bad, "--output", tmp_path / "m", ok=False).output


def test_training_tells_figures_of_texts_held_out_and_doubts_labels(run, tmp_path):
    wrong = [
        {"text": "服务员态度很差，再也不来", "labels": {"service": "positive"}},
        {"text": "服务员态度很差", "labels": {"service": "positive"}},
    ]
    path = tmp_path / "labels.jsonl"
    path.write_text(
        "\n".join(json.dumps(row, ensure_ascii=False) for row in LABELLED * 3 + wrong),
        encoding="utf-8",
    )
    told = run("train", "--labels", path, "--output", tmp_path / "model").output
    assert "held out" in told
    assert "pair F1 (95%)" in told
    assert "share right" in told
    assert "labelled both" in told
    assert "service is positive, looks negative" in told.replace("\n", " ")
    card = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    (service,) = [row for row in card["held_out"]["aspects"] if row["aspect"] == "service"]
    low, high = service["pair_interval"]
    assert 0 < low <= service["pair_f1"] <= high <= 1
    assert card["held_out"]["reliability"]
