"""What DuckDB makes here and Spark on a cluster is the same."""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from click.testing import CliRunner

from peakend.cli import text_files
from peakend.cli.text import analyze as analyze_command
from peakend.warehouse import engine, spark, tables
from peakend.warehouse.bulk import EngineUnavailable, InProcess, engine_named
from peakend.warehouse.cells import refresh_cells
from peakend.warehouse.facts import append_facts, replace_facts
from peakend.warehouse.schema import CELLS, FLOAT_SUMS, OBSERVATIONS, SUMS

pytestmark = [pytest.mark.spark, pytest.mark.pure]


def drawn(n: int) -> pa.Table:
    """Observations whose dimensions do not depend on each other, over four months."""
    rng = np.random.default_rng(20260701)

    def some(*values: Any, kind: pa.DataType | None = None) -> pa.Array:
        return pa.array(values, kind).take(pa.array(rng.integers(0, len(values), n)))

    day = pa.array(
        [date(2026, 3, 15) + timedelta(days=int(late)) for late in rng.integers(0, 100, n)]
    )
    columns = {
        "id": pa.array(np.arange(n)),
        "signal": pa.array(np.arange(n) // 3 + 1),
        "voice": pa.nulls(n, pa.int64()),
        "time": day.cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC")),
        "day": day,
        "month": pc.strftime(day, "%Y-%m"),
        "family": some("score", "opinion", "voice", "event"),
        "code": some("nps", "taste", "等位", "it's"),
        "value": pa.array(rng.normal(5, 3, n), mask=rng.random(n) < 0.1),
        "polarity": some(None, -1, 0, 1, kind=pa.int8()),
        "strength": some(None, 1.1, 2.7, 5.0, kind=pa.float32()),
        "weight": pa.array(rng.gamma(2, 0.5, n)),
        "first": some(0, 1, kind=pa.int8()),
        "first_negative": some(0, 1, kind=pa.int8()),
        "customer": some(None, *range(50), kind=pa.int64()),
        "segment": some("", "会员"),
        "channel": some("店内", "app", "web"),
        "product": some("", "tea", "coffee"),
        "brand": some("own", "other"),
        "unit": some(None, *range(12), kind=pa.int64()),
        "source": some("s", "t"),
        "language": some("zh", "en"),
    }
    return pa.table(columns).cast(OBSERVATIONS)


def made(place: Path | str, rows: pa.Table, monkeypatch: pytest.MonkeyPatch) -> pa.Table:
    """Every cell of a warehouse built there and then corrected, in an order of its own."""
    monkeypatch.setenv("PEAKEND_WAREHOUSE", str(place))
    append_facts(rows, int(pc.max(rows["signal"]).as_py()))
    refresh_cells()
    replace_facts([7, 8], rows.filter(pc.field("signal") == 7))  # two days are computed anew
    refresh_cells()
    cells = engine.read(tables.cells(), tables.snapshot(tables.cells()).parts)
    names = [name for name in CELLS.names if name not in SUMS]
    return cells.sort_by([(name, "ascending") for name in names])


@pytest.mark.parametrize(("where", "many"), [("folder", 40_000), ("object store", 500)])
def test_every_cell_is_the_same_on_both_engines(
    where: str, many: int, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("PEAKEND_HOME", str(tmp_path / "home"))
    bucket = os.environ["PEAKEND_TEST_BUCKET"]
    rows = drawn(many)
    on_spark = made(
        tmp_path / "spark" if where == "folder" else f"{bucket}/spark", rows, monkeypatch
    )
    monkeypatch.setenv("PEAKEND_ENGINE", "duckdb")
    here = made(tmp_path / "duckdb", rows, monkeypatch)

    assert here.num_rows > many / 4
    for name in CELLS.names:
        if name in FLOAT_SUMS:
            np.testing.assert_allclose(on_spark[name], here[name], rtol=1e-9, atol=0)
        else:
            assert on_spark[name].equals(here[name]), name


TEXTS = ["菜太咸了，服务员很热情", "We waited an hour. Never again!", "", "👍 还行", "nice staff"]


def test_texts_are_read_on_the_cluster_as_they_are_here(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(text_files, "_BATCH", 10)  # so that several tables travel
    source = tmp_path / "texts.txt"
    source.write_text("\n".join(TEXTS * 20))

    def analyze(engine: str) -> str:
        target = tmp_path / "found.jsonl"
        asked = [str(source), "--taxonomy", "restaurant", "--output", str(target)]
        done = CliRunner().invoke(analyze_command, [*asked, "--engine", engine])
        assert done.exit_code == 0, done.output
        return target.read_text()

    here = analyze("duckdb")
    assert here.count("\n") == len(TEXTS) * 20
    monkeypatch.setattr(InProcess, "map_tables", lambda *_: pytest.fail("read in this process"))
    assert analyze("") == here


def test_a_cluster_that_does_not_answer_is_told_at_once(monkeypatch) -> None:
    monkeypatch.setattr(spark, "_users", [])  # as if this process used none yet
    nobody = "spark://127.0.0.1:1"
    with (
        pytest.raises(EngineUnavailable, match=f"nobody answers at {nobody}"),
        engine_named(nobody),
    ):
        pass
