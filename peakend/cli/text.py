"""`peakend text`: analyse, train, evaluate and explore feedback from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

import peakend.text as kernel
from peakend.cli import text_compare, text_labels
from peakend.cli.language import say
from peakend.cli.progress import progress_bar
from peakend.cli.text_files import read_batches, read_taxonomy, read_texts
from peakend.cli.text_reports import tell_figures, tell_labels, tell_words
from peakend.text import collection

_TEXT_COLUMN = say(
    "Column with the text; guessed when not given.", "文本所在的列；不给则自动判断。"
)
_JSON = say("Print one JSON object.", "输出 JSON。")


@click.group(
    name="text",
    help=say("Understand feedback: opinions, training, themes.", "理解反馈：观点、训练、话题。"),
)
def text() -> None: ...


text.add_command(text_labels.labels)
text.add_command(text_compare.compare)


@text.command(
    help=say(
        "Find opinions in a CSV, XLSX or JSON lines file, or in standard input (-): JSON lines, or"
        " a text a line; with --text-column a CSV.",
        "在 CSV、XLSX 或 JSON 行文件里找观点；- 为标准输入：JSON 行，或一行一条文本，给出 --text-column 则按 CSV 读。",
    )
)
@click.argument("source", metavar="INPUT")
@click.option("--taxonomy", help=say(
    "Name of a shipped taxonomy, or a YAML file.", "内置标签体系的名称，或 YAML 文件。"
))  # fmt: skip
@click.option("--model", type=click.Path(exists=True, file_okay=False), help=say(
    "Trained model.", "训练好的模型。"
))  # fmt: skip
@click.option("--text-column", help=_TEXT_COLUMN)
@click.option("--output", default="-", help=say(
    "JSON lines to write, - for standard output.", "写出的 JSON 行文件，- 为标准输出。"
))  # fmt: skip
@click.option("--engine", default="", help=say(
    "duckdb (here) or spark://host:port; PEAKEND_ENGINE.",
    "duckdb（本机）或 spark://主机:端口；同 PEAKEND_ENGINE。",
))  # fmt: skip
def analyze(
    source: str,
    taxonomy: str | None,
    model: str | None,
    text_column: str | None,
    output: str,
    engine: str,
) -> None:
    from peakend.cli.text_bulk import read_lines
    from peakend.warehouse.bulk import EngineUnavailable

    analyzer = _analyzer(taxonomy, model)
    with _writer(output) as file, progress_bar(say("Reading", "读取"), output == "-") as report:
        batches = read_batches(source, text_column, report)
        try:
            for lines in read_lines(engine, analyzer, batches):
                file.write("".join(f"{line}\n" for line in lines))
        except EngineUnavailable as missing:
            raise click.ClickException(str(missing)) from missing


@text.command(
    help=say(
        "Train on labels, or start cold from a taxonomy and unlabelled texts.",
        "用标注训练，或从标签体系和未标注文本冷启动。",
    )
)
@click.option("--labels", type=click.Path(exists=True, dir_okay=False), help=say(
    "Labelled JSON lines.", "带标注的 JSON 行。"
))  # fmt: skip
@click.option("--taxonomy", help=say("Taxonomy to start cold from.", "冷启动用的标签体系。"))
@click.option("--unlabelled", type=click.Path(exists=True, dir_okay=False), help=say(
    "More texts.", "更多未标注文本。"
))  # fmt: skip
@click.option("--output", required=True, type=click.Path(file_okay=False), help=say(
    "Model folder.", "模型文件夹。"
))  # fmt: skip
@click.option("--seed", default=0, show_default=True, help=say("Random seed.", "随机种子。"))
@click.option("--suggest", type=click.Path(dir_okay=False), help=say(
    "Write texts worth labelling here.", "把值得标注的文本写到这里。"
))  # fmt: skip
def train(
    labels: str | None,
    taxonomy: str | None,
    unlabelled: str | None,
    output: str,
    seed: int,
    suggest: str | None,
) -> None:
    if bool(labels) == bool(taxonomy):
        raise click.UsageError(
            say("give either --labels or --taxonomy", "--labels 与 --taxonomy 二选一")
        )
    console = Console(stderr=True)
    bodies = read_texts(unlabelled) if unlabelled else []
    if labels:
        texts, gold = _labelled(labels)
        try:
            model = kernel.OpinionModel(seed=seed).fit(texts, gold)
        except kernel.LabelError as error:
            raise click.ClickException(str(error)) from error
        model.save(output)
        analyzer: kernel.BatchAnalyzer = model.analyzer_
        n, aspects = len(texts), len(model.aspects_)
        console.print(
            say(
                f"{n:,} texts, {aspects} aspects → {output}",
                f"{n:,} 条文本，{aspects} 个方面 → {output}",
            )
        )
        tell_figures(console, model.held_out_, say("texts held out in turn", "条文本轮流留出"))
        tell_labels(console, model, texts, gold)
    else:
        cold = kernel.ColdStart(read_taxonomy(str(taxonomy))).fit(bodies)
        analyzer = cold.analyzer_
        kernel.save(analyzer, output)
        n = len(analyzer.aspects)
        console.print(
            say(f"{n} aspects, nothing labelled → {output}", f"{n} 个方面，没有标注 → {output}")
        )
        tell_words(console, cold)
    if bodies:
        columns = analyzer.analyze_columns(bodies)
        covered = len(set(columns.text.tolist()))
        console.print(
            say(
                f"{covered:,} of {len(bodies):,} unlabelled texts name an aspect",
                f"未标注的 {len(bodies):,} 条文本中，{covered:,} 条提到某个方面",
            )
        )
        if suggest:
            missed = analyzer.near_misses(bodies)
            chosen = collection.worth_labelling(bodies, columns, 100, missed)
            lines = (
                json.dumps({"text": bodies[i], "labels": {}}, ensure_ascii=False) for i in chosen
            )
            _write_text(suggest, "\n".join(lines) + "\n")


@text.command(help=say("Measure a model on labelled texts.", "用带标注的文本衡量模型。"))
@click.option("--model", required=True, type=click.Path(exists=True, file_okay=False), help=say(
    "Trained model.", "训练好的模型。"
))  # fmt: skip
@click.option("--labels", required=True, type=click.Path(exists=True, dir_okay=False), help=say(
    "Labelled JSON lines.", "带标注的 JSON 行。"
))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_JSON)
def evaluate(model: str, labels: str, as_json: bool) -> None:
    texts, gold = _labelled(labels)
    try:
        figures = kernel.evaluate(kernel.load(model), texts, gold)
    except kernel.ModelError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(figures.as_dict(), ensure_ascii=False))
        return
    tell_figures(Console(), figures, say("texts", "条文本"))


@text.command(
    help=say("Words and phrases that tell one file from another.", "两个文件各自的特征词和短语。")
)
@click.argument("source", metavar="INPUT")
@click.option("--against", required=True, help=say("File to compare with.", "用来对照的文件。"))
@click.option("--text-column", help=_TEXT_COLUMN)
@click.option("--top", default=30, show_default=True, help=say("How many.", "取多少个。"))
@click.option("--json", "as_json", is_flag=True, help=_JSON)
def keyness(source: str, against: str, text_column: str | None, top: int, as_json: bool) -> None:
    rows = collection.keyness(
        read_texts(source, text_column), read_texts(against, text_column), top
    )
    if as_json:
        click.echo(json.dumps([row.as_dict() for row in rows], ensure_ascii=False))
        return
    table = Table(
        say("phrase", "短语"),
        say("here", "本文件"),
        say("there", "对照"),
        say("log-odds", "对数几率比"),
        "95%",
    )
    for row in rows:
        interval = f"{row.low:.2f} … {row.high:.2f}"
        table.add_row(row.phrase, str(row.here), str(row.there), f"{row.log_odds:.2f}", interval)
    Console().print(table)


@text.command(
    help=say("Themes nobody defined that rise beyond chance.", "没人定义过、上升超出偶然的话题。")
)
@click.argument("source", metavar="INPUT")
@click.option("--before", required=True, help=say(
    "File with the texts of the time before.", "此前一段时间的文本文件。"
))  # fmt: skip
@click.option("--taxonomy", help=say(
    "Leave out what this taxonomy already names.", "略去这个标签体系已有的说法。"
))  # fmt: skip
@click.option("--text-column", help=_TEXT_COLUMN)
@click.option("--top", default=10, show_default=True, help=say("How many.", "取多少个。"))
@click.option("--json", "as_json", is_flag=True, help=_JSON)
def themes(
    source: str,
    before: str,
    taxonomy: str | None,
    text_column: str | None,
    top: int,
    as_json: bool,
) -> None:
    known = read_taxonomy(taxonomy) if taxonomy else None
    found = collection.emerging_themes(
        read_texts(source, text_column), read_texts(before, text_column), known, top
    )
    if as_json:
        click.echo(json.dumps([theme.as_dict() for theme in found], ensure_ascii=False))
        return
    for theme in found:
        counts = say(
            f"{theme.now} now, {theme.before} before", f"本期 {theme.now}，此前 {theme.before}"
        )
        click.echo(f"{theme.name}  ({counts}, z {theme.z:.1f})")
        for quote in theme.quotes:
            click.echo(f"    {quote[:100]}")


@text.group(help=say("Taxonomies as files.", "标签体系文件。"))
def taxonomy() -> None: ...


@taxonomy.command(
    help=say("Read a taxonomy and say what is wrong with it.", "读一个标签体系，指出它的问题。")
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
def check(file: str) -> None:
    read = read_taxonomy(file)
    warnings = kernel.taxonomy_warnings(read)
    for warning in warnings:
        click.echo(say("warning: ", "提醒：") + warning, err=True)
    groups = len({aspect.group for aspect in read.aspects})
    n = len(read.aspects)
    click.echo(
        say(
            f"{read.code} version {read.version}: {n} aspects in {groups} groups",
            f"{read.code} 第 {read.version} 版：{groups} 组，{n} 个方面",
        )
    )


def _analyzer(taxonomy: str | None, model: str | None) -> kernel.BatchAnalyzer:
    if bool(taxonomy) == bool(model):
        raise click.UsageError(
            say("give either --taxonomy or --model", "--taxonomy 与 --model 二选一")
        )
    if not model:
        return kernel.for_taxonomy(read_taxonomy(str(taxonomy)))
    try:
        return kernel.load(model)
    except kernel.ModelError as error:
        raise click.ClickException(str(error)) from error


def _labelled(path: str) -> tuple[list[str], list[dict[str, str]]]:
    texts: list[str] = []
    labels: list[dict[str, str]] = []
    with Path(path).open(encoding="utf-8-sig", errors="surrogatepass") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                texts.append(str(row["text"]))
                labels.append(dict(row["labels"]))
            except (ValueError, KeyError, TypeError) as error:
                wanted = '{"text": "…", "labels": {"aspect": "positive"}}'
                raise click.ClickException(
                    say(
                        f"{path}, line {number}: not of the form {wanted} ({error!r})",
                        f"{path} 第 {number} 行：不是 {wanted} 这样的格式（{error!r}）",
                    )
                ) from error
    return texts, labels


def _writer(output: str) -> Any:
    # A lone surrogate becomes its JSON escape.
    if output == "-":
        return click.open_file("-", "w", encoding="utf-8", errors="backslashreplace")
    return Path(output).open("w", encoding="utf-8", errors="backslashreplace")


def _write_text(path: str, content: str) -> None:
    Path(path).write_text(content, encoding="utf-8", errors="backslashreplace")
