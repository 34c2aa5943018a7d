"""`peakend metrics show CODE --as-of DATE`: what had been told by a day, beside what it reads now."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import click

from peakend.cli.language import say

if TYPE_CHECKING:
    from peakend.metrics.definitions import Definition
    from peakend.metrics.published import Told


def show_as_of(
    metric: Definition,
    aspect: str,
    day: date,
    since: datetime | None,
    until: datetime | None,
    units: frozenset[int] | None,
    as_json: bool,
) -> None:
    """Print each closed period as it was known by the end of the day, and as it stands."""
    from django.utils import timezone

    from peakend.metrics.brands import own_brands
    from peakend.metrics.published import closed_periods
    from peakend.warehouse.cells import Slice

    first = since.date() if since else None
    end = until.date() + timedelta(days=1) if until else None
    moment = datetime.combine(day + timedelta(days=1), time.min, timezone.get_default_timezone())
    told = closed_periods(metric, Slice(first, end, units, brands=own_brands()), aspect)
    found = [
        {
            "period": one.period,
            "starts_on": one.starts_on,
            "ends_on": one.ends_on,
            "then": _told(then),
            "now": _told(one.last),
            "late": sum(after.late for after in one.told if after.computed_at > then.computed_at),
            "corrected": sum(
                after.corrected for after in one.told if after.computed_at > then.computed_at
            ),
        }
        for _start, one in sorted(told.items())
        if (then := one.as_of(moment)) is not None
    ]
    if as_json:
        content = {"metric": metric.code, "aspect": aspect, "as_of": day, "periods": found}
        click.echo(json.dumps(content, ensure_ascii=False, default=str))
        return
    _print(metric, day, found)


def _told(one: Told) -> dict[str, Any]:
    return {
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "n": one.n,
        "computed_at": one.computed_at,
        "position": one.position,
    }


def _print(metric: Definition, day: date, found: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    from peakend.metrics.display import display_of, said

    console, shown = Console(), display_of(metric)
    console.print(say(f"{metric.name}, as told by {day}", f"{metric.name}，截至 {day} 所公布"))
    if not found:
        console.print(say("Nothing had been told by then.", "那时还没有公布过读数。"))
        return

    def figure(told: dict[str, Any]) -> str:
        if told["value"] is None:
            return say("too few", "样本不足")
        ends = (told["low"], told["high"])
        between = " – ".join(
            f"{end * shown.scale:,.{shown.decimals}f}" for end in ends if end is not None
        )
        return (
            f"{said(told['value'], metric)} ({between})" if between else said(told["value"], metric)
        )

    table = Table(
        say("period", "周期"), say("told then", "当时公布"), "n", say("computed", "计算于"),
        say("reads now", "现在"), "n", say("late answers", "迟到的回答"), say("corrected", "更正"),
    )  # fmt: skip
    for one in found:
        then, now = one["then"], one["now"]
        table.add_row(
            f"{one['starts_on']} – {one['ends_on']}",
            figure(then), f"{then['n']:,.0f}", f"{then['computed_at']:%Y-%m-%d %H:%M}",
            figure(now), f"{now['n']:,.0f}", f"{one['late']:,}", f"{one['corrected']:,}",
        )  # fmt: skip
    console.print(table)
