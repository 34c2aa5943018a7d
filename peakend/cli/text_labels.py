"""`peakend text labels`: what people corrected, as a file to train from."""

from __future__ import annotations

import json
from typing import Any

import click

from peakend.cli import data_option
from peakend.cli.language import say


@click.command(
    params=[data_option()],
    help=say(
        "Write the corrected texts as JSON lines, for `peakend text train --labels`.",
        "把更正过的文本写成 JSON 行，供 peakend text train --labels 使用。",
    ),
)
@click.option(
    "--output",
    default="-",
    help=say("File to write, - for standard output.", "输出文件，- 为标准输出。"),
)
@click.option(
    "--taxonomy",
    default="",
    help=say("Only the voices this taxonomy reads.", "只取这个标签体系的声音。"),
)
@click.option(
    "--complete",
    is_flag=True,
    help=say("Only texts that somebody confirmed as a whole.", "只取整条确认过的文本。"),
)
def labels(output: str, taxonomy: str, complete: bool) -> None:
    from peakend.config.start import prepare_database, start_django

    start_django()
    prepare_database()
    from peakend.opinions.labels import training_set
    from peakend.organization.access import Scope

    written = 0
    with click.open_file(output, "w", encoding="utf-8") as file:
        for one in training_set(Scope(None), taxonomy):
            if complete and not one.complete:
                continue
            line: dict[str, Any] = one.as_line()
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            written += 1
    click.echo(say(f"{written} texts", f"共 {written} 条文本"), err=True)
