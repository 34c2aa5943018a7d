"""A server of the S3 protocol on this machine, for a test that needs an object store."""

import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import dies_with_this_process

# It stands in an environment of its own: it wants older versions of what Peakend uses.
PYTHON = Path("build/store/bin/python")
# One request after the other, so that a condition on a write holds as it does in a real store.
SERVER = """
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app))
print(server.port, flush=True)
server.serve_forever()
"""
SECRET = "kept-to-itself-1234567890"


@contextmanager
def object_store() -> Iterator[str]:
    """The address of a bucket; the environment holds what it takes to read and write there."""
    if not PYTHON.exists():
        pytest.fail("there is no server to test with: make setup-dev")
    with (
        subprocess.Popen(
            [str(PYTHON), "-c", SERVER],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            preexec_fn=dies_with_this_process,
        ) as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        try:
            assert server.stdout is not None
            address = f"http://127.0.0.1:{int(server.stdout.readline())}"
            for name, value in {
                "AWS_ENDPOINT_URL": address,
                "AWS_ACCESS_KEY_ID": "peakend",
                "AWS_SECRET_ACCESS_KEY": SECRET,
                "AWS_REGION": "us-east-1",
                "AWS_ALLOW_HTTP": "true",
            }.items():
                patch.setenv(name, value)
            bucket = f"company-{os.getpid()}-{time.monotonic_ns()}"
            made = urllib.request.Request(f"{address}/{bucket}", method="PUT")
            urllib.request.urlopen(made, timeout=60).close()
            yield f"s3://{bucket}"
        finally:
            server.terminate()
