"""Recordings on the command line: `peakend import call.wav`, or a folder of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from peakend.cli.language import say
from peakend.cli.progress import progress_bar, watching

if TYPE_CHECKING:
    from peakend.voices.imports import Choices


def take_recordings(
    path: Path, choices: "Choices", *, delete: bool, as_json: bool
) -> dict[str, Any]:
    """Put recordings into words and let them be heard; what became of them."""
    from django.conf import settings

    from peakend.jobs.runs import work_on
    from peakend.loop.signals_drained import drain
    from peakend.opinions.taxonomies import taxonomy_codes
    from peakend.recordings.errors import RecordingRefused, words_of
    from peakend.recordings.lists import recordings_in
    from peakend.recordings.speech import engine_of
    from peakend.recordings.taking import SOURCE, ensure_source, start_taking
    from peakend.voices.imports import known_labels

    outcome: dict[str, Any] = {"file": path.name}
    try:
        found = recordings_in(path, known_labels(choices.within), choices.unit)
        engine_of(settings.SPEECH)  # before anything is written: is there one that works?
        if choices.dry_run:
            return outcome | {"recordings": [one.as_json() for one in found]}
        source = ensure_source(
            choices.source or SOURCE, choices.taxonomy, taxonomy_codes(), choices.channel
        )
    except RecordingRefused as refusal:
        return _told(outcome, refusal.code, refusal.details, as_json)
    job = start_taking(
        found,
        source,
        name=path.name,
        delete=delete,
        brand=choices.brand,
        channel=choices.channel,
        queued=False,
    )
    with progress_bar(say("Listening", "转写"), as_json) as report, watching(job, report):
        done = work_on(job.pk)
    if done is None:  # pragma: no cover - a worker was faster; it does the same
        done = job
        done.refresh_from_db()
    outcome |= {"job": done.pk, "result": done.result}
    for fault in done.result.get("faults", []):
        if not as_json:
            click.secho(words_of(fault["code"], fault["details"]), fg="yellow", err=True)
    if done.error:
        return _told(outcome, done.error["code"], done.error["details"], as_json)
    heard = drain()
    outcome["understood"] = {"voices": heard.voices, "opinions": heard.opinions}
    outcome["page"] = f"{settings.BASE_URL}/conversations/list/?source={source.code}"
    if not as_json:
        _show(done.result, outcome["page"])
    return outcome


def _show(result: dict[str, Any], page: str) -> None:
    new, known = result["conversations"] + result["voices"], result["known"]
    faults = len(result["faults"])
    click.echo(
        say(
            f"{result['files']:,} recordings, {new:,} taken, {known:,} known before, {faults:,} not read",
            f"共 {result['files']:,} 个录音，新增 {new:,} 个，已有 {known:,} 个，无法读取 {faults:,} 个",
        )
    )
    click.echo(say("Read on: ", "继续查看：") + page)


def _told(
    outcome: dict[str, Any], code: str, details: dict[str, Any], as_json: bool
) -> dict[str, Any]:
    from peakend.recordings.errors import words_of

    if not as_json:
        click.secho(words_of(code, details), fg="red", err=True)
    return outcome | {"error": {"code": code, "details": details}}
