"""What is measured of a claim and its evidence before the calibration weighs it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.text import normalise
from rag.grounding.align import Alignment, Likeness, align
from rag.grounding.bindings import bounds_differ, listed_otherwise, strange_names, wrong_numbers
from rag.grounding.meaning import Meaning
from rag.grounding.places import crossed_sides, repeats, replaced_words
from rag.grounding.polarity import (
    Negations,
    dropped_hedges,
    grown_reach,
    one_negates,
    opposed,
    turned_directions,
    turned_words,
)
from rag.grounding.roles import EXCHANGED, exchanged_pair
from rag.grounding.signs import sign_agreement
from rag.grounding.subjects import strange_subjects
from rag.grounding.tokens import Token, content_of, squeeze, tokens_of

MOST_EVIDENCE = 2
_LOOSE, _TIGHT = 0.4, 0.8
"""Likeness of words up to which a disagreement means nothing, and from which it means all it can."""
_AIM_COSTS = 0.15
_AIMS = re.compile(
    r"\bwhether\b|^(?:objectives?|background|context|aims?|purpose|importance)\b"
    r"|\bto (?:determine|investigate|evaluate|examine|assess|explore|study|test|understand) (?:the|if|how|an?)\b"
)
_ADDS = 0.06
"""How much a second sentence must add to the words covered to be evidence too."""
_SHORT = 2
"""Sentences up to which a text is short: one on another thing would not stand there, whatever its words."""


@dataclass(frozen=True)
class Reading:
    """A claim held against an abstract: the sentences that carry it best, the words linked, what was measured."""

    chosen: tuple[int, ...]
    links: Alignment
    values: dict[str, float]
    found: dict[str, list[str]]
    """What disagrees, by kind: the words of the claim concerned."""
    repeated: bool = False
    """Whether a sentence holds the claim's words in their order, few others between them."""


def read(
    claim: str,
    title: str,
    sentences: Sequence[str],
    meaning: Meaning,
    likeness: Likeness | None = None,
    paper: str = "",
    among: Sequence[int] = (),
) -> Reading:
    """Hold a claim against the sentences of an abstract.

    Args:
        claim: the sentence to judge.
        title: the paper's title, whose words every sentence of the abstract takes for granted.
        sentences: of the abstract, at least one.
        meaning: how near the claim is to them by the embedder.
        likeness: of single words by meaning; without it only the letters of words are compared.
        paper: the whole paper's words, where the sentences may not be all of it.
        among: the sentences that may be evidence; none: all of them.
    """
    ours, named = tokens_of(claim), tokens_of(title)
    theirs = [tokens_of(s) for s in sentences]
    chosen = choose(ours, theirs, meaning.similar, among)
    evidence = join([theirs[i] for i in chosen])
    links = align(ours, evidence, likeness)
    negations = Negations(links)
    sides = opposed(links, negations)
    found = disagreements(links, known_names((title, *sentences, paper)), named)
    found["turned"], found["negated"] = turned_directions(sides), turned_words(links, negations)
    close = closeness(links, named)
    gate = max(0.0, min(1.0, (close["soft"] - _LOOSE) / (_TIGHT - _LOOSE)))
    ratio, *pair = exchanged_pair(links)
    found["exchanged"] = pair if ratio >= EXCHANGED else []
    found["crossed"] = [word] if (word := crossed_sides(links)) else []
    cited = [theirs[i] for i in chosen]
    replaced = [
        *replaced_words(links, cited, theirs),
        *strange_subjects(links, cited, theirs, named),
        *listed_otherwise(links),
    ]
    found["replaced"] = list(replaced[0]) if replaced else []
    values = {
        **close,
        **meanings(meaning, close["soft"]),
        **{kind: gate * bool(words) for kind, words in found.items()},
        "one_negates": float(one_negates(links)),
        "sign": sign_agreement(ours, theirs, meaning.similar),
    }
    return Reading(tuple(chosen), links, values, found, repeats(ours, cited))


def choose(
    claim: Sequence[Token], sentences: Sequence[Sequence[Token]], similar: Sequence[float], among: Sequence[int] = ()
) -> list[int]:
    """Return the sentence that supports the claim best, and one that adds words of it, in the abstract's order.

    Args:
        claim: the claim's words.
        sentences: of the abstract.
        similar: cosine of the claim with each.
        among: the sentences that may be returned; none: all of them.
    """
    asked = {t.stem: t.weight for t in claim if t.content}
    total = sum(asked.values()) or 1.0
    held = [{t.stem for t in s} & asked.keys() for s in sentences]

    def weigh(stems: set[str]) -> float:
        return sum(asked[s] for s in stems) / total

    order = sorted(
        among or range(len(sentences)), key=lambda i: -(similar[i] + weigh(held[i]) - _AIM_COSTS * is_aim(sentences[i]))
    )
    chosen, covered = order[:1], set(held[order[0]])
    for i in order[1:4]:
        if len(chosen) < MOST_EVIDENCE and weigh(held[i] - covered) > _ADDS:
            chosen.append(i)
            covered |= held[i]
    return sorted(chosen)


def is_aim(sentence: Sequence[Token]) -> bool:
    """Tell whether a sentence says what was looked into, and not what came out."""
    return bool(_AIMS.search(" ".join(t.text for t in sentence)))


def join(sentences: Sequence[Sequence[Token]]) -> list[Token]:
    """Return the tokens of several sentences as of one text, far enough apart that none are neighbours."""
    joined: list[Token] = []
    at = clause = 0
    for tokens in sentences:
        joined += [Token(t.text, t.stem, t.kind, t.at + at, t.clause + clause, t.value, t.unit) for t in tokens]
        at, clause = joined[-1].at + 20 if joined else 0, joined[-1].clause + 1 if joined else 0
    return joined


def known_names(texts: Sequence[str]) -> tuple[frozenset[str], str]:
    """Return the squeezed words of a paper, and all its letters and digits in a row."""
    known = [_names_of(text) for text in texts]
    return frozenset().union(*(words for words, _ in known)), " ".join(letters for _, letters in known)


@lru_cache(maxsize=4_000)
def _names_of(text: str) -> tuple[frozenset[str], str]:
    return frozenset(squeeze(t.text) for t in tokens_of(text)), re.sub(r"[^a-z0-9]+", "", normalise(text))


def disagreements(links: Alignment, paper: tuple[frozenset[str], str], title: Sequence[Token]) -> dict[str, list[str]]:
    """Return what the evidence does not share with the claim, by kind."""
    absent, elsewhere = wrong_numbers(links)
    strange, away = strange_names(links, *paper)
    texts, stems = {t.text for t in title}, _keys(title)
    return {
        "absent_numbers": [n for n in absent if n not in texts],
        "moved_numbers": elsewhere,
        "bounds": bounds_differ(links),
        "absent_names": strange,
        "away_names": [n for n in away if n not in stems],
        "reach": grown_reach(links),
        "hedges": dropped_hedges(links),
    }


def closeness(links: Alignment, title: Sequence[Token]) -> dict[str, float]:
    """Return how close the words are, from 0 to 1.

    ``soft``: likeness of the claim's words to those of the evidence, the title's granted; ``covered``: weighted share
    of them that the evidence holds.
    """
    ours = content_of(links.claim)
    total = sum(t.weight for t in ours) or 1.0
    named, held = _keys(title), {t.stem for t in links.evidence}
    return {
        "soft": sum(max(x.likeness, float(x.ours.stem in named)) * x.ours.weight for x in links.links) / total,
        "covered": sum(t.weight for t in ours if t.stem in held) / total,
    }


def _keys(title: Sequence[Token]) -> set[str]:
    """Return what the words of a title are known by; a name that opens it is read there as any word is."""
    return {t.stem for t in title} | {squeeze(t.text) for t in title}


def meanings(meaning: Meaning, soft: float) -> dict[str, float]:
    """Return what the embedder says, and what of it counts otherwise against a short text than a whole abstract."""
    short = min(1.0, _SHORT / len(meaning.similar))
    return {
        "topic": sum(meaning.similar) / len(meaning.similar),
        "short": short,
        "short_cosine": short * max(meaning.similar),
        "short_beyond": short * meaning.beyond,
        "short_soft": short * soft,
    }
