"""What would change if a taxonomy read from now on, seen on the company's own texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from peakend.methods.estimate import Estimate
from peakend.methods.scores import top_box
from peakend.opinions.readers import active_model, analyzer_of, blended
from peakend.opinions.taxonomies import held
from peakend.organization.access import Scope
from peakend.text import BatchAnalyzer, Columns, Taxonomy, for_taxonomy
from peakend.voices.models import Voice

NEWEST = 40_000  # voices among which the sample is spread
SAMPLE = 3_000
EXAMPLES = 3
READABLE = range(8, 121)  # characters of a text that reads at a glance

_Found = dict[tuple[int, str], tuple[int, int, int]]  # (text, aspect) → polarity, start, end


@dataclass(frozen=True)
class Span:
    """Words of an example and what they are read as; ``polarity`` as of an opinion."""

    start: int
    end: int
    polarity: int


@dataclass(frozen=True)
class Example:
    """A text that would be read otherwise, with the words that decide."""

    voice: int
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class AspectChange:
    """What would become of one aspect: texts that gain, lose or turn it, of all in the sample."""

    aspect: str
    before: int
    after: int
    gained: Estimate
    lost: Estimate
    turned: int
    gains: tuple[Example, ...]
    losses: tuple[Example, ...]
    by_model: bool = False  # a model of the company's own reads it, whatever the taxonomy says


@dataclass(frozen=True)
class Preview:
    """The sample, how many voices it stands for, and every aspect that would change."""

    n: int
    voices: int
    changes: tuple[AspectChange, ...]
    touched: int  # texts of the sample that would be read otherwise

    @property
    def is_same(self) -> bool:
        """Whether nothing in the sample would change."""
        return not self.changes


def preview(taxonomy: Taxonomy, scope: Scope) -> Preview:
    """Read a sample of the voices that a taxonomy's code reads, as now and as it would be."""
    now = held(taxonomy.code)
    model = active_model(taxonomy.code)
    sample, voices = sample_of(taxonomy.code, scope)
    texts = [text for _, text in sample]
    before = _found(blended(analyzer_of(now), model), texts)
    after = _found(blended(for_taxonomy(taxonomy), model), texts)
    learned = set(model.aspects) if model else set()
    order = dict.fromkeys([*taxonomy.codes, *now.taxonomy.codes])
    changes = [_change(code, sample, before, after, code in learned) for code in order]
    told = [one for one in changes if one.gained.value or one.lost.value or one.turned]
    told.sort(key=lambda one: -((one.gained.value or 0) + (one.lost.value or 0)))
    touched = {text for text, _ in _differing(before, after)}
    return Preview(len(sample), voices, tuple(told), len(touched))


def sample_of(code: str, scope: Scope) -> tuple[list[tuple[int, str]], int]:
    """Voices spread evenly over the newest ones, and how many there are in all."""
    rows = scope.filter(Voice.objects.filter(source__taxonomy=code))
    newest = list(rows.order_by("-id").values_list("id", flat=True)[:NEWEST])
    step = max(1, len(newest) // SAMPLE)
    chosen = newest[::step][:SAMPLE]
    texts: dict[int, str] = {}
    for at in range(0, len(chosen), 900):
        part = Voice.objects.filter(pk__in=chosen[at : at + 900]).order_by("pk")
        texts.update(part.values_list("pk", "text"))
    total = len(newest) if len(newest) < NEWEST else rows.count()
    return [(voice, texts[voice]) for voice in chosen if voice in texts], total


def _found(analyzer: BatchAnalyzer, texts: Sequence[str]) -> _Found:
    columns: Columns = analyzer.analyze_columns(texts)
    return {
        (text, analyzer.aspects[aspect]): (polarity, start, end)
        for text, aspect, polarity, _strength, _confidence, start, end in columns.opinions()
    }


def _differing(before: _Found, after: _Found) -> set[tuple[int, str]]:
    """Pairs of text and aspect that are there once only, or with another polarity."""
    return {
        key
        for key in before.keys() | after.keys()
        if before.get(key, (None,))[0] != after.get(key, (None,))[0]
    }


def _change(
    aspect: str,
    sample: Sequence[tuple[int, str]],
    before: _Found,
    after: _Found,
    by_model: bool,
) -> AspectChange:
    had = {text: one for (text, code), one in before.items() if code == aspect}
    has = {text: one for (text, code), one in after.items() if code == aspect}
    gained, lost = sorted(has.keys() - had.keys()), sorted(had.keys() - has.keys())
    turned = sum(had[text][0] != has[text][0] for text in had.keys() & has.keys())
    n = len(sample)
    return AspectChange(
        aspect=aspect,
        before=len(had),
        after=len(has),
        gained=top_box(len(gained), n),
        lost=top_box(len(lost), n),
        turned=turned,
        gains=_examples(gained, has, sample),
        losses=_examples(lost, had, sample),
        by_model=by_model,
    )


def _examples(
    texts: Sequence[int],
    found: dict[int, tuple[int, int, int]],
    sample: Sequence[tuple[int, str]],
) -> tuple[Example, ...]:
    """A few texts that read at a glance, different ones first."""
    readable = sorted(texts, key=lambda text: (len(sample[text][1]) not in READABLE, text))
    shown: dict[str, Example] = {}
    for text in readable:
        voice, words = sample[text]
        polarity, start, end = found[text]
        evidence = words[start:end]
        if evidence not in shown:
            shown[evidence] = Example(voice, words, (Span(start, end, polarity),))
        if len(shown) == EXAMPLES:
            break
    return tuple(shown.values())
