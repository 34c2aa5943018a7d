"""What `peakend text train` and `evaluate` tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

import peakend.text as kernel
from peakend.text import collection

_SCARCE = 30  # labels below which figures are uncertain
_SHOWN = 20  # doubtful labels named one by one


def tell_figures(console: Console, figures: kernel.Evaluation, of: str) -> None:
    """All figures of an evaluation, with the reliability curve and the aspects."""
    low, high = figures.interval
    speed = figures.texts_per_second
    console.print(
        f"{figures.texts:,} {of}: detection F1 {figures.detection_f1:.3f}, pair F1"
        f" {figures.pair_f1:.3f} ({low:.3f} to {high:.3f}); given the aspect, polarity macro-F1"
        f" {figures.polarity_macro_f1:.3f}, negative F1 {figures.negative_f1:.3f};"
        f" calibration error {figures.calibration_error:.3f}"
        + (f"; {speed:,.0f} texts/s" if speed else "")
    )
    table = Table(box=box.SIMPLE, padding=(0, 0, 0, 0), collapse_padding=True, pad_edge=False)
    table.add_column("aspect", no_wrap=True, overflow="ellipsis", max_width=17)
    for name in ("labels", "found", "prec.", "rec."):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("F1 (95%)", "pair F1 (95%)"):
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
    curve = Table("confidence", "share right", "opinions", box=box.SIMPLE)
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
        console.print(f"fewer than {_SCARCE} labels, figures uncertain: {', '.join(scarce)}")
    for body, here, there in collection.contradictions(texts, labels):
        console.print(f"labelled both {here} and {there}: {body[:60]!r}")
    doubtful = model.doubtful_
    missing = sum(one.labelled is None for one in doubtful)
    if doubtful:
        console.print(
            f"doubtful labels, seen from the other texts: {missing:,} may be missing,"
            f" {len(doubtful) - missing:,} may be wrong"
        )
    for one in doubtful[:_SHOWN]:
        console.print(
            f"  line {one.row + 1}: {one.aspect} is {one.labelled or 'not labelled'},"
            f" looks {one.suggested or 'absent'} ({one.confidence:.2f}): {texts[one.row][:60]!r}"
        )


def tell_words(console: Console, cold: kernel.ColdStart) -> None:
    """Words that a cold start added to its taxonomy, and what they rest on."""
    for one in cold.lent_:
        console.print(
            f"{one.aspect}: {len(one.words)} words lent by {one.lender} of the taxonomy {one.taxonomy}"
        )
    if cold.words_:
        console.print(f"{len(cold.words_)} words of judgement learned from {cold.texts_:,} texts:")
    for word in cold.words_[:_SHOWN]:
        console.print(
            f"  {word.word} means {word.aspect}: {word.beside} of {word.of} beside a keyword"
            f" (at least {word.low:.0%})"
        )


def _with_interval(value: float, bounds: tuple[float, float]) -> str:
    return f"{value:.2f} ({bounds[0]:.2f}–{bounds[1]:.2f})"
