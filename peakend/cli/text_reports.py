"""What `peakend text train` and `evaluate` tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

import peakend.text as kernel
from peakend.cli.language import say
from peakend.text import collection

_SCARCE = 30  # labels below which figures are uncertain
_SHOWN = 20  # doubtful labels named one by one


def tell_figures(console: Console, figures: kernel.Evaluation, of: str) -> None:
    """All figures of an evaluation, with the reliability curve and the aspects."""
    low, high = figures.interval
    speed = figures.texts_per_second
    console.print(
        say(
            f"{figures.texts:,} {of}: detection F1 {figures.detection_f1:.3f}, pair F1"
            f" {figures.pair_f1:.3f} ({low:.3f} to {high:.3f}); given the aspect, polarity macro-F1"
            f" {figures.polarity_macro_f1:.3f}, negative F1 {figures.negative_f1:.3f};"
            f" calibration error {figures.calibration_error:.3f}",
            f"{figures.texts:,} {of}：方面 F1 {figures.detection_f1:.3f}，方面+倾向 F1"
            f" {figures.pair_f1:.3f}（{low:.3f} 至 {high:.3f}）；给定方面时倾向宏平均 F1"
            f" {figures.polarity_macro_f1:.3f}，负面 F1 {figures.negative_f1:.3f}；"
            f"校准误差 {figures.calibration_error:.3f}",
        )
        + (say(f"; {speed:,.0f} texts/s", f"；每秒 {speed:,.0f} 条") if speed else "")
    )
    table = Table(box=box.SIMPLE, padding=(0, 0, 0, 0), collapse_padding=True, pad_edge=False)
    table.add_column(say("aspect", "方面"), no_wrap=True, overflow="ellipsis", max_width=17)
    for name in (
        say("labels", "标注"), say("found", "找到"), say("prec.", "准确率"), say("rec.", "召回率")
    ):  # fmt: skip
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("F1 (95%)", say("pair F1 (95%)", "方面+倾向 F1 (95%)")):
        table.add_column(name, no_wrap=True)
    for row in figures.aspects:
        table.add_row(
            row.aspect,
            str(row.labelled),
            str(row.found),
            f"{row.precision:.2f}",
            f"{row.recall:.2f}",
            _with_interval(row.f1, row.interval),
            _with_interval(row.pair_f1, row.pair_interval),
        )
    console.print(table)
    curve = Table(
        say("confidence", "把握"), say("share right", "判对比例"), say("opinions", "观点"),
        box=box.SIMPLE,
    )  # fmt: skip
    for mean, share, n in figures.reliability:
        curve.add_row(f"{mean:.2f}", f"{share:.2f}", f"{n:,}")
    console.print(curve)


def tell_labels(
    console: Console,
    model: kernel.OpinionModel,
    texts: Sequence[str],
    labels: Sequence[Mapping[str, str]],
) -> None:
    """Where labels are scarce, contradict each other, or seem missing or wrong."""
    scarce = [f"{a} ({n})" for a, n in model.counts_.items() if n < _SCARCE]
    if scarce:
        named = ", ".join(scarce)
        console.print(
            say(
                f"fewer than {_SCARCE} labels, figures uncertain: {named}",
                f"标注不足 {_SCARCE} 条，数字不可靠：{named}",
            )
        )
    for body, here, there in collection.contradictions(texts, labels):
        console.print(
            say(f"labelled both {here} and {there}", f"既标为 {here} 又标为 {there}")
            + f": {body[:60]!r}"
        )
    doubtful = model.doubtful_
    missing = sum(one.labelled is None for one in doubtful)
    if doubtful:
        wrong = len(doubtful) - missing
        console.print(
            say(
                f"doubtful labels, seen from the other texts: {missing:,} may be missing,"
                f" {wrong:,} may be wrong",
                f"从其他文本看，可疑的标注：{missing:,} 个可能漏标，{wrong:,} 个可能标错",
            )
        )
    for one in doubtful[:_SHOWN]:
        now, looks = one.labelled, one.suggested
        console.print(
            say(
                f"  line {one.row + 1}: {one.aspect} is {now or 'not labelled'}, looks"
                f" {looks or 'absent'} ({one.confidence:.2f})",
                f"  第 {one.row + 1} 行：{one.aspect} 标为 {now or '无'}，看来是"
                f" {looks or '无'}（{one.confidence:.2f}）",
            )
            + f": {texts[one.row][:60]!r}"
        )


def tell_words(console: Console, cold: kernel.ColdStart) -> None:
    """Words that a cold start added to its taxonomy, and what they rest on."""
    for one in cold.lent_:
        n = len(one.words)
        console.print(
            say(
                f"{one.aspect}: {n} words lent by {one.lender} of the taxonomy {one.taxonomy}",
                f"{one.aspect}：从标签体系 {one.taxonomy} 的 {one.lender} 借来 {n} 个词",
            )
        )
    if cold.told_ is not None:
        is_neutral = cold.analyzer_.factual
        console.print(
            say(
                f"{cold.told_:.0%} of all mentions have no word of judgement: "
                + ("so they count as neutral" if is_neutral else "their surroundings colour them"),
                f"{cold.told_:.0%} 的提及没有评价词："
                + ("因此按中性计" if is_neutral else "倾向取自上下文"),
            )
        )
    if cold.words_:
        n = len(cold.words_)
        console.print(
            say(
                f"{n} words of judgement learned from {cold.texts_:,} texts:",
                f"从 {cold.texts_:,} 条文本学到 {n} 个评价词：",
            )
        )
    for word in cold.words_[:_SHOWN]:
        console.print(
            say(
                f"  {word.word} means {word.aspect}: {word.beside} of {word.of} beside a keyword"
                f" (at least {word.low:.0%})",
                f"  {word.word} 指 {word.aspect}：{word.of} 次里有 {word.beside} 次在关键词旁"
                f"（至少 {word.low:.0%}）",
            )
        )


def _with_interval(value: float, bounds: tuple[float, float]) -> str:
    return f"{value:.2f} ({bounds[0]:.2f}–{bounds[1]:.2f})"
