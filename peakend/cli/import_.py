"""`peakend import FILE`: from a file of feedback to ranked pain points."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from peakend.cli.language import say
from peakend.cli.progress import progress_bar, watching

if TYPE_CHECKING:
    from peakend.jobs.models import Job
    from peakend.voices.imports import Choices, Plan

REFUSED = 2
PAINS = 8

type_report = Callable[[int, int], None]


@click.command(
    name="import",
    help=say(
        "Import a file of feedback: CSV, XLSX or JSON lines. What its columns mean is guessed,"
        " shown, and can be corrected with --map. A recording, or a folder of them, is put into"
        " words first.",
        "导入反馈文件（CSV、XLSX 或 JSON Lines）。各列含义自动识别并显示，可用 --map 更正。"
        "录音文件或录音文件夹会先转成文字。",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", default="", help=say("Code of the source.", "来源代码。"))
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="ROLE=COLUMN",
    help=say("A column's role, e.g. text=review.", "指定某列的含义，如 text=评论内容。"),
)
@click.option(
    "--scale",
    default="",
    help=say("The rating's scale, worst-best.", "评分刻度：最差-最好，如 1-10。"),
)
@click.option("--taxonomy", default="", help=say("The indicator tree.", "标签体系。"))
@click.option("--unit", default="", help=say("Unit of every row.", "所有行所属单位。"))
@click.option("--brand", default="", help=say("Brand of every row.", "所有行所属品牌。"))
@click.option("--channel", default="", help=say("Channel of every row.", "所有行的渠道。"))
@click.option("--encoding", default="", help=say("Encoding of the file.", "文件编码。"))
@click.option("--delimiter", default="", help=say("Delimiter between cells.", "分隔符。"))
@click.option(
    "--header-row",
    default=0,
    type=click.IntRange(0, 60),
    metavar="N",
    help=say(
        "The row that names the columns, if not the guessed one.", "列名所在行；识别不对时指定。"
    ),
)
@click.option(
    "--all-or-nothing",
    is_flag=True,
    help=say("Take nothing if any row is wrong.", "有错则全不导入。"),
)
@click.option(
    "--dry-run", is_flag=True, help=say("Check without taking anything.", "只检查，不导入。")
)
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say("Write the rows that were not taken here.", "未导入行的清单写到此文件。"),
)
@click.option(
    "--delete",
    is_flag=True,
    help=say("Delete each recording once its words are kept.", "录音转写入库后删除原文件。"),
)
@click.option("--json", "as_json", is_flag=True, help=say("Print one JSON object.", "输出 JSON。"))
def import_(
    file: Path,
    source: str,
    maps: tuple[str, ...],
    scale: str,
    taxonomy: str,
    unit: str,
    brand: str,
    channel: str,
    encoding: str,
    delimiter: str,
    header_row: int,
    all_or_nothing: bool,
    dry_run: bool,
    errors: Path | None,
    delete: bool,
    as_json: bool,
) -> None:
    from peakend.config.start import prepare_database, start_django

    start_django()
    prepare_database()
    from django.conf import settings
    from django.utils.translation import override

    from peakend.cli.recordings import take_recordings
    from peakend.recordings.lists import is_recordings
    from peakend.voices.errors import ImportRefused
    from peakend.voices.imports import Choices
    from peakend.voices.wording import refusal_words

    with override(settings.LANGUAGE_CODE):
        try:
            choices = Choices(
                source=source,
                form=_form(encoding, delimiter, header_row),
                roles=tuple(_role(text) for text in maps),
                scale=_scale(scale),
                taxonomy=taxonomy,
                unit=unit,
                brand=brand,
                channel=channel,
                all_or_nothing=all_or_nothing,
                dry_run=dry_run,
            )
            if is_recordings(file):
                outcome = take_recordings(file, choices, delete=delete, as_json=as_json)
            else:
                outcome = _import(file, choices, errors, as_json)
        except ImportRefused as refusal:
            outcome = {"error": {"code": refusal.code, "details": refusal.details}}
            if not as_json:
                click.secho(refusal_words(refusal.code, refusal.details), fg="red", err=True)
        if as_json:
            click.echo(json.dumps(outcome, ensure_ascii=False, default=str))
    if "error" in outcome:
        sys.exit(REFUSED)


def _import(file: Path, choices: "Choices", errors: Path | None, as_json: bool) -> dict[str, Any]:
    from peakend.jobs.runs import work_on
    from peakend.loop.signals_drained import drain
    from peakend.opinions.taxonomies import taxonomy_codes
    from peakend.voices.imports import dry_run, plan_import, preview, start_import
    from peakend.voices.wording import refusal_words

    plan = plan_import(file, choices, taxonomy_codes())
    outcome: dict[str, Any] = preview(plan)
    if not as_json:
        _show_guess(plan)
    if choices.dry_run:
        with progress_bar(say("Checking", "检查"), as_json) as report:
            outcome["result"] = dry_run(plan, report)
        if not as_json:
            _show_counts(outcome["result"])
        return outcome
    from django.conf import settings

    job = start_import(plan, queued=False, language=settings.LANGUAGE_CODE)
    with progress_bar(say("Reading", "读取"), as_json) as report, watching(job, report):
        done = work_on(job.pk)
    if done is None:  # pragma: no cover - a worker was faster; it does the same
        done = job
        done.refresh_from_db()
    outcome["job"], outcome["result"] = done.pk, done.result
    if errors and done.result.get("errors"):
        _copy_errors(done, errors)
        outcome["errors_file"] = str(errors)
    if done.error:
        outcome["error"] = done.error
        if not as_json:
            words = refusal_words(done.error["code"], done.error["details"])
            click.secho(words, fg="red", err=True)
            _show_errors(done, errors)
        return outcome
    with progress_bar(say("Understanding", "理解"), as_json) as report:
        report_drain = drain(progress=report)
    outcome["understood"] = {"voices": report_drain.voices, "opinions": report_drain.opinions}
    points = _points(plan)
    outcome["pains"] = [_point_fields(point) for point in points]
    outcome["page"] = f"{settings.BASE_URL}/voices/?source={plan.source}"
    if not as_json:
        _show_counts(done.result)
        _show_errors(done, errors)
        _show_pains(points)
        click.echo(say("Read on: ", "继续查看：") + outcome["page"])
    return outcome


def _form(encoding: str, delimiter: str, header_row: int) -> Any:
    if not encoding and not delimiter and not header_row:
        return None
    from peakend.voices.readers import Form

    delimiter = {"tab": "\t", "\\t": "\t"}.get(delimiter.lower(), delimiter)
    return Form("" if header_row else "csv", encoding, delimiter, header_row=header_row)


def _role(text: str) -> tuple[str, str]:
    role, separator, column = text.partition("=")
    if not separator or not column:
        raise click.BadParameter(
            say(f"{text!r}: write ROLE=COLUMN", f"{text!r}：应写作 含义=列名"), param_hint="--map"
        )
    return role.strip(), column.strip()


def _scale(text: str) -> Any:
    if not text:
        return None
    from peakend.voices.errors import ImportRefused
    from peakend.voices.ratings import scale_named

    scale = scale_named(text)
    if scale is None:
        raise ImportRefused("unknown_scale", given=text)
    return scale


def _copy_errors(job: "Job", errors: Path) -> None:
    from peakend.voices.imports import error_path

    errors.parent.mkdir(parents=True, exist_ok=True)
    errors.write_bytes(error_path(job).read_bytes())


def _points(plan: "Plan") -> list[Any]:
    from peakend.metrics.pain_points import ranked_points
    from peakend.warehouse.cells import Slice

    everything = Slice(since=None, until=None, sources=(plan.source,))
    return list(ranked_points(everything, None, polarity=-1, limit=PAINS))


def _point_fields(point: Any) -> dict[str, Any]:
    from peakend.opinions.queries import aspect_title

    share = point.share
    return {
        "aspect": point.aspect,
        "title": aspect_title(point.aspect),
        "voices": point.voices,
        "negative_share": share.value,
        "low": share.low,
        "high": share.high,
        "n": share.n,
        "reason": share.reason,
        "impact": round(point.impact, 1),
    }


def _show_guess(plan: "Plan") -> None:
    from rich.console import Console
    from rich.table import Table

    from peakend.voices.wording import ROLE_NAMES, note_words

    console, reading = Console(), plan.guess.reading
    form = reading.form
    parts = [form.format.upper(), form.encoding]
    if form.delimiter:
        parts.append({"\t": "tab"}.get(form.delimiter, form.delimiter))
    console.print(
        f"[bold]{plan.name}[/bold] → {say('source', '来源')} [bold]{plan.source}[/bold],"
        f" {say('taxonomy', '标签体系')} {plan.taxonomy} · " + " · ".join(p for p in parts if p)
    )
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in (say("column", "列"), say("role", "含义"), say("for example", "例如")):
        table.add_column(title, overflow="ellipsis", no_wrap=True, max_width=44)
    quiet = 0
    for column, profile in zip(reading.columns, plan.guess.profiles, strict=True):
        if column.role in {"attribute", "ignore"} and len(reading.columns) > 14:
            quiet += 1
            continue
        role = str(ROLE_NAMES[column.role]) + (f" ({column.detail})" if column.detail else "")
        if column.role == "rating":
            role += f" {reading.scale.worst:g}→{reading.scale.best:g}"
        table.add_row(column.name, role, " · ".join(profile.examples))
    console.print(table)
    if quiet:
        console.print(
            say(f"and {quiet} further attributes", f"另有 {quiet} 列作为其他属性"), style="dim"
        )
    if plan.guess.remembered:
        console.print(say("Read as last time.", "按上次的方式读取。"), style="dim")
    for code, column_name in plan.guess.notes:
        console.print(note_words(code, column_name), style="yellow")


def _show_counts(counts: dict[str, Any]) -> None:
    parts = [say(f"{counts['rows']:,} rows", f"共 {counts['rows']:,} 行")]
    if "accepted" in counts and (counts["accepted"] or counts["duplicates"]):
        parts.append(say(f"{counts['accepted']:,} taken", f"新增 {counts['accepted']:,} 条"))
        parts.append(
            say(f"{counts['duplicates']:,} known before", f"已有 {counts['duplicates']:,} 条")
        )
    if counts["empty"]:
        parts.append(say(f"{counts['empty']:,} say nothing", f"空白 {counts['empty']:,} 行"))
    parts.append(say(f"{counts['errors']:,} errors", f"错误 {counts['errors']:,} 行"))
    click.echo(say(", ", "，").join(parts))


def _show_errors(job: "Job", errors: Path | None) -> None:
    if job.result.get("errors"):
        from peakend.voices.imports import error_path

        place = errors or error_path(job)
        click.secho(say(f"The errors: {place}", f"错误清单：{place}"), fg="yellow")


def _show_pains(points: list[Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not points:
        console.print(say("No pain points were found.", "没有发现痛点。"))
        return
    table = Table(
        box=None,
        pad_edge=False,
        header_style="dim",
        title_justify="left",
        title=say("Pain points", "痛点排行"),
    )
    table.add_column(say("aspect", "指标"))
    for title in (
        say("voices", "声音数"),
        say("negative", "负面占比"),
        say("95% interval", "95% 区间"),
        "n",
        say("impact", "影响"),
    ):
        table.add_column(title, justify="right")
    for fields in map(_point_fields, points):
        few = fields["reason"] or fields["negative_share"] is None
        table.add_row(
            fields["title"],
            f"{fields['voices']:,}",
            say("too few", "样本不足") if few else f"{fields['negative_share']:.0%}",
            "" if few or fields["low"] is None else f"{fields['low']:.0%} - {fields['high']:.0%}",
            f"{fields['n']:,}",
            f"{fields['impact']:.0f}",
        )
    console.print(table)
