"""What an answer's text and its list of papers contain."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from evals.matching import match_form, occurs, occurs_any, without_markers


def nugget_recall(text: str, nuggets: Sequence[tuple[str, ...]]) -> float:
    """Share of the nuggets of which an accepted spelling stands in the text.

    Nuggets as the units a right answer must hold come from the TREC 2003 question-answering track (Voorhees 2003);
    matching is by spelling, with the tolerance of :func:`evals.matching.occurs`.

    Raises:
        ValueError: there are no nuggets.
    """
    if not nuggets:
        raise ValueError("nugget recall needs at least one nugget")
    plain = without_markers(text)
    return sum(occurs_any(nugget, plain) for nugget in nuggets) / len(nuggets)


def must_not_hits(text: str, must_not: Sequence[str], question: str = "") -> list[str]:
    """Return the strings that betray a wrong answer and stand in its text.

    The user's own question, quoted back word for word, is not held against the answer.
    """
    form, asked = match_form(text), match_form(question)
    if len(asked) > 12:
        form = form.replace(asked, " ")
    return [s for s in must_not if occurs(s, form if "[" in s else without_markers(form))]


def list_precision(cited: Collection[str], gold: Collection[str], maybe: Collection[str] = ()) -> float:
    """Share of the papers named that belong on the list; borderline ones are left out of the count.

    Nothing named is 0: an empty list is no precise one.
    """
    counted = set(cited) - set(maybe)
    return len(counted & set(gold)) / len(counted) if counted else 0.0


def list_recall(cited: Collection[str], gold: Collection[str]) -> float:
    """Share of the papers belonging on the list that were named (Manning et al. 2008, ch. 8.3).

    Raises:
        ValueError: the right list is empty.
    """
    if not gold:
        raise ValueError("list recall needs at least one right paper")
    return len(set(cited) & set(gold)) / len(set(gold))


def answer_words(text: str) -> int:
    """Length of an answer in words, separated by white space."""
    return len(text.split())
