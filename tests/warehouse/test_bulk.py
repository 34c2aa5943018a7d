"""The engine for heavy work is the one of the settings, and says what it lacks."""

import sys

import pytest

from peakend.config.env import SettingError
from peakend.warehouse import bulk
from peakend.warehouse.bulk import EngineUnavailable, InProcess, engine_for, engine_named

pytestmark = pytest.mark.pure

NOBODY = "spark://127.0.0.1:1"


def test_a_few_facts_are_never_worth_a_cluster(monkeypatch) -> None:
    monkeypatch.setenv("PEAKEND_ENGINE", NOBODY)
    with engine_for(bulk.WORTH_A_CLUSTER - 1) as chosen:
        assert isinstance(chosen, InProcess)


def test_without_the_extra_the_setting_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setenv("PEAKEND_ENGINE", NOBODY)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with (
        pytest.raises(EngineUnavailable, match="make setup-spark"),
        engine_for(bulk.WORTH_A_CLUSTER),
    ):
        pass


def test_an_engine_nobody_knows_is_refused_by_name(monkeypatch) -> None:
    with pytest.raises(EngineUnavailable, match="flink"), engine_named("flink://there"):
        pass
    monkeypatch.setenv("PEAKEND_ENGINE", "flink://there")
    with pytest.raises(SettingError, match="PEAKEND_ENGINE"), engine_named():
        pass
