"""`peakend text`: analyse, train, evaluate and explore feedback from the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

import peakend.text as kernel
from peakend.cli import text_compare, text_labels
from peakend.cli.text_files import read_batches, read_texts
from peakend.cli.text_reports import tell_figures, tell_labels, tell_words
from peakend.text import collection


@click.group(name="text")
def text() -> None:
    """Understand feedback: opinions, training, themes."""


text.add_command(text_labels.labels)
text.add_command(text_compare.compare)


@text.command()
@click.argument("source", metavar="INPUT")
@click.option("--taxonomy", help="Name of a shipped taxonomy, or a YAML file.")
@click.option("--model", type=click.Path(exists=True, file_okay=False), help="Trained model.")
@click.option("--text-column", help="Column with the text; guessed when not given.")
@click.option("--output", default="-", help="JSON lines to write, - for standard output.")
@click.option("--engine", default="", help="duckdb (here) or spark://host:port; PEAKEND_ENGINE.")
def analyze(
    source: str,
    taxonomy: str | None,
    model: str | None,
    text_column: str | None,
    output: str,
    engine: str,
) -> None:
    """Find opinions in a CSV, XLSX or JSON lines file, or in lines of standard input (-)."""
    from peakend.cli.text_bulk import read_lines
    from peakend.warehouse.bulk import EngineUnavailable

    analyzer = _analyzer(taxonomy, model)
    number = 0
    with _writer(output) as file, _progress(output) as progress:
        task = progress.add_task("texts")
        batches = read_batches(source, text_column)
        try:
            for lines in read_lines(engine, analyzer, batches):
                file.write("".join(f"{line}\n" for line in lines))
                number += len(lines)
                progress.update(task, completed=number, description=f"{number:,} texts")
        except EngineUnavailable as missing:
            raise click.ClickException(str(missing)) from missing


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
    bodies = read_texts(unlabelled) if unlabelled else []
    if labels:
        texts, gold = _labelled(labels)
        try:
            model = kernel.OpinionModel(seed=seed).fit(texts, gold)
        except kernel.LabelError as error:
            raise click.ClickException(str(error)) from error
        model.save(output)
        analyzer: kernel.BatchAnalyzer = model.analyzer_
        console.print(f"{len(texts):,} texts, {len(model.aspects_)} aspects → {output}")
        tell_figures(console, model.held_out_, "texts held out in turn")
        tell_labels(console, model, texts, gold)
    else:
        try:
            cold = kernel.ColdStart(kernel.load_taxonomy(str(taxonomy))).fit(bodies)
        except kernel.TaxonomyError as error:
            raise click.ClickException(str(error)) from error
        analyzer = cold.analyzer_
        kernel.save(analyzer, output)
        console.print(f"{len(analyzer.aspects)} aspects, nothing labelled → {output}")
        tell_words(console, cold)
    if bodies:
        columns = analyzer.analyze_columns(bodies)
        covered = len(set(columns.text.tolist()))
        console.print(f"{covered:,} of {len(bodies):,} unlabelled texts name an aspect")
        if suggest:
            missed = analyzer.near_misses(bodies)
            chosen = collection.worth_labelling(bodies, columns, 100, missed)
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
    tell_figures(Console(), figures, "texts")


@text.command()
@click.argument("source", metavar="INPUT")
@click.option("--against", required=True, help="File to compare with.")
@click.option("--text-column")
@click.option("--top", default=30, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def keyness(source: str, against: str, text_column: str | None, top: int, as_json: bool) -> None:
    """Words and phrases that tell one file from another."""
    rows = collection.keyness(
        read_texts(source, text_column), read_texts(against, text_column), top
    )
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
        read_texts(source, text_column), read_texts(before, text_column), known, top
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
