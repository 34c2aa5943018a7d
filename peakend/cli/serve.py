"""`peakend serve`: the site and its background, in one command."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

import click

from peakend.cli.language import say

# A child that ends before it has run so long is not started again at once.
STEADY = 10.0
# Where the demo company may be served: its passwords are printed for everybody to read.
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass
class Child:
    """A process that is started again when it ends; ``essential`` ones end the command instead."""

    name: str
    command: list[str]
    essential: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    waits: float = field(default=1.0)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl+C reaches it through us only."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command, start_new_session=True)

    def stop(self, patience: float) -> None:
        """Ask it to end, and insist after ``patience`` seconds."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@click.command(help=say("Serve the site, with its background worker.", "启动网站和后台进程。"))
@click.option("--host", default="127.0.0.1", show_default=True, help=say("Address.", "监听地址。"))
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help=say("Web processes.", "网站进程数。"),
)
@click.option("--no-background", is_flag=True, help=say("Without the worker.", "不启动后台进程。"))
def serve(host: str, port: int, workers: int, no_background: bool) -> None:
    from peakend.config.start import prepare_database, start_django

    os.environ.setdefault("PEAKEND_BASE_URL", f"http://localhost:{port}")
    if os.environ.get("PEAKEND_DEMO") and host not in LOOPBACK:
        raise click.ClickException(
            say(
                f"The demo company is shown on this machine only, not at {host}.",
                f"演示公司只在本机展示，不能监听 {host}。",
            )
        )
    start_django()
    prepare_database()
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "peakend.config.wsgi:application",
    ]  # fmt: skip
    children = [Child("web", web, essential=True)]
    if not no_background:
        children.append(Child("worker", [sys.executable, "-m", "peakend.cli", "worker"]))
    click.echo(say(f"Peakend is at http://{host}:{port}", f"Peakend 已启动：http://{host}:{port}"))
    sys.exit(supervise(children))


def supervise(children: list[Child]) -> int:
    """Keep the children running until a signal or until an essential one ends; its exit code."""
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: asked.append(received))
    for child in children:
        child.start()
    code = 0
    while not asked:
        time.sleep(0.3)
        for child in children:
            if child.process is None or child.process.poll() is None:
                continue
            if child.essential:
                code = child.process.returncode or 1
                asked.append(0)
                break
            _revive(child)
    for child in reversed(children):
        child.stop(patience=25.0)
    return code


def _revive(child: Child) -> None:
    """Start a child again; one that keeps ending at once is given longer and longer pauses."""
    ran = time.monotonic() - child.started
    if ran < child.waits:
        return
    child.waits = 1.0 if ran > STEADY else min(child.waits * 2, 60.0)
    child.start()
