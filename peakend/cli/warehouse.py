"""`peakend warehouse`: how the warehouse stands, and what can be done to it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from peakend.cli.language import say
from peakend.cli.progress import progress_bar, watching

if TYPE_CHECKING:
    from peakend.loop.warehouse_watched import WarehouseState

as_json_option = click.option(
    "--json", "as_json", is_flag=True, help=say("Print JSON.", "以 JSON 输出。")
)


@click.group(
    help=say("Facts and rollups that figures are read from.", "读数背后的明细与汇总数据。")
)
def warehouse() -> None:
    """One group for all that is done to the derived tables."""


@warehouse.command(
    help=say(
        "Where it is, what it holds, and whether it lags behind.",
        "位置、数据量，以及是否落后于新到的数据。",
    )
)
@as_json_option
def status(as_json: bool) -> None:
    _start()
    from peakend.loop.warehouse_watched import warehouse_state

    state = warehouse_state()
    if as_json:
        _print_json({**asdict(state), "behind": state.behind, "is_current": state.is_current})
    else:
        _show(state)


@warehouse.command(
    help=say(
        "Build it anew from the operational database, beside the one that pages read.",
        "由业务数据库重建数据仓库；重建期间页面照常读取原有数据。",
    )
)
@as_json_option
def rebuild(as_json: bool) -> None:
    _start()
    from peakend.jobs.models import Job
    from peakend.jobs.runs import request_cancel, work_on
    from peakend.loop.warehouse_rebuilt import start_rebuild

    job = start_rebuild(queued=False)
    with progress_bar(say("Rebuilding", "重建"), as_json) as report, watching(job, report):
        try:
            done = work_on(job.pk) or job
        except KeyboardInterrupt:
            request_cancel(job)  # whoever takes the job up ends it and clears away what was built
            raise
    if as_json:
        _print_json({"job": done.pk, **done.result, "error": done.error})
    if done.state != Job.State.DONE:
        code = done.error.get("code", "")
        raise click.ClickException(say(f"Not rebuilt: {code}", f"未能重建：{code}"))
    if not as_json:
        loaded = done.result["observations"]
        click.echo(
            say(
                f"The warehouse is rebuilt: {loaded:,} observations.",
                f"数据仓库已重建：{loaded:,} 条观测。",
            )
        )


@warehouse.command(
    help=say(
        "Bring small files together and remove old versions; reading and loading go on.",
        "合并小文件、清理旧版本；期间读取和装载照常。",
    )
)
@as_json_option
def compact(as_json: bool) -> None:
    _start()
    from peakend.loop.warehouse_tended import compact_warehouse

    with progress_bar(say("Compacting", "合并"), as_json) as report:
        done = compact_warehouse(progress=report)
    if as_json:
        _print_json(asdict(done))
    else:
        click.echo(
            say(
                f"{done.files_before:,} files became {done.files_after:,};"
                f" {done.removed:,} old ones removed.",
                f"{done.files_before:,} 个文件合并为 {done.files_after:,} 个，"
                f"清理旧文件 {done.removed:,} 个。",
            )
        )


@warehouse.command(
    help=say(
        "Erase a customer from every store: CUSTOMER is a number (#12), or an identity in full.",
        "从所有存储中删除一位客户：CUSTOMER 为客户编号（如 #12），或完整的手机号等标识。",
    )
)
@click.argument("customer")
@click.option("--yes", is_flag=True, help=say("Do not ask.", "不再询问。"))
@as_json_option
def erase(customer: str, yes: bool, as_json: bool) -> None:
    _start()
    from peakend.jobs.models import Job
    from peakend.jobs.runs import work_on
    from peakend.loop.customer_erased import start_erasure

    number = _customer_number(customer)
    if not yes:
        question = say(
            f"Erase customer #{number} for good? Nobody can take this back.",
            f"永久删除客户 #{number}？此操作无法撤销。",
        )
        click.confirm(question, abort=True, err=True)
    job = start_erasure(number, queued=False)
    done = work_on(job.pk) or job
    if as_json:
        _print_json({"customer": number, "removed": done.result, "error": done.error})
    if done.state != Job.State.DONE:
        raise click.ClickException(
            say(f"Not erased: {done.error.get('code')}", f"未能删除：{done.error.get('code')}")
        )
    if not as_json:
        counts = ", ".join(f"{name} {count:,}" for name, count in done.result.items())
        click.echo(say(f"Erased: {counts}.", f"已删除：{counts}。"))


def _customer_number(typed: str) -> int:
    """The customer that a number or an identity leads to; unless it is exactly one, nobody is."""
    from peakend.customers.queries import customers_meant

    meant = customers_meant(typed)
    if not meant:
        raise click.ClickException(
            say("No customer has that number or identity.", "没有客户使用这个编号或标识。")
        )
    if len(meant) > 1:
        numbers = [f"#{number}" for number in meant]
        raise click.ClickException(
            say(
                f"That may be {' or '.join(numbers)}: name the one you mean by its number.",
                f"可能是{'、'.join(numbers)}，请用编号指明是哪一位。",
            )
        )
    return meant[0]


def _start() -> None:
    from peakend.config.start import prepare_database, start_django

    start_django()
    prepare_database()


def _show(state: WarehouseState) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(f"{state.place}  ({state.engine})", soft_wrap=True)
    table = Table(
        say("table", "表"), say("rows", "行数"), say("files", "文件数"), "MiB",
        say("position", "位置"), say("last compaction", "上次合并"),
    )  # fmt: skip
    for name, one in ((say("facts", "明细"), state.facts), (say("cells", "汇总"), state.cells)):
        compacted = f"{one.compacted_at:%Y-%m-%d %H:%M} UTC" if one.compacted_at else "–"
        size = f"{one.bytes / 2**20:,.1f}"
        table.add_row(name, f"{one.rows:,}", f"{one.files:,}", size, f"{one.position:,}", compacted)
    console.print(table)
    for name, rows in state.rollups.items():
        console.print(f"  {name}: {rows:,}")
    if state.is_current:
        click.echo(say("Everything that has arrived is in the figures.", "新到数据均已计入读数。"))
        return
    if state.behind:
        click.echo(
            say(
                f"{state.behind:,} signals have arrived that are not in the figures yet.",
                f"还有 {state.behind:,} 条新到信号未计入读数。",
            )
        )
    if not state.cells_are_current:
        click.echo(say("Rollups lag behind the facts.", "汇总落后于明细。"))


def _print_json(content: Any) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, default=str))
