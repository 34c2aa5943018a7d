"""The `peakend` command: one file a command, loaded when it is called.

A module here holds one click command named like itself (a trailing underscore is dropped) and
imports Django inside the command only, so that ``peakend --help`` answers at once.
"""

import os
import pkgutil
from importlib import import_module
from pathlib import Path

import click

from peakend.cli.language import pick_language, say


class Commands(click.Group):
    """The modules beside this one, as commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_modules())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        stem = _modules().get(cmd_name)
        if stem is None:
            return None
        module = import_module(f"{__name__}.{stem}")
        names = (stem, cmd_name.replace("-", "_"), "command")
        found = (getattr(module, name, None) for name in names)
        command = next((value for value in found if isinstance(value, click.Command)), None)
        if command is None:
            return None  # a part of a command
        if not any(param.name == "data" for param in command.params):
            command.params.append(data_option())
        return command


def data_option() -> click.Option:
    """``--data``, which every command takes: it must be known before Django starts."""
    return click.Option(
        ["--data"],
        type=click.Path(file_okay=False, path_type=Path),
        callback=_use_data,
        is_eager=True,
        expose_value=False,
        help=say("The data folder.", "数据目录。"),
    )


def _use_data(_ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        os.environ["PEAKEND_HOME"] = str(value.expanduser().resolve())


def _modules() -> dict[str, str]:
    """Module names by command name, found without importing any."""
    # Not commands: the language of messages, the worker's rounds, what the demo prints, the bar of
    # long work, the files `text` reads and writes, and `python -m peakend.cli`.
    others = {
        "language",
        "recordings",
        "chores",
        "demo_report",
        "progress",
        "text_bulk",
        "text_compare",
        "text_files",
        "text_labels",
        "__main__",
    }
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return {name.rstrip("_").replace("_", "-"): name for name in names if name not in others}


@click.command(
    cls=Commands,
    params=[data_option()],
    help=say(
        "Peakend: listen to customers, understand, measure, act, prove.",
        "Peakend 峰终：倾听客户，理解，度量，行动，验证。",
    ),
)
@click.version_option(package_name="peakend")
def main() -> None:
    pick_language()
