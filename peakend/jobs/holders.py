"""Who works on a job: a process on a machine, and whether it is still there."""

import os
import secrets
import socket
from pathlib import Path


def new_holder() -> str:
    """A name for this process's next claim: host, process and a nonce."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"


def is_dead(holder: str) -> bool:
    """Whether the holder is known to be gone: a process of this machine that no longer exists.

    Of other machines nothing is known; their heartbeat speaks for them.
    """
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _is_zombie(int(rest))


def _is_zombie(process: int) -> bool:
    """A killed child that its parent has not waited for still has a number."""
    try:
        status = Path(f"/proc/{process}/stat").read_bytes()
        return status.rpartition(b")")[2].split()[0] == b"Z"
    except (OSError, IndexError):
        return False
