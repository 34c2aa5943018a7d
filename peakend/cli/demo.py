"""`peakend demo`: a company to look at, with stories in it that the product finds by itself."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import click

from peakend.cli.language import say

KEYS = (
    "sudden_shift",
    "hidden_driver",
    "segment_pits",
    "improvement_worked",
    "improvement_failed",
    "competitor_better",
)


@click.command(
    help=say(
        "Build a demo company, say what the product found in it, and serve it on this machine.",
        "生成演示公司，说出产品自己发现了什么，并在本机启动网站。",
    )
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(0),
    help=say("Random seed.", "随机种子。"),
)
@click.option(
    "--omit",
    multiple=True,
    type=click.Choice(KEYS),
    help=say("Leave this story out; may be repeated.", "不植入这个故事，可重复。"),
)
@click.option(
    "--no-serve", is_flag=True, help=say("End after building.", "生成后结束，不启动网站。")
)
@click.option(
    "--json", "as_json", is_flag=True, help=say("Print one JSON object.", "输出一个 JSON 对象。")
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def demo(seed: int, omit: tuple[str, ...], no_serve: bool, as_json: bool, port: int) -> None:
    started = time.monotonic()
    os.environ["PEAKEND_DEMO"] = "1"
    os.environ.setdefault("PEAKEND_HOME", str(_default_home()))
    from peakend.config.start import prepare_database, start_django

    start_django()
    prepare_database()
    from django.conf import settings
    from django.utils import timezone, translation

    from peakend.cli.demo_report import Progress, print_report
    from peakend.demo.build import AnotherDemoError, NotADemoError, build
    from peakend.demo.stories import Key
    from peakend.loop.experience_reviewed import review

    progress = Progress(quiet=as_json)
    with translation.override(say("en", "zh-hans")), progress:
        try:
            plan = build(seed, frozenset(map(Key, omit)), timezone.localdate(), progress.tell)
        except AnotherDemoError as error:
            raise click.ClickException(
                say(
                    f"{settings.HOME} holds another demo ({error.held}). Choose another --data.",
                    f"{settings.HOME} 里是另一个演示（{error.held}），请用 --data 换一个目录。",
                )
            ) from None
        except NotADemoError:
            raise click.ClickException(
                say(
                    f"{settings.HOME} holds a company's own data. Choose another --data.",
                    f"{settings.HOME} 里有公司自己的数据，请用 --data 换一个目录。",
                )
            ) from None
        progress.tell("reviewed", 0, 1)
        findings = review(plan.until)
    result = _result(findings, time.monotonic() - started)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        print_report(result, findings)
    if not no_serve:
        _serve(port)


def _default_home() -> Path:
    """Beside the user's own data, never in it."""
    from peakend.config.env import default_home

    return default_home().with_name("peakend-demo")


def _result(findings: list[Any], seconds: float) -> dict[str, Any]:
    from dataclasses import asdict

    from peakend.demo.counts import count_everything

    return {
        "counts": count_everything(),
        "stories": [
            {
                "key": finding.key,
                "found": finding.found,
                "figure": asdict(finding.figure) if finding.figure else None,
                "headline": finding.headline,
                "page": finding.page,
            }
            for finding in findings
        ],
        "seconds": round(seconds, 2),
    }


def _serve(port: int) -> None:
    """Serve on the loopback address, the only one at which the demo's accounts work."""
    from peakend.demo.logins import LOGINS, PASSWORD

    click.echo(
        say(
            f"\nSign in at http://127.0.0.1:{port} as {LOGINS[0].username} / {PASSWORD}"
            " (on this machine only). Ctrl+C ends.",
            f"\n打开 http://127.0.0.1:{port}，用 {LOGINS[0].username} / {PASSWORD} 登录"
            "（仅限本机）。Ctrl+C 结束。",
        ),
        err=True,
    )
    command = [
        sys.executable,
        "-m",
        "peakend.cli",
        "serve",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    os.environ["PEAKEND_BASE_URL"] = f"http://127.0.0.1:{port}"
    sys.stdout.flush()
    os.execv(command[0], command)
