"""`peakend metrics`: what is measured, figures with their interval, and how each is computed."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from peakend.cli.language import say, terminal_language
from peakend.cli.metrics_as_of import show_as_of

if TYPE_CHECKING:
    from peakend.metrics.definitions import Definition
    from peakend.metrics.display import Display
    from peakend.metrics.queries import Change, Reading
    from peakend.warehouse.cells import Slice

DAY = click.DateTime(["%Y-%m-%d"])
WEEKS = 4  # of the period shown, and of the one it is compared with
DIMENSIONS = ("day", "week", "month", "unit", "channel", "brand", "segment", "product", "source")


@click.group(help=say("What is measured, and what it says.", "有哪些指标，各说明什么。"))
def metrics() -> None:
    """One group, three questions."""


@metrics.command(name="list", help=say("Every metric.", "列出全部指标。"))
@click.option("--level", type=click.Choice(["result", "process"]))
@click.option("--json", "as_json", is_flag=True, help=say("Print JSON.", "以 JSON 输出。"))
def list_metrics(level: str | None, as_json: bool) -> None:
    _start()
    from peakend.metrics.definitions import all_metrics

    found = [metric for metric in all_metrics() if level in (None, metric.level)]
    if as_json:
        _print_json([_definition(metric) for metric in found])
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(
        *(
            say("code", "编码"),
            say("name", "名称"),
            say("level", "层级"),
            say("what it says", "含义"),
        )
    )
    for metric in found:
        table.add_row(metric.code, str(metric.name), metric.level, str(metric.definition))
    Console().print(table)


@metrics.command(
    help=say(
        "One metric's figure with n, interval and change.", "一个指标的读数：样本量、区间和变化。"
    )
)
@click.argument("code")
@click.option("--aspect", default="", help=say("Of which aspect.", "哪个方面。"))
@click.option(
    "--by", multiple=True, type=click.Choice(DIMENSIONS), help=say("Told apart by.", "按什么拆分。")
)
@click.option("--since", type=DAY, help=say("First day.", "首日。"))
@click.option("--until", type=DAY, help=say("Last day.", "末日。"))
@click.option(
    "--unit", default="", help=say("A unit's code, with all below it.", "单位编码，含下级。")
)
@click.option("--segment", default="", help=say("A segment's code.", "客群编码。"))
@click.option(
    "--as-of",
    type=DAY,
    help=say(
        "Figures of closed periods as they were told by this day.", "截至该日所公布的各期读数。"
    ),
)
@click.option("--json", "as_json", is_flag=True, help=say("Print JSON.", "以 JSON 输出。"))
def show(
    code: str, aspect: str, by: tuple[str, ...], since: datetime | None, until: datetime | None,
    unit: str, segment: str, as_of: datetime | None, as_json: bool,
) -> None:  # fmt: skip
    _start()
    metric = _known(code)
    if metric.of_aspect and not aspect:
        raise click.UsageError(
            say(
                "This metric is of an aspect: give --aspect.", "该指标按方面度量：请给出 --aspect。"
            )
        )
    if as_of:
        if by or segment:
            raise click.UsageError(
                say(
                    "What was told is kept by period for the company and its units: "
                    "leave out --by and --segment.",
                    "公布过的读数按周期、按公司和单位留存：请去掉 --by 和 --segment。",
                )
            )
        show_as_of(metric, aspect, as_of.date(), since, until, _units(unit), as_json)
        return
    from peakend.metrics.queries import readings
    from peakend.metrics.registry import read_once

    slice, compare = _slices(since, until, unit, segment)
    if {"day", "week", "month"} & set(by):
        compare = None  # periods stand beside each other already
    with read_once():
        found = readings(code, slice, by, aspect=aspect, compare=compare)
        lines = [_reading(one, by) for one in found]
    if as_json:
        from django.utils import timezone

        from peakend.warehouse.facts import held_position

        _print_json(
            {
                "metric": code, "since": slice.since, "until": slice.until,
                "computed_at": timezone.now(), "position": held_position(), "readings": lines,
            }
        )  # fmt: skip
        return
    _show(metric, found, by, slice)


@metrics.command(
    help=say("How a metric is computed, and when not to believe it.", "指标怎么算、何时不可信。")
)
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help=say("Print JSON.", "以 JSON 输出。"))
def explain(code: str, as_json: bool) -> None:
    _start()
    metric = _known(code)
    told = _definition(metric)
    if as_json:
        _print_json(told)
        return
    click.echo(f"{told['name']} ({metric.code})")
    for label, text in (
        (say("What it says", "含义"), told["definition"]),
        (say("Formula", "公式"), told["formula"]),
        (say("When not to believe it", "何时不可信"), told["doubt"]),
        (say("Shown from", "起显样本量"), f"n = {metric.minimum_n}"),
        (say("Observations", "观测"), ", ".join(told["observations"]) or "–"),
    ):
        if text:
            click.echo(f"  {label}: {text}")
    for part in told["parts"]:
        origin = f" ({part['taken_on']})" if part["taken_on"] else ""
        where = f" [{part['segment']}]" if part["segment"] else ""
        click.echo(f"  {part['weight']:g} × {part['code']}{where}{origin}")


def _start() -> None:
    from peakend.config.start import prepare_database, start_django

    start_django()
    prepare_database()
    from django.utils.translation import override

    click.get_current_context().with_resource(override(terminal_language()))


def _known(code: str) -> Definition:
    from peakend.metrics.definitions import UnknownMetric, definition_of

    try:
        return definition_of(code)
    except UnknownMetric:
        raise click.ClickException(
            say(
                f"There is no metric “{code}”. See `peakend metrics list`.",
                f"没有指标“{code}”。请看 `peakend metrics list`。",
            )
        ) from None


def _slices(
    since: datetime | None, until: datetime | None, unit: str, segment: str
) -> tuple[Slice, Slice | None]:
    """The period asked for (the last four weeks there is anything from), and the one before."""
    from dataclasses import replace

    from peakend.warehouse.cells import Slice, newest_day

    newest = newest_day() or date.today()  # noqa: DTZ011
    end = (until.date() if until else newest) + timedelta(days=1)
    start = since.date() if since else end - timedelta(weeks=WEEKS)
    slice = Slice(start, end, _units(unit), segments=(segment,) if segment else ())
    return slice, replace(slice, since=start - (end - start), until=start)


def _units(code: str) -> frozenset[int] | None:
    from peakend.organization.models import Unit

    if not code:
        return None
    named = Unit.objects.filter(code=code).order_by("pk").first()
    if named is None:
        raise click.ClickException(say(f"There is no unit “{code}”.", f"没有单位“{code}”。"))
    below = Unit.objects.filter(path__startswith=named.path).order_by("pk")
    return frozenset(below.values_list("pk", flat=True))


def _definition(metric: Definition) -> dict[str, Any]:
    return {
        "code": metric.code,
        "name": str(metric.name),
        "level": metric.level,
        "definition": str(metric.definition),
        "formula": str(metric.formula),
        "doubt": str(metric.doubt),
        "observations": [f"{metric.family}:{code}" for code in metric.codes],
        "better": metric.better,
        "display": metric.display,
        "unit": str(metric.unit),
        "scale": metric.scale,
        "minimum_n": metric.minimum_n,
        "of_aspect": metric.of_aspect,
        "standard": metric.standard,
        "target": metric.target,
        "target_on": metric.target_on,
        "owner": metric.owner,
        "channels": metric.channels,
        "period": metric.period,
        "roles": metric.roles,
        "is_own": metric.is_own,
        "parts": [
            {
                "code": part.code, "weight": part.weight, "segment": part.segment,
                "taken_on": part.taken_on, "origin": dict(part.origin),
            }
            for part in metric.parts
        ],
    }  # fmt: skip


def _reading(one: Reading, by: tuple[str, ...]) -> dict[str, Any]:
    change = None
    if one.change is not None and one.enough:
        change = {
            "value": one.change.value, "low": one.change.low, "high": one.change.high,
            "noise": one.change.noise, "before": one.change.before, "before_n": one.change.before_n,
        }  # fmt: skip
    return {
        "key": dict(zip(by, one.key, strict=True)),
        "value": one.value if one.enough else None,
        "low": one.low if one.enough else None,
        "high": one.high if one.enough else None,
        "n": one.n,
        "method": one.method,
        "reason": one.reason,
        "change": change,
    }


def _show(metric: Definition, found: list[Reading], by: tuple[str, ...], slice: Slice) -> None:
    from rich.console import Console
    from rich.table import Table

    from peakend.metrics.display import display_of

    shown, console = display_of(metric), Console()
    last = slice.until - timedelta(days=1) if slice.until else None
    console.print(f"{metric.name}  {slice.since} – {last}")
    if not found:
        console.print(say("Nothing was observed in this period.", "这段时间没有观测。"))
        return
    headings = (say("value", "读数"), say("95% interval", "95% 区间"), "n", say("change", "变化"))
    table = Table(*by, *headings)

    def said(value: float | None, decimals: int, sign: str = "") -> str:
        return "–" if value is None else f"{value * shown.scale:{sign},.{decimals}f}"

    for one in found:
        change = one.change if one.enough else None
        noise = say(" within noise", " 在波动内") if change and change.noise else ""
        table.add_row(
            *(str(part) for part in one.key),
            said(one.value, shown.decimals, "+" if shown.is_signed else "") + shown.unit
            if one.enough
            else say("too few", "样本不足"),
            f"{said(one.low, shown.decimals)} – {said(one.high, shown.decimals)}"
            if one.enough
            else "–",
            f"{one.n:,.0f}",
            _moved(change, shown) + noise if change else "–",
        )
    console.print(table)


def _moved(change: Change, shown: Display) -> str:
    """The change with half its interval."""
    moved = f"{change.value * shown.scale:+,.{shown.change_decimals}f}"
    if change.margin is None:
        return moved
    return f"{moved} ± {change.margin * shown.scale:,.{shown.change_decimals}f}"


def _print_json(content: Any) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, default=str))
