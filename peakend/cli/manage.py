"""`peakend manage`: Django's own commands."""

import os

import click

from peakend.cli.language import say


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
    help=say("Run one of Django's own commands.", "运行 Django 自带的命令。"),
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peakend.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["peakend manage", *arguments])
