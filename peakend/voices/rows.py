"""From rows of cells to keyed signals, a batch and a column at a time."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from peakend.inbox.signals import Voice, Who, encode
from peakend.voices.dates import DateColumn
from peakend.voices.errors import Fault, RowError
from peakend.voices.guesses.columns import Reading
from peakend.voices.ordinals import Ordinals
from peakend.voices.ratings import parse_rating
from peakend.voices.readers.table import Batch

Keyed = tuple[str, bytes]
LONGEST_ID = 200
EXCERPT = 60
_NUL = b"\\u0000"
_MARKS = "\ufeff\u200b"  # left over from joining files
# What survey exports write where nothing was said.
NOTHING_SAID = frozenset(
    spelling
    for said in ("did not answer", "not answered", "no answer", "n/a", "nan", "null", "未填写", "未作答", "(空)",
     "（空）", "(跳过)", "（跳过）", "-", "--", "/",)
    for spelling in (said, said.upper(), said.title(), said.capitalize())
)  # fmt: skip
LANGUAGES = {"中文": "zh", "简体中文": "zh", "chinese": "zh", "英文": "en", "english": "en"}

type_converter = Callable[[str], Any]


@dataclass(frozen=True)
class Setting:
    """What holds for every row of a file: where it comes from and what no column says.

    ``as_of`` (aware) is the time of voices whose file has no time; ``units`` are unit codes by
    code and by name.
    """

    source: str
    as_of: datetime
    zone: tzinfo
    units: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    unit_needed: bool = False  # whoever may write for some units only must name one
    brand: str = ""
    channel: str = ""
    product: str = ""


@dataclass
class Signals:
    """What became of a batch: signals with their keys, errors, and rows that say nothing."""

    keyed: list[Keyed] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    empty: int = 0


class SignalMaker:
    """Turns the batches of one file into signals, in order from its beginning."""

    def __init__(self, reading: Reading, setting: Setting) -> None:
        self.reading, self.setting = reading, setting
        self._ordinals = Ordinals()
        self._names = names = [column.name for column in reading.columns]
        self._texts = reading.playing("text")
        self._hashed = [p for p, column in enumerate(reading.columns) if column.role != "ignore"]
        self._attributes = [(names[p], p) for p in reading.playing("attribute")]
        self._identities = [(reading.columns[p].detail, p) for p in reading.playing("customer")]
        self._single = {
            role: places[0]
            for role in (
                "id",
                "brand",
                "channel",
                "product",
                "customer_name",
                "segment",
                "language",
            )
            if (places := reading.playing(role))
        }
        self._converted: dict[str, tuple[int, type_converter]] = {}
        if places := reading.playing("time"):
            dates = DateColumn(reading.order, setting.zone, setting.as_of)
            self._converted["time"] = (places[0], dates)
        if places := reading.playing("rating"):
            scale = reading.scale
            self._converted["rating"] = (places[0], lambda cell: parse_rating(cell, scale))
        if places := reading.playing("unit"):
            self._converted["unit"] = (places[0], self._unit)
        self._known: dict[str, dict[str, Any]] = {role: {} for role in self._converted}

    def make(self, batch: Batch) -> Signals:
        """The signals of one batch, each row either taken whole or named as an error.

        Works down columns: at fifty thousand rows a second there is no time to ask each row
        which columns it has.
        """
        made = Signals(errors=list(batch.errors))
        if not batch.rows:
            return made
        bad: dict[int, RowError] = {}
        columns = list(zip(*batch.rows, strict=True))
        converted = {role: self._convert(role, columns, batch, bad) for role in self._converted}
        digests = self._digests(batch, bad)
        ordinals = self._ordinals.take(digests)
        attributes = self._attribute_dicts(columns, len(digests))
        people = self._people(columns, attributes)
        setting, rows = self.setting, range(len(digests))
        ids = self._column(columns, "id", "")
        ratings = converted.get("rating") or [None] * len(rows)
        fields = (
            converted.get("time") or [setting.as_of.isoformat()] * len(rows),
            ids,
            ratings,
            [None if rating is None else self.reading.scale.bounds for rating in ratings],
            [unit or setting.unit for unit in converted.get("unit") or [""] * len(rows)],
            self._column(columns, "brand", setting.brand),
            self._column(columns, "channel", setting.channel),
            self._column(columns, "product", setting.product),
            people,
            self._languages(columns),
            attributes,
        )
        texts = [[clean_text(cell) for cell in columns[place]] for place in self._texts]
        prefix = f"{setting.source}:"
        keys = [
            f"{prefix}{key_text(own)}" if own else f"{prefix}#{digest[:16].hex()}:{ordinal}"
            for own, digest, ordinal in zip(ids, digests, ordinals, strict=True)
        ]
        # A file of ratings without words is read like one whose words are empty.
        single = texts[0] if len(texts) == 1 else None if texts else [""] * len(rows)
        for place, values in enumerate(zip(*fields, strict=True)):
            if place in bad:
                made.errors.append(bad[place])
                continue
            try:
                if single is not None:
                    text = single[place]
                    if not text and values[2] is None:
                        made.empty += 1
                        continue
                    payload = encode(Voice(setting.source, text, *values))
                    if _NUL in payload:
                        payload = encode(without_nul(Voice(setting.source, text, *values)))
                    made.keyed.append((keys[place], payload))
                elif several := self._several(keys[place], values, texts, place):
                    made.keyed += several
                else:
                    made.empty += 1
            except UnicodeEncodeError:
                made.errors.append(self._undecodable(batch.numbers[place], batch.rows[place]))
        return made

    def _several(
        self, key: str, values: tuple[Any, ...], texts: list[list[str]], place: int
    ) -> list[Keyed]:
        """One signal for each question that was answered in words.

        The answer on the scale belongs to the first of them: it was given once.
        """
        said = [
            (column, text[place])
            for column, text in zip(self._texts, texts, strict=True)
            if text[place]
        ]
        if not said and values[2] is None:
            return []
        keyed: list[Keyed] = []
        for column, text in said or [(-1, "")]:
            voice = Voice(self.setting.source, text, *values)
            if keyed:
                voice.rating = voice.scale = None
            if column >= 0:
                voice.attributes = {**voice.attributes, "question": self._names[column]}
            part = "" if column in {-1, self._texts[0]} else f"/{self._names[column]}"
            if voice.id:
                voice.id += part
            keyed.append((key + part, encode(without_nul(voice))))
        return keyed

    def _column(self, columns: list[tuple[str, ...]], role: str, default: str) -> list[str]:
        place = self._single.get(role)
        if place is None:
            return [default] * len(columns[0])
        return [cell.strip() or default for cell in columns[place]]

    def _languages(self, columns: list[tuple[str, ...]]) -> list[str]:
        spoken = self._column(columns, "language", "")
        return [LANGUAGES.get(name.lower(), name.lower()[:2]) if name else "" for name in spoken]

    def _attribute_dicts(self, columns: list[tuple[str, ...]], size: int) -> list[dict[str, Any]]:
        """What no other role covers, by column name; empty cells say nothing."""
        attributes: list[dict[str, Any]] = [{} for _ in range(size)]
        for name, place in self._attributes:
            for own, cell in zip(attributes, columns[place], strict=True):
                if cell:
                    own[name] = cell
        if not self._identities and "segment" in self._single:
            segments = self._column(columns, "segment", "")
            for own, segment in zip(attributes, segments, strict=True):
                if segment:
                    own["segment"] = segment
        return attributes

    def _people(
        self, columns: list[tuple[str, ...]], attributes: list[dict[str, Any]]
    ) -> list[Who | None]:
        if not self._identities:
            return [None] * len(attributes)
        names = self._column(columns, "customer_name", "")
        segments = self._column(columns, "segment", "")
        kinds = [kind for kind, _ in self._identities]
        cells = zip(*(columns[place] for _, place in self._identities), strict=True)
        people: list[Who | None] = []
        for values, name, segment in zip(cells, names, segments, strict=True):
            ids = {
                kind: value.strip()
                for kind, value in zip(kinds, values, strict=True)
                if value.strip()
            }
            known = {"segment": segment} if segment else {}
            people.append(Who(ids=ids, name=name, attributes=known) if ids else None)
        return people

    def _convert(
        self, role: str, columns: list[tuple[str, ...]], batch: Batch, bad: dict[int, RowError]
    ) -> list[Any]:
        column, converter = self._converted[role]
        known = self._known[role]
        if len(known) > 50_000:
            known.clear()
        values = []
        for place, cell in enumerate(columns[column]):
            try:
                value = known[cell]
            except KeyError:
                value = known[cell] = converter(cell)
            if isinstance(value, Fault):
                bad.setdefault(
                    place,
                    RowError(
                        batch.numbers[place],
                        self._names[column],
                        value.code,
                        cell[:EXCERPT],
                        value.details,
                    ),
                )
            values.append(value)
        return values

    def _digests(self, batch: Batch, bad: dict[int, RowError]) -> list[bytes]:
        """A digest of each row's meaning columns; errors take part, so that ordinals are stable."""
        hashed, sha256 = self._hashed, hashlib.sha256
        whole = len(hashed) == len(self._names)
        digests = []
        for place, row in enumerate(batch.rows):
            cells = row if whole else [row[column] for column in hashed]
            try:
                content = "\x1f".join(cells).encode()
            except UnicodeEncodeError:
                content = "\x1f".join(cells).encode("utf-8", "surrogatepass")
                bad.setdefault(place, self._undecodable(batch.numbers[place], row))
            digests.append(sha256(content).digest())
        return digests

    def _unit(self, cell: str) -> str | Fault:
        label = cell.strip()
        if not label:
            return Fault("no_unit") if self.setting.unit_needed else ""
        code = self.setting.units.get(label)
        return code if code is not None else Fault("unknown_unit", cell)

    def _undecodable(self, number: int, row: Sequence[str]) -> RowError:
        place = next((p for p, cell in enumerate(row) if not _is_text(cell)), 0)
        excerpt = row[place][:EXCERPT].encode("utf-8", "replace").decode()
        return RowError(
            number,
            self._names[place],
            "undecodable",
            excerpt,
            {"encoding": self.reading.form.encoding},
        )


def clean_text(cell: str) -> str:
    """What somebody said, without the marks and the placeholders of exports."""
    text = cell.strip()
    if text[:1] in _MARKS or text[-1:] in _MARKS:
        text = text.strip(_MARKS).strip()
    return "" if text in NOTHING_SAID else text


def key_text(key: str) -> str:
    """An id as a part of the key; one too long to index stands for itself by its digest."""
    if len(key) <= LONGEST_ID and "\x00" not in key:
        return key
    return f"#{hashlib.sha256(key.encode()).hexdigest()}"


def _is_text(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True


def without_nul(value: Any) -> Any:
    """The same without NUL characters, which no database keeps in text."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {without_nul(key): without_nul(inner) for key, inner in value.items()}
    if isinstance(value, Voice | Who):
        return type(value)(
            **{name: without_nul(getattr(value, name)) for name in value.__struct_fields__}
        )
    return value


def label_units(rows: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Unit codes by every label a file may use: (code, name, English name) rows, codes first."""
    labels: dict[str, str] = {}
    listed = list(rows)
    for code, name, name_en in listed:
        for label in (name, name_en):
            if label:
                labels.setdefault(label, code)
    labels.update((code, code) for code, _, _ in listed)
    return labels
