"""Processes that tests start must not outlive them, even where nobody lives to end them."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1  # of Linux's prctl(2)


def dies_with_this_process() -> None:
    """As a ``preexec_fn``: let the kernel end the new process when this one has gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
