"""A Spark standalone cluster of this machine: a master and two workers from the pip package."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.processes import dies_with_this_process
from tests.warehouse.store import object_store

WORKERS = 2
PATIENCE = 180  # seconds, for a machine that does ten things at once

# Small and quick to start: compiled lightly, two partitions where two cores work.
DEFAULTS = """
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.driver.memory 600m
spark.executor.memory 600m
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.executor.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.sql.shuffle.partitions 2
spark.sql.adaptive.enabled false
"""
LOGGING = """
rootLogger.level = error
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
logger.deploy.name = org.apache.spark.deploy
logger.deploy.level = info
"""


@contextmanager
def standing_cluster(place: Path) -> Iterator[str]:
    """The address of a running cluster, torn down at the end whatever happened."""
    import pyspark

    conf = place / "conf"
    conf.mkdir(parents=True)
    (conf / "spark-defaults.conf").write_text(DEFAULTS)
    (conf / "log4j2.properties").write_text(LOGGING)
    home = Path(pyspark.__file__).parent
    settings = {
        "SPARK_HOME": str(home),
        "SPARK_CONF_DIR": str(conf),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(place / "work"),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }

    def start(name: str, *arguments: str) -> Path:
        log = place / f"{name}.log"
        command = [str(home / "bin" / "spark-class"), *arguments]
        with log.open("wb") as target:
            process = subprocess.Popen(
                command,
                env={**os.environ, **settings},
                stdout=target,
                stderr=target,
                start_new_session=True,
                preexec_fn=dies_with_this_process,
            )
        stack.callback(_end, process)
        return log

    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        for (
            name,
            value,
        ) in settings.items():  # the driver, which this process starts, reads them too
            patch.setenv(name, value)
        # Any port that is free, of the cluster and of its pages.
        master = start(
            "master", "org.apache.spark.deploy.master.Master",
            "--host", "127.0.0.1", "--port", "0", "--webui-port", "0",
        )  # fmt: skip
        address = _said(master, r"(spark://127\.0\.0\.1:[1-9]\d*)")
        for number in range(WORKERS):
            start(
                f"worker{number}", "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1",
                "--cores", "1", "--memory", "700m", "--webui-port", "0", address,
            )  # fmt: skip
        _said(master, *[r"Registering worker"] * WORKERS)
        yield address


def _said(log: Path, *wanted: str) -> str:
    """The first of what the log says once it has said all."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = re.findall(wanted[0], log.read_text(errors="replace"))
        if len(found) >= len(wanted):
            return str(found[0])
        time.sleep(0.1)
    raise TimeoutError(f"{log.name}: {log.read_text(errors='replace')[-2000:]}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """The process and whatever it started."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(10)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
    process.wait()


@contextmanager
def everything_on_spark(place: Path) -> Iterator[None]:
    """Cells are computed on the cluster however few facts there are, and questions asked there too."""
    from peakend.warehouse import answers, bulk, questions, spark, tables

    with (
        object_store() as bucket,  # first, for the workers inherit what it takes to read there
        standing_cluster(place) as address,
        spark.connected(address) as cluster,
        pytest.MonkeyPatch.context() as patch,
    ):

        def read(question: Any, since: Any, until: Any, source: Any) -> Any:
            shape, values = questions._shape(question, since, until, source)
            sql = questions._sql(shape, cluster.dialect)
            return questions._rows(cluster.run(sql, source.table, source.parts, values), shape)

        def answered(shape: Any, values: dict[str, Any]) -> Any:
            facts = tables.observations()
            sql = answers._sql(shape, cluster.dialect)
            return cluster.run(sql, facts, tables.snapshot(facts).parts, values)

        patch.setenv("PEAKEND_ENGINE", address)
        patch.setenv("PEAKEND_TEST_BUCKET", bucket)
        patch.setattr(bulk, "WORTH_A_CLUSTER", 0)
        patch.setattr(questions, "_read", read)
        patch.setattr(answers, "_kept", answered)
        yield
