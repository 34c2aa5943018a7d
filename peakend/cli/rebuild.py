"""`peakend rebuild`: the warehouse anew, from the operational database."""

import click

from peakend.cli.language import say


@click.command(
    help=say(
        "Build the warehouse anew from the operational database.", "由业务数据库重建数据仓库。"
    )
)
def rebuild() -> None:
    from peakend.config.start import prepare_database, start_django

    start_django()
    prepare_database()
    from peakend.loop.warehouse_rebuilt import rebuild as rebuild_warehouse

    rebuild_warehouse()
    click.echo(say("The warehouse is rebuilt.", "数据仓库已重建。"))
