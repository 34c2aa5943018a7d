"""Traces of an erased customer in what others wrote, in the audit log and in files."""

import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from auditlog.models import LogEntry
from django.apps import apps
from django.conf import settings
from django.db.models import CharField, Field, JSONField, Model, Q, SlugField, TextField
from django.db.models.functions import Cast

BLACK = "▇▇▇"
AT_ONCE = 40  # words asked for in one query

# Rows of customers are deleted, not blacked out; what another customer said of this one stays
# theirs; people, units and taxonomies are the company's own words and must stay what they are.
PASSED_OVER = {
    "auth", "contenttypes", "sessions", "account", "auditlog", "organization", "customers",
    "voices.voice", "surveys.response", "events.event", "conversations", "opinions.opinion",
    "opinions.taxonomyversion",
}  # fmt: skip

# In which a file of feedback may be written.
ENCODINGS = ("utf-8", "gb18030", "utf-16-le")


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
    changed = 0
    for start in range(0, len(words) if columns else 0, AT_ONCE):
        some = words[start : start + AT_ONCE]
        for row in _holding(model, columns, some):
            values = {column.attname: getattr(row, column.attname) for column in columns}
            fresh = {name: _blacked(value, words) for name, value in values.items()}
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


def forget_files(words: Sequence[str]) -> int:
    """Remove uploads and lists of errors that hold one of the words; how many.

    An upload waits for its columns to be confirmed or has been read: it can be sent again.
    """
    found = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    traces = [word.encode(code, "ignore") for word in words for code in ENCODINGS]
    removed = 0
    for path in found:
        if any(trace in content for content in _contents(path) for trace in traces):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _contents(path: Path) -> Iterator[bytes]:
    """What a file holds; of a workbook, which is packed, each of its parts."""
    if not zipfile.is_zipfile(path):
        yield path.read_bytes()
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield archive.read(name)


def _writable(model: type[Model]) -> Iterator["Field[Any, Any]"]:
    for column in model._meta.concrete_fields:
        if column.primary_key or column.choices or column.unique or isinstance(column, SlugField):
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
            wanted |= Q(**{f"{name}__contains": form})
    yield from model._base_manager.annotate(**texts).filter(wanted).order_by("pk").iterator()


def _blacked(value: Any, words: Sequence[str]) -> Any:
    if isinstance(value, str):
        for word in words:
            value = value.replace(word, BLACK)
        return value
    if isinstance(value, list):
        return [_blacked(one, words) for one in value]
    if isinstance(value, dict):
        return {_blacked(name, words): _blacked(one, words) for name, one in value.items()}
    return value
