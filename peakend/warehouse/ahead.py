"""Questions of one page asked together: one query over the cells where there would be one a figure.

A page knows which sums it is about to need. Asked together they are one grouping by family and code,
taken apart again and kept as if each had been asked alone; whoever asks next finds the answer there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from peakend.warehouse.cells import CellRow, Slice, edition, keep, kept, read_cells
from peakend.warehouse.questions import Question

Shape = tuple[Slice, tuple[str, ...]]

# Up to so many values a slice is held to in a dimension, what is told apart by it is added up here
# sooner than asked for a second time.
FEW = 24


def read_ahead(questions: Iterable[Question]) -> int:
    """Answer the questions that are not answered yet; returns how many queries it took.

    Those of one slice and one ``by`` are one query, or two: families asked for as a whole are not
    taken apart by code, of which they have hundreds.
    """
    now = edition()
    asked: dict[Shape, list[Question]] = defaultdict(list)
    for question in dict.fromkeys(questions):
        if kept(question, now) is None:
            asked[question.slice, question.by].append(question)
    queries = 0
    for shape in list(asked):
        if (finer := _finer(shape, asked)) is not None:
            asked[finer] += asked.pop(shape)
    for shape, together in asked.items():
        named = [one for one in together if one.codes and one.families]
        whole = [one for one in together if one.families and not one.codes]
        for group, apart in ((named, ("family", "code")), (whole, ("family",))):
            if len(group) == 1 and group[0].by == shape[1]:
                _ask(group[0])
            elif group:
                _answer_together(shape, group, apart)
            queries += bool(group)
    return queries


def _finer(shape: Shape, asked: Mapping[Shape, Sequence[Question]]) -> Shape | None:
    """A question that is asked anyway and tells the whole of this one apart into a few."""
    slice, by = shape
    for other, narrower in asked:
        if other == slice and not by and len(narrower) == 1:
            held = Question(slice, (), (), ()).asked.get(narrower[0], ())
            if 0 < len(held) <= FEW:
                return other, narrower
    return None


def _ask(question: Question) -> None:
    read_cells(question.slice, question.by, question.families, question.codes)


def _answer_together(shape: Shape, questions: Sequence[Question], apart: tuple[str, ...]) -> None:
    slice, by = shape
    now = edition()
    families = tuple(sorted({family for one in questions for family in one.families}))
    codes = tuple(sorted({code for one in questions for code in one.codes}))
    own = tuple(name for name in apart if name not in by)
    rows = read_cells(slice, (*by, *own), families, codes)
    place = {name: number for number, name in enumerate((*by, *own))}
    for question in questions:
        keep(question, _taken_apart(question, rows, place), now)


def _taken_apart(
    question: Question, rows: Sequence[CellRow], place: dict[str, int]
) -> list[CellRow]:
    """The rows of one question, added up over what it does not tell apart, in their order."""
    families, codes, by = set(question.families), set(question.codes), question.by
    at = [place[name] for name in by]
    found: dict[tuple[object, ...], CellRow] = {}
    for row in rows:
        if row.key[place["family"]] not in families:
            continue
        if codes and row.key[place["code"]] not in codes:
            continue
        key = tuple(row.key[one] for one in at)
        known = found.get(key)
        own = row._replace(key=key)
        found[key] = known + own if known else own
    return list(found.values())
