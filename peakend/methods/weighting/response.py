"""Response-rate accounting by the public standard."""

from __future__ import annotations

from dataclasses import dataclass, fields

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Estimate, Reason, all_finite
from peakend.methods.scores import top_box


@dataclass(frozen=True, slots=True)
class Dispositions:
    """What became of everybody asked. Counts of people.

    `complete` I, `partial` P, `refusal` R (and break-off), `no_contact` NC, `other` O (eligible, but unable),
    `unknown_household` UH and `unknown_other` UO (eligibility unknown), `ineligible` (counted in no rate).
    """

    complete: float
    partial: float = 0
    refusal: float = 0
    no_contact: float = 0
    other: float = 0
    unknown_household: float = 0
    unknown_other: float = 0
    ineligible: float = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) < 0:
                raise InvalidInput("negative", f"{field.name} must not be negative")


@dataclass(frozen=True, slots=True)
class ResponseRates:
    """All rates of the standard, each an estimate in [0, 1]; `value` repeats RR2 where nothing is unknown, else RR4.

    `eligible_share` is the share e assumed eligible among the unknown.
    """

    value: float | None
    n: float
    rr1: Estimate
    rr2: Estimate
    rr3: Estimate
    rr4: Estimate
    rr5: Estimate
    rr6: Estimate
    cooperation: tuple[Estimate, Estimate, Estimate, Estimate]
    refusal: tuple[Estimate, Estimate, Estimate]
    contact: tuple[Estimate, Estimate, Estimate]
    eligible_share: float | None
    method: str = "aapor"
    reason: Reason | None = None


def response_rates(
    dispositions: Dispositions, *, eligible_share: float | None = None, confidence: float = 0.95
) -> ResponseRates:
    """Return response, cooperation, refusal and contact rates by the AAPOR standard.

    Formula, with I P R NC O UH UO and e: RR1 = I/(I+P+R+NC+O+UH+UO), RR2 with I+P above; RR3, RR4 the same with
    e(UH+UO) below; RR5, RR6 without UH+UO. COOP1 = I/(I+P+R+O), COOP2 = (I+P)/(same), COOP3 = I/(I+P+R),
    COOP4 = (I+P)/(same). REF1-3 = R over the denominators of RR1, RR3, RR5. CON1-3 = (I+P+R+O) over the same.
    e defaults to the share found eligible among those whose eligibility is known (proportional allocation).
    Source: AAPOR (2023), Standard Definitions, 10th edition; e after CASRO (1982).
    Units: counts of people; rates in [0, 1] with Wilson intervals.
    Shapes: one set of dispositions.
    Errors: `InvalidInput` for negative counts or an e outside [0, 1]; nobody asked ends in `no_data`, NaN in
    `not_finite`; a rate with nothing below ends in `no_data` of its own.

    >>> asked = Dispositions(complete=300, partial=50, refusal=100, no_contact=150, unknown_household=400, ineligible=100)
    >>> rates = response_rates(asked)
    >>> rates.rr1.value, round(rates.rr3.value, 3), round(rates.rr6.value, 3), round(rates.eligible_share, 3)
    (0.3, 0.318, 0.583, 0.857)
    """
    d = dispositions
    if eligible_share is not None and not 0.0 <= eligible_share <= 1.0:
        raise InvalidInput(
            "not_a_fraction", f"eligible_share must lie in [0, 1], got {eligible_share}"
        )
    counts = [float(getattr(d, field.name)) for field in fields(d)]
    finite = all_finite(*counts)
    known = d.complete + d.partial + d.refusal + d.no_contact + d.other
    unknown = d.unknown_household + d.unknown_other
    share = eligible_share
    if share is None and finite and known + d.ineligible > 0:
        share = known / (known + d.ineligible)
    guessed = unknown * share if share is not None else 0.0
    below = (known + unknown, known + guessed, known)
    some = d.complete + d.partial
    contacted = some + d.refusal + d.other

    def rate(above: float, base: float) -> Estimate:
        # RR3 and its like have a base that is no whole count; as a sample size it still is one.
        return top_box(min(above, base), base, confidence=confidence)

    n = known + unknown
    rr2, rr4 = rate(some, below[0]), rate(some, below[1])
    chosen = rr2 if unknown == 0 else rr4
    reason = chosen.reason if not finite or n == 0 else None
    return ResponseRates(
        value=chosen.value,
        n=n if finite else 0,
        rr1=rate(d.complete, below[0]),
        rr2=rr2,
        rr3=rate(d.complete, below[1]),
        rr4=rr4,
        rr5=rate(d.complete, below[2]),
        rr6=rate(some, below[2]),
        cooperation=(
            rate(d.complete, contacted),
            rate(some, contacted),
            rate(d.complete, some + d.refusal),
            rate(some, some + d.refusal),
        ),
        refusal=(rate(d.refusal, below[0]), rate(d.refusal, below[1]), rate(d.refusal, below[2])),
        contact=(rate(contacted, below[0]), rate(contacted, below[1]), rate(contacted, below[2])),
        eligible_share=share,
        reason=reason,
    )
