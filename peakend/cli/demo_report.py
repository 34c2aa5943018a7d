"""What the demo command shows in the terminal while it works and when it is done."""

from types import TracebackType
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, SpinnerColumn, TextColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from peakend.cli.language import say

STEPS = {
    "founded": ("Founding the company", "创建公司"),
    "heard": ("Hearing a year of customers", "收听一年的客户声音"),
    "understood": ("Understanding what they said", "理解他们说了什么"),
    "acted": ("Raising cases", "触发预警，生成工单"),
    "proved": ("Judging the improvements", "验证改进效果"),
    "reviewed": ("Looking for what stands out", "寻找值得注意的事"),
}
TITLES = {
    "sudden_shift": ("Sudden shift", "突发异常"),
    "hidden_driver": ("Hidden driver", "隐藏驱动因素"),
    "segment_pits": ("Same peak, other pit", "同峰异谷"),
    "improvement_worked": ("Improvement that worked", "见效的改进"),
    "improvement_failed": ("Improvement that did not", "没见效的改进"),
    "competitor_better": ("Competitor ahead", "竞品领先"),
}
COUNTS = {
    "voices": ("voices", "条声音"),
    "responses": ("responses", "份答卷"),
    "opinions": ("opinions", "条观点"),
    "observations": ("observations", "条观测"),
    "customers": ("customers", "位客户"),
    "events": ("events", "个事件"),
    "cases": ("cases", "张工单"),
}


class Progress:
    """One line that says which step is under way and how far it is; silent when asked to be."""

    def __init__(self, *, quiet: bool) -> None:
        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            console=Console(stderr=True, quiet=quiet),
            transient=True,
        )
        self._task = self._bar.add_task(say(*STEPS["founded"]), total=None)

    def __enter__(self) -> "Progress":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def tell(self, step: str, done: int, total: int) -> None:
        """A step has come so far; a finished one shows the step that follows."""
        following = list(STEPS)
        if done >= total and step in STEPS and step != following[-1]:
            step, done = following[following.index(step) + 1], 0
        self._bar.update(
            self._task, description=say(*STEPS[step]), completed=done, total=total if done else None
        )


def print_report(result: dict[str, Any], findings: list[Any]) -> None:
    """The counts, and what the product found by itself."""
    console = Console()
    counts = result["counts"]
    numbers = "   ".join(f"{counts[key]:,} {say(*words)}" for key, words in COUNTS.items())
    console.print(Panel(numbers, title=say("Heye Group · demo", "禾野集团 · 演示"), expand=False))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for finding in findings:
        mark = Text("●", "green") if finding.found else Text("○", "dim")
        words = Text(finding.headline, "" if finding.found else "dim")
        if finding.others:
            words.append(
                say(f" (and {finding.others} more)", f"（另有 {finding.others} 处）"), "dim"
            )
        words.append(f"\n{finding.page}", "dim")
        table.add_row(mark, Text(say(*TITLES[finding.key]), "bold"), words)
    console.print(table)
    console.print(
        say(f"Found in {result['seconds']:.0f} seconds.", f"用时 {result['seconds']:.0f} 秒。"),
        style="dim",
    )
