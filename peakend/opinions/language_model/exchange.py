"""One request at a time to the endpoint: limits before it, patience and retries around it."""

from __future__ import annotations

import json
import math
import random
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import requests

from peakend.config.env import LanguageModelSettings
from peakend.messages.outbound import AddressRefused, GuardedSession, Patience
from peakend.opinions.language_model.errors import LanguageModelError

ATTEMPTS = 5
FIRST_PAUSE = 1.0  # seconds before the second attempt; each pause is twice the one before
LONGEST_PAUSE = 60.0
MINUTE = 60.0
# A model writes for as long as it thinks; an answer for a handful of texts stays small.
PATIENCE = Patience(read_seconds=90, whole_seconds=180, most_bytes=1024 * 1024)
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Spent:
    """What a run has cost so far. Tokens are the endpoint's count where it gives one."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    money: Decimal = Decimal(0)


class Exchange:
    """Asks the endpoint, within the limits of one run.

    session, clock, sleep and rng are given by tests. The key stands in one header of each
    request and nowhere else.
    """

    def __init__(
        self,
        settings: LanguageModelSettings,
        *,
        session: Callable[[], requests.Session] = lambda: GuardedSession(PATIENCE),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        rng: random.Random | None = None,
    ) -> None:
        if not settings.is_set:
            raise LanguageModelError("not_configured")
        self.settings = settings
        self.spent = Spent()
        self._session, self._clock, self._sleep = session, clock, sleep
        self._rng = rng or random.Random()
        self._recent: deque[tuple[float, int]] = deque()  # when asked, and with how many tokens

    def ask(
        self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], most_out: int
    ) -> str:
        """What the model answers, as it wrote it.

        Raises:
            LanguageModelError: nothing more may be spent, or no attempt was answered.
        """
        body = {
            "model": self.settings.model,
            "messages": list(messages),
            "temperature": 0,
            "max_tokens": most_out,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "opinions", "strict": True, "schema": schema},
            },
        }
        asked = estimated_tokens("".join(message["content"] for message in messages))
        asked += estimated_tokens(json.dumps(schema))
        why = "unreachable"
        details: dict[str, Any] = {}
        for attempt in range(ATTEMPTS):
            self._check_budget(asked, most_out)
            self._wait_for_rates(asked + most_out)
            pause = min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE) * (0.5 + self._rng.random() / 2)
            try:
                response = self._post(body)
            except AddressRefused as error:
                raise LanguageModelError("address_refused") from error
            except (requests.RequestException, OSError) as error:
                why, details = "unreachable", {"error": type(error).__name__}
            else:
                if response.status_code == 200:
                    return self._taken(response, asked)
                if response.status_code not in _AGAIN:
                    raise LanguageModelError("refused", status=response.status_code)
                why, details = "busy", {"status": response.status_code}
                pause = max(pause, _retry_after(response))
            if attempt + 1 < ATTEMPTS:
                self._sleep(pause)
        raise LanguageModelError(why, attempts=ATTEMPTS, **details)

    def _post(self, body: Mapping[str, Any]) -> requests.Response:
        headers = {"Content-Type": "application/json"}
        if self.settings.key:
            headers["Authorization"] = f"Bearer {self.settings.key}"
        with self._session() as session:
            return session.post(
                f"{self.settings.url}/chat/completions",
                data=json.dumps(body, ensure_ascii=False).encode(),
                headers=headers,
            )

    def _taken(self, response: requests.Response, asked: int) -> str:
        """The words of an answer, its cost added to what was spent, broken or not."""
        try:
            answer = json.loads(response.content)
        except ValueError:
            answer = None
        answer = answer if isinstance(answer, dict) else {}
        content = _content(answer)
        usage = answer.get("usage")
        usage = usage if isinstance(usage, dict) else {}
        self._add(
            _whole(usage.get("prompt_tokens"), asked),
            _whole(usage.get("completion_tokens"), estimated_tokens(content)),
        )
        return content

    def _add(self, tokens_in: int, tokens_out: int) -> None:
        self.spent = Spent(
            self.spent.requests + 1,
            self.spent.tokens_in + tokens_in,
            self.spent.tokens_out + tokens_out,
            self.spent.money + self._price(tokens_in, tokens_out),
        )

    def _price(self, tokens_in: int, tokens_out: int) -> Decimal:
        settings = self.settings
        return (tokens_in * settings.price_in + tokens_out * settings.price_out) / _MILLION

    def _check_budget(self, asked: int, most_out: int) -> None:
        """Refuse a request that could spend more than is left, before it is sent."""
        settings, spent = self.settings, self.spent
        tokens = spent.tokens_in + spent.tokens_out + asked + most_out
        if settings.most_tokens and tokens > settings.most_tokens:
            raise LanguageModelError("budget_spent", tokens=settings.most_tokens)
        money = spent.money + self._price(asked, most_out)
        if settings.budget is not None and money > settings.budget:
            raise LanguageModelError("budget_spent", money=str(settings.budget))

    def _wait_for_rates(self, tokens: int) -> None:
        """Sleep until a request of so many tokens fits into the last minute."""
        settings = self.settings
        while True:
            now = self._clock()
            while self._recent and self._recent[0][0] <= now - MINUTE:
                self._recent.popleft()
            requests_full = 0 < settings.requests_per_minute <= len(self._recent)
            used = sum(amount for _, amount in self._recent)
            # One request alone may be larger than a minute's tokens: it waits for an empty one.
            tokens_full = bool(
                self._recent
                and settings.tokens_per_minute
                and used + tokens > settings.tokens_per_minute
            )
            if not requests_full and not tokens_full:
                self._recent.append((now, tokens))
                return
            self._sleep(max(self._recent[0][0] + MINUTE - now, 0.01))


def estimated_tokens(text: str) -> int:
    """About how many tokens a text is: a Chinese character is one, four Latin letters are one."""
    latin = sum(letter.isascii() for letter in text)
    return math.ceil(latin / 4) + len(text) - latin


def _content(answer: Mapping[str, Any]) -> str:
    try:
        content = answer["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        return ""
    return content if isinstance(content, str) else ""


def _whole(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and value >= 0 else otherwise


def _retry_after(response: requests.Response) -> float:
    try:
        seconds = float(response.headers.get("Retry-After", 0))
    except ValueError:  # a date; the usual pause will do
        return 0.0
    return min(max(seconds, 0.0), LONGEST_PAUSE) if math.isfinite(seconds) else 0.0
