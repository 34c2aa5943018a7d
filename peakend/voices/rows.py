"""From rows of cells to keyed signals, a batch and a column at a time."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from peakend.inbox.signals import Voice, Who, encode
from peakend.voices.errors import Fault, RowError
from peakend.voices.guesses.columns import Reading
from peakend.voices.guesses.dates import DateColumn
from peakend.voices.guesses.scales import parse_rating
from peakend.voices.ordinals import Ordinals
from peakend.voices.readers.table import Batch

Keyed = tuple[str, bytes]
LONGEST_ID = 200
EXCERPT = 60
_NUL = b"\\u0000"
_MARKS = "\ufeff\u200b"
# What survey exports write where nothing was said.
NOTHING_SAID = frozenset(
    {"did not answer", "not answered", "no answer", "n/a", "nan", "null", "未填写", "未作答", "(空)",
     "（空）", "(跳过)", "（跳过）", "-", "--", "/"}
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
        names = [column.name for column in reading.columns]
        self._names = names
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
        """The signals of one batch, each row either taken whole or named as an error."""
        made = Signals(errors=list(batch.errors))
        if not batch.rows:
            return made
        bad: dict[int, RowError] = {}
        converted = {role: self._convert(role, batch, bad) for role in self._converted}
        digests = self._digests(batch, bad)
        ordinals = self._ordinals.take(digests)
        for place, row in enumerate(batch.rows):
            if place in bad:
                made.errors.append(bad[place])
                continue
            given = {role: values[place] for role, values in converted.items()}
            try:
                keyed = self._signals(row, given, digests[place], ordinals[place])
            except UnicodeEncodeError:
                made.errors.append(self._undecodable(batch.numbers[place], row))
                continue
            if keyed:
                made.keyed += keyed
            else:
                made.empty += 1
        return made

    def _convert(self, role: str, batch: Batch, bad: dict[int, RowError]) -> list[Any]:
        column, converter = self._converted[role]
        known = self._known[role]
        if len(known) > 50_000:
            known.clear()
        values = []
        for place, row in enumerate(batch.rows):
            cell = row[column]
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

    def _signals(
        self, row: list[str], given: dict[str, Any], digest: bytes, ordinal: int
    ) -> list[Keyed]:
        texts = [(place, said) for place in self._texts if (said := clean_text(row[place]))]
        rating = given.get("rating")
        if not texts:
            if rating is None:
                return []
            texts = [(-1, "")]
        setting, single = self.setting, self._single
        external = row[single["id"]].strip() if "id" in single else ""
        shared: dict[str, Any] = {
            "source": setting.source,
            "time": given.get("time") or setting.as_of.isoformat(),
            "unit": given.get("unit") or setting.unit,
            "brand": self._cell(row, "brand") or setting.brand,
            "channel": self._cell(row, "channel") or setting.channel,
            "product": self._cell(row, "product") or setting.product,
        }
        if "language" in single:
            spoken = self._cell(row, "language").lower()
            shared["language"] = LANGUAGES.get(spoken, spoken[:2])
        attributes = {name: row[place] for name, place in self._attributes if row[place]}
        if who := self._who(row, attributes):
            shared["customer"] = who
        keyed: list[Keyed] = []
        for nth, (place, text) in enumerate(texts):
            name, part = "", ""
            if len(self._texts) > 1 and place >= 0:
                name = self._names[place]
                part = "" if place == self._texts[0] else f"/{name}"
            own = {**attributes, "question": name} if name else attributes
            signal = Voice(
                text=text,
                id=f"{external}{part}" if external else "",
                # One answer on the scale, however many questions were answered in words.
                rating=rating if nth == 0 else None,
                scale=self.reading.scale.bounds if rating is not None and nth == 0 else None,
                attributes=own,
                **shared,
            )
            payload = encode(signal)
            if _NUL in payload:
                payload = encode(_without_nul(signal))
            key = external or f"#{digest.hex()[:32]}:{ordinal}"
            keyed.append((f"{setting.source}:{_key_text(key)}{part}", payload))
        return keyed

    def _cell(self, row: list[str], role: str) -> str:
        place = self._single.get(role)
        return row[place].strip() if place is not None else ""

    def _who(self, row: list[str], attributes: dict[str, str]) -> Who | None:
        ids = {kind: value for kind, place in self._identities if (value := row[place].strip())}
        segment = self._cell(row, "segment")
        if not ids:
            if segment:
                attributes["segment"] = segment
            return None
        return Who(
            ids=ids,
            name=self._cell(row, "customer_name"),
            attributes={"segment": segment} if segment else {},
        )

    def _unit(self, cell: str) -> str | Fault:
        label = cell.strip()
        if not label:
            return ""
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
    text = cell.strip().strip(_MARKS).strip()
    return "" if len(text) < 16 and text.lower() in NOTHING_SAID else text


def _key_text(key: str) -> str:
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


def _without_nul(value: Any) -> Any:
    """The same without NUL characters, which no database keeps in text."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(inner) for key, inner in value.items()}
    if isinstance(value, Voice | Who):
        return type(value)(
            **{name: _without_nul(getattr(value, name)) for name in value.__struct_fields__}
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
