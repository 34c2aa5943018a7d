"""A process that sends an answer to a running installation and waits until an open dashboard counts it.

The site and its background worker run as ``peakend serve`` runs them; the answer comes over HTTP. The
open dashboard does what its script in a browser does: it asks every second for the edition of the
figures, and reads itself again when that moved. Answers are sent at any moment between two such looks.
"""

import json
import random
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.measure.company import FIGURES, founded

ALREADY = 40
TIMES = 7
PATIENCE = 60.0
LOOKS_EVERY = 1.0  # as peakend/web/static/js/live.js does


def main() -> None:
    """Seconds from each answer sent to its figure on the page."""
    user = founded()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from peakend.organization.tokens import issue_token

    secret = issue_token(owner=user, name="bench", permissions=["voices.import"])[1]
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = f"http://127.0.0.1:{port}"
    cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
    figures = "&".join(f"m={code}" for code in FIGURES)
    shown: dict[str, Any] = {}
    rng = random.Random(9)

    def read(path: str, **headers: str) -> str:
        request = urllib.request.Request(f"{site}{path}", headers={"Cookie": cookie, **headers})
        return str(urllib.request.urlopen(request, timeout=PATIENCE).read().decode())

    def seen() -> int:
        """How many voices the open dashboard counts."""
        page = read(f"/dashboards/standard/?{figures}&period=4w")
        told = re.search(r'data-pk-edition="(\d+)"', page)
        shown["edition"] = told[1] if told else ""
        return max((int(n.replace(",", "")) for n in re.findall(r"n = ([\d,]+)", page)), default=0)

    def looked() -> int:
        """The same at the next look, which reads the page again only where the edition moved."""
        time.sleep(LOOKS_EVERY)
        try:
            read("/dashboards/edition/", **{"If-None-Match": f'"{shown["edition"]}"'})
        except urllib.error.HTTPError as answer:
            if answer.code != 304:
                raise
            return shown["counted"]
        shown["counted"] = seen()
        return shown["counted"]

    def send(count: int) -> None:
        body = json.dumps(
            [
                {"kind": "voice", "source": "bench", "text": "Friendly staff, quick service.",
                 "time": datetime.now(UTC).isoformat(), "rating": 5, "scale": [1, 5]}
                for _ in range(count)
            ]
        ).encode()  # fmt: skip
        request = urllib.request.Request(f"{site}/api/v1/feedback", body)
        request.add_header("Authorization", f"Bearer {secret}")
        request.add_header("Content-Type", "application/json")
        receipt = json.load(urllib.request.urlopen(request, timeout=PATIENCE))
        assert receipt["accepted"] == count, receipt

    command = [str(Path(sys.executable).parent / "peakend"), "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as served:
        try:
            _until(lambda: _answers(f"{site}/api/v1/health"))
            before = seen()
            send(ALREADY)
            _until(lambda: seen() >= before + ALREADY)
            shown["counted"] = before + ALREADY
            seconds = []
            for number in range(1, TIMES + 1):
                began = time.perf_counter()
                until_sent = rng.random() * LOOKS_EVERY
                moment = threading.Timer(until_sent, send, [1])
                moment.start()
                _until(lambda number=number: looked() >= before + ALREADY + number)
                seconds.append(time.perf_counter() - began - until_sent)
                moment.join()
        finally:
            served.terminate()
    print(json.dumps({"seconds": sorted(seconds)}))


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=PATIENCE)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


if __name__ == "__main__":
    main()
