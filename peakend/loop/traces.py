"""Traces of an erased customer in what colleagues and programs wrote, and in the audit log."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditlog.models import LogEntry
from django.apps import apps
from django.db.models import CharField, Field, JSONField, Model, Q, SlugField, TextField
from django.db.models.functions import Cast

from peakend.jobs.models import Job

BLACK = "▇▇▇"
# SQLite takes a thousand conditions in one query, and a pattern of 50,000 bytes.
CONDITIONS = 900
LONGEST = 4_000

# Rows of customers are deleted, not blacked out; what another customer said of this one stays
# theirs; reasons and themes keep what others said too. What the company declares (people, units,
# taxonomies, surveys, metrics, journeys, rules) is its own and must stay what it is.
PASSED_OVER = {
    "auth", "contenttypes", "sessions", "account", "auditlog", "organization", "customers",
    "voices", "surveys", "events", "conversations", "reasons", "themes", "offerings", "journeys",
    "alerts", "opinions.opinion", "opinions.taxonomyversion", "opinions.reader",
    "opinions.textmodel", "metrics.metric", "metrics.metricpart", "metrics.dashboard",
    "metrics.normstudy", "metrics.normfigure", "metrics.publishedfigure",
    "peakend_messages.channel",
}  # fmt: skip
# Columns of what is left that hold codes, addresses and places to go on from, never prose.
CODES = {
    "kind", "holder", "cursor", "key", "template", "link", "outcome", "cause", "aspect", "metric",
    "method", "args_kwargs", "task_path", "worker_ids", "queue_name", "backend_name",
    "exception_class_path", "object_pk",
}  # fmt: skip

_LATIN = "[0-9A-Za-z]"


def black_out(words: Sequence[str]) -> int:
    """Black these words out of whatever people or programs wrote; in how many rows."""
    models = [
        model
        for model in apps.get_models()
        if not {model._meta.app_label, model._meta.label_lower} & PASSED_OVER
    ]
    return sum(black_out_of(model, words) for model in models)


def black_out_of(model: type[Model], words: Sequence[str]) -> int:
    """The same in the rows of one model."""
    columns = list(_writable(model))
    if not columns or not words:
        return 0
    pattern, changed = _pattern_of(words), 0
    at_once = CONDITIONS // sum(2 if isinstance(one, JSONField) else 1 for one in columns)
    for start in range(0, len(words), at_once):
        for row in _holding(model, columns, words[start : start + at_once]):
            if isinstance(row, Job) and row.is_open:
                # It still needs what it was told, the place of its file above all; once it has
                # ended, peakend.loop.files_forgotten comes back to it.
                continue
            values = {column.attname: getattr(row, column.attname) for column in columns}
            fresh = {name: _blacked(value, pattern) for name, value in values.items()}
            different = {name: value for name, value in fresh.items() if value != values[name]}
            if different:
                model._base_manager.filter(pk=row.pk).update(**different)
                changed += 1
    return changed


def black_out_log(subjects: dict[type[Model], Sequence[int]], words: Sequence[str]) -> int:
    """Empty what the audit log holds of these rows, and black the words out of the rest."""
    changed = 0
    for model, keys in subjects.items():
        found = LogEntry.objects.get_for_model(model).filter(object_id__in=keys)
        for entry in found.order_by("pk"):
            LogEntry.objects.filter(pk=entry.pk).update(
                object_repr=f"#{entry.object_pk}",
                changes={},
                changes_text="",
                serialized_data=None,
            )
            changed += 1
    return changed + black_out_of(LogEntry, words)


def parts_that_tell(values: Mapping[str, Any], words: Sequence[str]) -> list[str]:
    """The names of those values that hold one of the words."""
    if not words:
        return []
    pattern = _pattern_of(words)
    return [name for name, value in values.items() if _blacked(value, pattern) != value]


def blacked_whole(value: Any) -> Any:
    """The value with every text in it blacked out: which words tell is no longer known."""
    return _blacked(value, re.compile(r"(?s).+"))


def _writable(model: type[Model]) -> Iterator["Field[Any, Any]"]:
    for column in model._meta.concrete_fields:
        if column.primary_key or column.choices or column.unique or column.name in CODES:
            continue
        if isinstance(column, SlugField):
            continue
        if isinstance(column, CharField | TextField | JSONField):
            yield column


def _holding(
    model: type[Model], columns: Sequence["Field[Any, Any]"], words: Sequence[str]
) -> Iterator[Model]:
    """Rows that hold one of the words in a column."""
    wanted, texts = Q(), {}
    for column in columns:
        name = column.attname
        forms = set(words)
        if isinstance(column, JSONField):
            # SQLite keeps JSON as it was written: with signs beyond ASCII as \uXXXX.
            texts[f"text_of_{name}"] = Cast(name, TextField())
            name = f"text_of_{name}"
            forms = {json.dumps(w, ensure_ascii=a)[1:-1] for w in words for a in (True, False)}
        for form in forms:
            wanted |= Q(**{f"{name}__contains": form[:LONGEST]})
    yield from model._base_manager.annotate(**texts).filter(wanted).order_by("pk").iterator()


def _pattern_of(words: Sequence[str]) -> re.Pattern[str]:
    """Any of the words, the longest first; one that begins or ends in Latin signs stands alone."""
    return re.compile("|".join(_alone(word) for word in sorted(words, key=len, reverse=True)))


def _alone(word: str) -> str:
    before = f"(?<!{_LATIN})" if re.match(_LATIN, word[:1]) else ""
    after = f"(?!{_LATIN})" if re.match(_LATIN, word[-1:]) else ""
    return before + re.escape(word) + after


def _blacked(value: Any, pattern: re.Pattern[str]) -> Any:
    """The value without the words; what names the parts of a value is nobody's word."""
    if isinstance(value, str):
        return pattern.sub(BLACK, value)
    if isinstance(value, list):
        return [_blacked(one, pattern) for one in value]
    if isinstance(value, dict):
        return {name: _blacked(one, pattern) for name, one in value.items()}
    return value
