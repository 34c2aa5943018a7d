"""The demo company is served to this machine only."""

import pytest
from click.testing import CliRunner

from peakend.cli.serve import serve


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "example.com"])
def test_the_demo_is_not_served_to_others(monkeypatch, host):
    monkeypatch.setenv("PEAKEND_DEMO", "1")
    result = CliRunner().invoke(serve, ["--host", host])
    assert result.exit_code == 1
    assert host in result.output
