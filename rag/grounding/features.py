"""What is measured of a claim and its evidence before the calibration weighs it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.grounding.align import Alignment, Likeness, align
from rag.grounding.bindings import bounds_differ, strange_names, wrong_numbers
from rag.grounding.polarity import (
    agreement, crossed_pairs, dropped_hedges, grown_reach, opposed, torn_pairs, turned_directions, turned_words,
)  # fmt: skip
from rag.grounding.roles import EXCHANGED, exchanged_pair
from rag.grounding.tokens import Token, content_of, squeeze, tokens_of

MOST_EVIDENCE = 2
_AIM_COSTS = 0.15
_AIMS = re.compile(
    r"\bwhether\b|^(?:objectives?|background|context|aims?|purpose|importance)\b"
    r"|\bto (?:determine|investigate|evaluate|examine|assess|explore|study|test|understand) (?:the|if|how|an?)\b"
)
_ADDS = 0.06
"""How much a second sentence must add to the words covered to be evidence too."""


@dataclass(frozen=True)
class Reading:
    """A claim held against an abstract: the sentences that carry it best, the words linked, what was measured."""

    chosen: tuple[int, ...]
    links: Alignment
    values: dict[str, float]
    found: dict[str, list[str]]
    """What disagrees, by kind: the words of the claim concerned."""


def read(
    claim: str, title: str, sentences: Sequence[str], similar: Sequence[float], likeness: Likeness | None = None
) -> Reading:
    """Hold a claim against the sentences of an abstract.

    Args:
        claim: the sentence to judge.
        title: the paper's title, whose words every sentence of the abstract takes for granted.
        sentences: of the abstract, at least one.
        similar: cosine of the claim with each.
        likeness: of single words by meaning; without it only the letters of words are compared.
    """
    ours, named = tokens_of(claim), tokens_of(title)
    theirs = [tokens_of(s) for s in sentences]
    chosen = choose(ours, theirs, similar)
    evidence = join([theirs[i] for i in chosen])
    links = align(ours, evidence, likeness)
    whole = squeeze_all(title, *sentences)
    found = disagreements(links, whole, named)
    close = closeness(links, ours, [t for s in theirs for t in s], named, [similar[i] for i in chosen])
    gate = max(0.0, min(1.0, (close["soft"] - 0.4) / 0.4))
    ratio, *pair = exchanged_pair(links)
    found["exchanged"] = pair if ratio >= EXCHANGED else []
    values = {
        **close,
        "topic": sum(similar) / len(similar),
        **{kind: gate * bool(words) for kind, words in found.items()},
        "swap": max(0.0, min(1.0, ratio - 1.0)) * gate,
        "agree": agreement(opposed(links)),
        "crossed": crossed_pairs(links),
        "torn": torn_pairs(links),
    }
    return Reading(tuple(chosen), links, values, found)


def choose(claim: Sequence[Token], sentences: Sequence[Sequence[Token]], similar: Sequence[float]) -> list[int]:
    """Return the sentence that supports the claim best, and one that adds words of it, in the abstract's order."""
    asked = {t.stem: t.weight for t in claim if t.content}
    total = sum(asked.values()) or 1.0
    held = [{t.stem for t in s} & asked.keys() for s in sentences]

    def weigh(stems: set[str]) -> float:
        return sum(asked[s] for s in stems) / total

    order = sorted(
        range(len(sentences)), key=lambda i: -(similar[i] + weigh(held[i]) - _AIM_COSTS * is_aim(sentences[i]))
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


def squeeze_all(*texts: str) -> str:
    """Return the letters and digits of several texts."""
    return "".join(squeeze(t + " x")[:-1] for t in texts)


def disagreements(links: Alignment, paper: str, title: Sequence[Token]) -> dict[str, list[str]]:
    """Return what the evidence does not share with the claim, by kind."""
    absent, elsewhere = wrong_numbers(links)
    titled = [t.text for t in title]
    strange, away = strange_names(links, paper)
    return {
        "absent_numbers": [n for n in absent if n not in titled],
        "moved_numbers": elsewhere,
        "bounds": bounds_differ(links),
        "absent_names": strange,
        "away_names": [n for n in away if n not in titled],
        "turned": turned_directions(opposed(links)),
        "negated": turned_words(links),
        "reach": grown_reach(links),
        "hedges": dropped_hedges(links),
    }


def closeness(
    links: Alignment, claim: Sequence[Token], abstract: Sequence[Token], title: Sequence[Token], similar: Sequence[float]
) -> dict[str, float]:
    """Return how close words and meaning are, each 0 to 1."""
    ours = content_of(claim)
    total = sum(t.weight for t in ours) or 1.0
    near, named = {t.stem for t in links.evidence}, {t.stem for t in title}
    anywhere = {t.stem for t in abstract} | named

    def share(stems: set[str]) -> float:
        return sum(t.weight for t in ours if t.stem in stems) / total

    taken = {theirs.at for _, theirs in links.held}
    said = content_of(links.evidence)
    lacking = [(1 - x.likeness) * x.ours.weight for x in links.links if x.ours.stem not in named]
    return {
        "cosine": max(similar),
        "coverage": share(near),
        "titled": share(near | named),
        "whole": share(anywhere),
        "soft": sum(max(x.likeness, float(x.ours.stem in named)) * x.ours.weight for x in links.links) / total,
        "poorest": max(lacking, default=0.0),
        "lacking": sum(x for x in lacking if x > 0.45) ** 0.5,
        "back": sum(t.weight for t in said if t.at in taken) / (sum(t.weight for t in said) or 1.0),
        "length": min(len(ours), 30) / 30,
    }
