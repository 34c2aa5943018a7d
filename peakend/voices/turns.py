"""Rows of a chat log become turns: keyed, each taken whole or named with its column and reason."""

from typing import Any

from peakend.inbox.signals import Turn, encode
from peakend.voices.errors import RowError
from peakend.voices.guesses.columns import Reading
from peakend.voices.readers.table import Batch
from peakend.voices.rows import (
    EXCERPT,
    Setting,
    SignalMaker,
    Signals,
    clean_text,
    key_text,
    without_nul,
)
from peakend.voices.speakers import CUSTOMER


def maker_of(reading: Reading, setting: Setting) -> SignalMaker:
    """What turns the rows of a file into signals: voices, or turns of conversations."""
    return (
        TurnMaker(reading, setting) if reading.is_conversations else SignalMaker(reading, setting)
    )


class TurnMaker(SignalMaker):
    """Turns the batches of one chat log into signals, in order from its beginning."""

    def __init__(self, reading: Reading, setting: Setting) -> None:
        super().__init__(reading, setting)
        self._conversation = reading.playing("conversation")[0]
        self._speaker = reading.playing("speaker")[0]

    def make(self, batch: Batch) -> Signals:
        """The turns of one batch."""
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
        names, ids = self._column(columns, "customer_name", ""), self._column(columns, "id", "")
        setting = self.setting
        units = converted.get("unit") or [""] * len(digests)
        brands = self._column(columns, "brand", setting.brand)
        channels = self._column(columns, "channel", setting.channel)
        products = self._column(columns, "product", setting.product)
        for place, row in enumerate(batch.rows):
            text = clean_text(row[self._texts[0]])
            if place not in bad and not text:
                made.empty += 1
                continue
            missing = self._missing(row, batch.numbers[place])
            if place in bad or missing is not None:
                made.errors.append(bad.get(place) or missing)  # type: ignore[arg-type]
                continue
            number = row[self._conversation].strip()
            spoken = row[self._speaker].strip()
            speaker = self.reading.speakers.of(spoken)
            turn = Turn(
                source=setting.source,
                conversation=number[:200],
                speaker=speaker,
                text=text,
                time=converted["time"][place],
                id=ids[place],
                name=self._name(speaker, names[place], spoken),
                unit=units[place] or setting.unit,
                brand=brands[place],
                channel=channels[place],
                product=products[place],
                # Of a row of staff the columns of a person are those of staff.
                customer=people[place] if speaker == CUSTOMER else None,
                attributes=attributes[place],
            )
            own = key_text(f"{number}/{ids[place]}") if ids[place] else ""
            key = own or f"#{digests[place][:16].hex()}:{ordinals[place]}"
            try:
                made.keyed.append((f"{setting.source}:~{key}", encode(without_nul(turn))))
            except UnicodeEncodeError:
                made.errors.append(self._undecodable(batch.numbers[place], row))
        return made

    def _missing(self, row: Any, number: int) -> RowError | None:
        for place, code in ((self._conversation, "no_conversation"), (self._speaker, "no_speaker")):
            if not row[place].strip():
                return RowError(number, self._names[place], code, row[place][:EXCERPT], {})
        return None

    def _name(self, speaker: str, name: str, spoken: str) -> str:
        """Who of the company spoke; of customers no name is kept with a turn."""
        if speaker == CUSTOMER:
            return ""
        return (name or (spoken if spoken in self.reading.speakers.staff else ""))[:120]
