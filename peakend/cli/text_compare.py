"""`peakend text compare`: the built-in model and a language model side by side."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import click

from peakend.cli import data_option
from peakend.cli.language import say

if TYPE_CHECKING:
    from peakend.opinions.language_model import Comparison

REFUSED = 2
# What keeps a language model from being asked, in words.
REFUSALS = {
    "not_configured": say(
        "No language model is set: give PEAKEND_LLM_URL and PEAKEND_LLM_MODEL.",
        "没有配置大语言模型：请设置 PEAKEND_LLM_URL 与 PEAKEND_LLM_MODEL。",
    ),
    "address_refused": say(
        "The address may not be reached. Name a host of your own in PEAKEND_OUTBOUND_HOSTS; others"
        " need https.",
        "该地址不允许访问。自有主机请写入 PEAKEND_OUTBOUND_HOSTS，其他地址须用 https。",
    ),
    "refused": say("The endpoint refused the request", "接口拒绝了请求"),
    "unreachable": say("The endpoint cannot be reached", "无法连接接口"),
    "busy": say("The endpoint stayed busy", "接口一直繁忙"),
    "budget_spent": say("The budget is spent", "预算已用完"),
    "broken_answer": say("Answers did not follow the schema", "回答不符合约定的格式"),
}


@click.command(
    params=[data_option()],
    help=say(
        "Compare the built-in model with a language model on the same texts. Texts are masked"
        " before they leave. INPUT is read as `analyze` reads it; or give --labels.",
        "在相同文本上比较内置模型与大语言模型。文本先脱敏再发出。INPUT 的读法与 analyze 相同；也可用 --labels。",
    ),
)
@click.argument("source", metavar="[INPUT]", required=False)
@click.option("--labels", type=click.Path(exists=True, dir_okay=False), help=say(
    "Labelled JSON lines: tells which of the two is right.", "带标注的 JSON 行：据此判断谁对。"
))  # fmt: skip
@click.option("--taxonomy", required=True, help=say("Name or YAML file.", "名称或 YAML 文件。"))
@click.option("--model", type=click.Path(exists=True, file_okay=False), help=say(
    "A trained model instead of the cold start.", "用训练过的模型代替冷启动。"
))  # fmt: skip
@click.option("--text-column", help=say("Column with the text.", "文本所在的列。"))
@click.option("--limit", default=100, show_default=True, help=say(
    "At most so many texts, spread evenly; 0 for all.", "最多取多少条，均匀抽取；0 为全部。"
))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=say("Print one JSON object.", "输出 JSON。"))
def compare(
    source: str | None,
    labels: str | None,
    taxonomy: str,
    model: str | None,
    text_column: str | None,
    limit: int,
    as_json: bool,
) -> None:
    if bool(source) == bool(labels):
        raise click.UsageError(say("give either INPUT or --labels", "INPUT 与 --labels 二选一"))
    from peakend.config.start import start_django

    start_django()
    from django.conf import settings

    import peakend.text as kernel
    from peakend.cli.text import _labelled
    from peakend.cli.text_files import read_taxonomy, read_texts
    from peakend.opinions import language_model as other

    tree = read_taxonomy(taxonomy)
    try:
        analyzer = kernel.load(model) if model else kernel.for_taxonomy(tree)
    except kernel.ModelError as error:
        raise click.ClickException(str(error)) from error
    gold: list[dict[str, str]] | None = None
    if labels:
        texts, gold = _labelled(labels)
    else:
        texts = [text for text in read_texts(str(source), text_column) if text.strip()]
    chosen = _spread(len(texts), limit)
    texts = [texts[row] for row in chosen]
    gold = [gold[row] for row in chosen] if gold is not None else None
    if not texts:
        raise click.ClickException(say("there is no text to read", "没有可读的文本"))
    try:
        exchange = other.Exchange(settings.LANGUAGE_MODEL)
        started = time.perf_counter()
        readings = other.LanguageModelReader(tree, exchange).read(texts)
        theirs = time.perf_counter() - started
    except other.LanguageModelError as error:
        if as_json:
            click.echo(json.dumps({"error": {"code": error.code, "details": error.details}}))
        else:
            click.secho(_words(error.code, error.details), fg="red", err=True)
        raise SystemExit(REFUSED) from error
    started = time.perf_counter()
    analyzer.analyze(texts)
    ours = time.perf_counter() - started
    result = other.compare(texts, tree, analyzer, readings, (ours, theirs), gold)
    if as_json:
        click.echo(json.dumps(result.as_dict(), ensure_ascii=False))
    else:
        _show(result)


def _spread(count: int, limit: int) -> list[int]:
    """Rows at even distances, so that a file sorted by anything is seen from end to end."""
    if limit <= 0 or count <= limit:
        return list(range(count))
    return [number * count // limit for number in range(limit)]


def _words(code: str, details: dict[str, object]) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in details.items())
    return REFUSALS.get(code, code) + (f" ({facts})" if facts else "")


def _show(found: Comparison) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    read = found.texts - found.unread
    console.print(
        say(
            f"{read:,} of {found.texts:,} texts read by both",
            f"两者都读了 {read:,} / {found.texts:,} 条",
        )
    )
    if found.unread:
        console.print(_words(found.why, {}), style="yellow")
    if not read:
        return
    if not read:
        return
    if found.pairs is None or found.interval is None:
        console.print(say("Neither names an aspect.", "两者都没有提到任何指标。"))
    else:
        low, high = found.interval
        console.print(
            say("agreement", "一致程度") + f": {say('aspects', '指标')} F1 {found.detection:.3f},"
            f" {say('aspect and polarity', '指标与倾向')} F1 {found.pairs:.3f}"
            f" ({low:.3f} - {high:.3f}, n {read:,})"
        )
    table = Table(
        say("aspect", "指标"), say("built-in", "内置"), say("language model", "大模型"),
        say("both", "两者"), say("judged alike", "倾向相同"),
    )  # fmt: skip
    for row in found.aspects:
        table.add_row(
            row.aspect, *map(str, (row.built_in, row.language_model, row.both, row.alike))
        )
    console.print(table)
    if found.figures_built_in and found.figures_language_model:
        measured = Table(
            "",
            say("detection F1", "指标 F1"),
            say("pair F1", "指标+倾向 F1"),
            say("95% interval", "95% 区间"),
            say("negative F1", "负面 F1"),
        )
        for name, figures in (
            (say("built-in", "内置"), found.figures_built_in),
            (say("language model", "大模型"), found.figures_language_model),
        ):
            low, high = figures.interval
            measured.add_row(name, f"{figures.detection_f1:.3f}", f"{figures.pair_f1:.3f}", f"{low:.3f} - {high:.3f}", f"{figures.negative_f1:.3f}")  # fmt: skip
        console.print(measured)
    for one in found.disagreements:
        console.print(f"[dim]{say('differs', '不同')}:[/dim] ", end="")
        console.print(one.text, markup=False)
        console.print(f"  {say('built-in', '内置')} {', '.join(one.built_in) or '-'}", markup=False)
        console.print(
            f"  {say('language model', '大模型')} {', '.join(one.language_model) or '-'}",
            markup=False,
        )
    spent = found.spent
    console.print(
        say(
            f"{spent.requests:,} requests, {spent.tokens_in:,} + {spent.tokens_out:,} tokens, cost"
            f" {spent.money}; {found.seconds_language_model:.1f} s against"
            f" {found.seconds_built_in:.3f} s; {found.dropped:,} opinions without evidence dropped",
            f"请求 {spent.requests:,} 次，token {spent.tokens_in:,} + {spent.tokens_out:,}，费用"
            f" {spent.money}；用时 {found.seconds_language_model:.1f} 秒，内置"
            f" {found.seconds_built_in:.3f} 秒；剔除无依据的观点 {found.dropped:,} 条",
        )
    )
