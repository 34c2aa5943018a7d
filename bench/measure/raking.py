"""Weights that meet five margins, against the two packages in use for it."""

from typing import Any

import numpy as np
import pandas
import weightipy
from ipfn import ipfn

from bench.measure.timing import row, side_by_side
from peakend.methods.weighting import rake

ROWS = 100_000
MARGINS = {"age": 6, "gender": 2, "region": 8, "channel": 5, "segment": 4}


def run() -> list[dict[str, Any]]:
    """Against ipfn and weightipy, each with its own default of when it is done; ours is stricter."""
    people, wanted = _sample()
    base = np.ones(ROWS)
    margins = [(people[name].to_numpy(), wanted[name] * ROWS) for name in MARGINS]

    def ours() -> "np.ndarray":
        return np.asarray(rake(base, margins).weights)

    def by_ipfn() -> "np.ndarray":
        totals = [
            pandas.Series(wanted[name] * ROWS, index=pandas.Index(range(size), name=name))
            for name, size in MARGINS.items()
        ]
        frame = people.assign(total=1.0)
        fitted = ipfn.ipfn(frame, totals, [[name] for name in MARGINS]).iteration()
        return np.asarray(fitted["total"])

    scheme = weightipy.scheme_from_dict(
        {name: {code: 100 * share for code, share in enumerate(wanted[name])} for name in MARGINS}
    )

    def by_weightipy() -> "np.ndarray":
        return np.asarray(weightipy.weight_dataframe(people.copy(), scheme, "weight")["weight"])

    rows = []
    for name, peer, floor in (("ipfn", by_ipfn, 20), ("weightipy", by_weightipy, 4)):
        timed = side_by_side(ours, peer, rounds=5, peer_rounds=3)
        assert np.allclose(timed.result, timed.expected, rtol=0.02), name
        rows.append(
            row(
                f"rake, 5 margins, against {name}",
                round(timed.ours * 1000, 1),
                "ms",
                f"{name}, {timed.peer * 1000:,.0f} ms",
                timed.ratio,
                floor,
                ROWS,
            )
        )
    return rows


def _sample() -> "tuple[pandas.DataFrame, dict[str, np.ndarray]]":
    """Who answered, and the shares of who should have: some groups answer more readily."""
    rng = np.random.default_rng(4)
    people = pandas.DataFrame(
        {name: rng.choice(size, ROWS, p=_shares(size, 0.5)) for name, size in MARGINS.items()}
    )
    return people, {name: _shares(size, -0.2) for name, size in MARGINS.items()}


def _shares(size: int, skew: float) -> "np.ndarray":
    weights = 1.0 / np.arange(1, size + 1) ** skew
    return np.asarray(weights / weights.sum())
