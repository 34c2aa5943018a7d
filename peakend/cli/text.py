"""`peakend text`: analyse, train, evaluate and explore feedback from the command line."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

import peakend.text as kernel
from peakend.text import collection

_BATCH = 2000
_TEXT_NAMES = (
    "text", "review", "reviewbody", "content", "comment", "feedback", "body", "message", "verbatim",
    "评论", "评价", "内容", "评论内容", "评价内容", "反馈", "文本",
)  # fmt: skip
_ID_NAMES = ("id", "index", "编号", "序号", "comment id", "row_index")
Row = dict[str, Any]


@click.group(name="text")
def text() -> None:
    """Understand feedback: opinions, training, themes."""


@text.command()
@click.argument("source", metavar="INPUT")
@click.option("--taxonomy", help="Name of a shipped taxonomy, or a YAML file.")
@click.option("--model", type=click.Path(exists=True, file_okay=False), help="Trained model.")
@click.option("--text-column", help="Column with the text; guessed when not given.")
@click.option("--output", default="-", help="JSON lines to write, - for standard output.")
def analyze(
    source: str, taxonomy: str | None, model: str | None, text_column: str | None, output: str
) -> None:
    """Find opinions in a CSV, XLSX or JSON lines file, or in lines of standard input (-)."""
    analyzer = _analyzer(taxonomy, model)
    rows = _read(source)
    with _writer(output) as file, _progress(output) as progress:
        task = progress.add_task("texts")
        column = text_column
        number = 0
        for batch in _batches(rows):
            if column is None:
                column = _guess(batch)
            texts = [str(row.get(column) or "") for row in batch]
            for row, body, found in zip(batch, texts, analyzer.analyze(texts), strict=True):
                number += 1
                line = {"id": _identity(row, number), "text": body, **_plain(found)}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
            progress.update(task, completed=number, description=f"{number:,} texts")


@text.command()
@click.option("--labels", type=click.Path(exists=True, dir_okay=False), help="Labelled JSON lines.")
@click.option("--taxonomy", help="Taxonomy to start cold from.")
@click.option("--unlabelled", type=click.Path(exists=True, dir_okay=False), help="More texts.")
@click.option("--output", required=True, type=click.Path(file_okay=False), help="Model folder.")
@click.option("--seed", default=0, show_default=True)
@click.option(
    "--suggest", type=click.Path(dir_okay=False), help="Write texts worth labelling here."
)
def train(
    labels: str | None,
    taxonomy: str | None,
    unlabelled: str | None,
    output: str,
    seed: int,
    suggest: str | None,
) -> None:
    """Train on labels, or start cold from a taxonomy and unlabelled texts."""
    if bool(labels) == bool(taxonomy):
        raise click.UsageError("give either --labels or --taxonomy")
    console = Console(stderr=True)
    if labels:
        texts, gold = _labelled(labels)
        try:
            model = kernel.OpinionModel(seed=seed).fit(texts, gold)
        except kernel.LabelError as error:
            raise click.ClickException(str(error)) from error
        model.save(output)
        analyzer: kernel.BatchAnalyzer = model.analyzer_
        console.print(f"{len(texts):,} texts, {len(model.aspects_)} aspects → {output}")
        console.print(f"on texts held out: {model.out_of_fold_}")
        scarce = [a for a, n in model.counts_.items() if n < 30]
        if scarce:
            console.print(f"fewer than 30 labels, figures uncertain: {', '.join(scarce)}")
        for body, one, other in collection.contradictions(texts, gold):
            console.print(f"labelled both {one} and {other}: {body[:60]!r}")
    else:
        analyzer = _analyzer(taxonomy, None)
        kernel.save(analyzer, output)
        console.print(f"{len(analyzer.aspects)} aspects, nothing labelled → {output}")
    if unlabelled:
        rows = list(_read(unlabelled))
        column = _guess(rows[:_BATCH])
        bodies = [str(row.get(column) or "") for row in rows]
        columns = analyzer.analyze_columns(bodies)
        covered = len(set(columns.text.tolist()))
        console.print(f"{covered:,} of {len(bodies):,} unlabelled texts name an aspect")
        if suggest:
            chosen = collection.worth_labelling(bodies, columns, 100)
            lines = (
                json.dumps({"text": bodies[i], "labels": {}}, ensure_ascii=False) for i in chosen
            )
            _write_text(suggest, "\n".join(lines) + "\n")


@text.command()
@click.option("--model", required=True, type=click.Path(exists=True, file_okay=False))
@click.option("--labels", required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate(model: str, labels: str, as_json: bool) -> None:
    """Measure a model on labelled texts."""
    texts, gold = _labelled(labels)
    try:
        figures = kernel.evaluate(kernel.load(model), texts, gold)
    except kernel.ModelError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(figures.as_dict(), ensure_ascii=False))
        return
    console = Console()
    low, high = figures.interval
    console.print(
        f"{figures.texts:,} texts: detection F1 {figures.detection_f1:.3f}, pair F1"
        f" {figures.pair_f1:.3f} ({low:.3f} to {high:.3f}), polarity macro-F1"
        f" {figures.polarity_macro_f1:.3f}, negative F1 {figures.negative_f1:.3f},"
        f" calibration error {figures.calibration_error:.3f},"
        f" {figures.texts_per_second:,.0f} texts/s"
    )
    table = Table("aspect", "labelled", "found", "precision", "recall", "F1")
    for row in figures.aspects:
        table.add_row(
            row.aspect,
            str(row.labelled),
            str(row.found),
            f"{row.precision:.3f}",
            f"{row.recall:.3f}",
            f"{row.f1:.3f}",
        )
    console.print(table)


@text.command()
@click.argument("source", metavar="INPUT")
@click.option("--against", required=True, help="File to compare with.")
@click.option("--text-column")
@click.option("--top", default=30, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def keyness(source: str, against: str, text_column: str | None, top: int, as_json: bool) -> None:
    """Words and phrases that tell one file from another."""
    rows = collection.keyness(_texts(source, text_column), _texts(against, text_column), top)
    if as_json:
        click.echo(json.dumps([row.as_dict() for row in rows], ensure_ascii=False))
        return
    table = Table("phrase", "here", "there", "log-odds", "95%")
    for row in rows:
        interval = f"{row.low:.2f} … {row.high:.2f}"
        table.add_row(row.phrase, str(row.here), str(row.there), f"{row.log_odds:.2f}", interval)
    Console().print(table)


@text.command()
@click.argument("source", metavar="INPUT")
@click.option("--before", required=True, help="File with the texts of the time before.")
@click.option("--taxonomy", help="Leave out what this taxonomy already names.")
@click.option("--text-column")
@click.option("--top", default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def themes(
    source: str,
    before: str,
    taxonomy: str | None,
    text_column: str | None,
    top: int,
    as_json: bool,
) -> None:
    """Themes nobody defined that rise beyond chance."""
    known = kernel.load_taxonomy(taxonomy) if taxonomy else None
    found = collection.emerging_themes(
        _texts(source, text_column), _texts(before, text_column), known, top
    )
    if as_json:
        click.echo(json.dumps([theme.as_dict() for theme in found], ensure_ascii=False))
        return
    for theme in found:
        click.echo(f"{theme.name}  ({theme.now} now, {theme.before} before, z {theme.z:.1f})")
        for quote in theme.quotes:
            click.echo(f"    {quote[:100]}")


@text.group()
def taxonomy() -> None:
    """Taxonomies as files."""


@taxonomy.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
def check(file: str) -> None:
    """Read a taxonomy and say what is wrong with it."""
    try:
        read = kernel.load_taxonomy(Path(file))
    except (kernel.TaxonomyError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
    warnings = kernel.taxonomy_warnings(read)
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    groups = len({aspect.group for aspect in read.aspects})
    click.echo(
        f"{read.code} version {read.version}: {len(read.aspects)} aspects in {groups} groups"
    )


def _analyzer(taxonomy: str | None, model: str | None) -> kernel.BatchAnalyzer:
    if bool(taxonomy) == bool(model):
        raise click.UsageError("give either --taxonomy or --model")
    try:
        if model:
            return kernel.load(model)
        return kernel.for_taxonomy(kernel.load_taxonomy(str(taxonomy)))
    except (kernel.ModelError, kernel.TaxonomyError) as error:
        raise click.ClickException(str(error)) from error


def _plain(found: kernel.Analysis) -> dict[str, Any]:
    return {
        "language": found.language,
        "sentiment": found.sentiment,
        "opinions": [
            {
                "aspect": o.aspect,
                "polarity": o.polarity,
                "strength": o.strength,
                "confidence": o.confidence,
                "start": o.start,
                "end": o.end,
            }
            for o in found.opinions
        ],
        "emotions": list(found.emotions),
        "intents": list(found.intents),
        "pii": [{"kind": p.kind, "start": p.start, "end": p.end} for p in found.pii],
    }


def _labelled(path: str) -> tuple[list[str], list[dict[str, str]]]:
    texts: list[str] = []
    labels: list[dict[str, str]] = []
    with Path(path).open(encoding="utf-8-sig", errors="surrogatepass") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                texts.append(str(row["text"]))
                labels.append(dict(row["labels"]))
            except (ValueError, KeyError, TypeError) as error:
                raise click.ClickException(f"{path}, line {number}: {error}") from error
    return texts, labels


def _texts(path: str, column: str | None) -> list[str]:
    rows = list(_read(path))
    name = column or _guess(rows[:_BATCH])
    return [str(row.get(name) or "") for row in rows]


def _read(source: str) -> Iterator[Row]:
    """Rows of a file, one at a time."""
    if source == "-":
        with click.open_file("-", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                yield {"text": line.rstrip("\n")}
        return
    path = Path(source)
    if not path.is_file():
        raise click.ClickException(f"there is no file {source}")
    suffix = path.suffix.lower()
    if suffix in (".jsonl", ".ndjson", ".json"):
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        row = json.loads(line)
                    except ValueError as error:
                        raise click.ClickException(f"{source}, line {number}: {error}") from error
                    yield row if isinstance(row, dict) else {"text": str(row)}
    elif suffix in (".xlsx", ".xls", ".xlsb", ".ods"):
        yield from _sheet(path)
    elif suffix == ".txt":
        with path.open(encoding=_encoding(path)) as file:
            for line in file:
                yield {"text": line.rstrip("\n")}
    else:
        csv.field_size_limit(1 << 30)
        with path.open(encoding=_encoding(path), newline="", errors="replace") as file:
            delimiter = "\t" if suffix == ".tsv" else ","
            yield from csv.DictReader(file, delimiter=delimiter)


def _sheet(path: Path) -> Iterator[Row]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = iter(CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows())
    except (CalamineError, OSError) as error:
        raise click.ClickException(f"{path} cannot be read: {error}") from error
    header = [str(cell) for cell in next(rows, [])]
    for row in rows:
        yield dict(zip(header, row, strict=False))


def _encoding(path: Path) -> str:
    """UTF-8 with or without mark, UTF-16 by its mark, else GB18030."""
    with path.open("rb") as file:
        head = file.read(1 << 16)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "utf-8-sig" if error.start > len(head) - 4 else "gb18030"
    return "utf-8-sig"


def _guess(rows: list[Row]) -> str:
    """The text column: one with a telling name, else the one with the longest values."""
    if not rows:
        return "text"
    columns = [name for name in rows[0] if isinstance(name, str)]
    for wanted in _TEXT_NAMES:
        for name in columns:
            if name.strip().lower() == wanted:
                return name
    lengths = {name: sum(len(str(row.get(name) or "")) for row in rows) for name in columns}
    return max(columns, key=lambda name: lengths[name])


def _identity(row: Row, number: int) -> Any:
    for name, value in row.items():
        if isinstance(name, str) and name.strip().lower() in _ID_NAMES and value not in (None, ""):
            return value
    return number


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _writer(output: str) -> Any:
    # A lone surrogate becomes its JSON escape.
    if output == "-":
        return click.open_file("-", "w", encoding="utf-8", errors="backslashreplace")
    return Path(output).open("w", encoding="utf-8", errors="backslashreplace")


def _write_text(path: str, content: str) -> None:
    Path(path).write_text(content, encoding="utf-8", errors="backslashreplace")


def _progress(output: str) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=output == "-" or not sys.stderr.isatty(),
    )
