"""What channels over HTTP share: failures by what may be tried again, and masked addresses."""

from collections.abc import Callable
from urllib.parse import urlsplit

import requests

from peakend.messages.errors import SendFailed
from peakend.messages.outbound import AddressRefused


def answer_of(send: Callable[[], requests.Response]) -> requests.Response:
    """The answer; what kept it away as a named failure."""
    try:
        return send()
    except AddressRefused as error:
        raise SendFailed("refused_address", again=False) from error
    except requests.Timeout as error:
        raise SendFailed("timed_out", again=True) from error
    except requests.RequestException as error:
        raise SendFailed("no_connection", again=True) from error


def require_success(response: requests.Response) -> None:
    """Refuse an answer that does not say it went well."""
    status = response.status_code
    if 300 <= status < 400:
        raise SendFailed("redirected", again=False, status=status)
    if status == 429 or status >= 500:
        raise SendFailed("not_now", again=True, status=status)
    if status >= 400:
        raise SendFailed("rejected", again=False, status=status)


def mask_address(address: str) -> str:
    """The host and the last four characters: enough to recognise, nothing to use."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}/…{address[-4:]}" if parts.hostname else "…"
