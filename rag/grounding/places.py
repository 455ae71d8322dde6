"""Words that stand in a claim where its evidence has others: replaced, or on the other side of what joins them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from rag.grounding.align import FORM, Alignment, by_form
from rag.grounding.directions import denies, is_negation, sign
from rag.grounding.roles import passive
from rag.grounding.tokens import JOINTS, LIGHT, Token, content_of

_LEAST_RUN = {True: 2, False: 3}
"""Words in a row that claim and evidence share beside a name, and beside any other word, for its place to be known."""
_FEW = 2
_WAYS = (-1, 1)
"""Towards the beginning, and towards the end."""
_LIST = 6
"""Words within which two words of one sentence may be items of one list."""
_COMPARING = frozenset("than over versus".split())
_BETTER = re.compile(
    r"(?:under|out)perform\w*|surpass\w*|exceed\w*|beat(?:s|ing)?|superior|inferior|better|worse|lags?|trails?"
)
_VERB = re.compile(r"[a-z]{2,}(?:[^su]s|ed)")
_DEGREES = frozenset("more most less least best worst better worse higher highest lower lowest".split())
"""Words that go with too many others for their place to be known; see :mod:`rag.grounding.directions`."""
_EVEN = frozenset(
    "based differ differs different combine combines combining compare compares compared comparing between similar"
    " equal correlate correlated associated interact and with".split()
)
"""Words that say the same with their sides changed."""
_SIDES = {True: (0.25, 0.6), False: (0.5, 0.8)}
"""Least share of the words of either side that changed sides, and of one of them: of a comparison, and of any verb."""
_SENTENCES_APART = 15
_SKIPPED = 0.5
"""Words of the evidence left out, to those of the claim, up to which a claim repeats it."""
_LONG = 6
"""Words from which a claim is long enough for one of them to stand elsewhere."""


def replaced_words(
    links: Alignment, cited: Sequence[Sequence[Token]], sentences: Sequence[Sequence[Token]]
) -> list[tuple[str, str]]:
    """Return words of the claim, each with the word in whose place it stands in the sentences cited.

    A place is known by the words in a row beside it. Only a word that the abstract uses elsewhere counts: two words of
    one abstract are two things, while any other word may be a paraphrase.

    Args:
        links: the claim and its evidence.
        cited: the sentences that the evidence is made of.
        sentences: all of the abstract.
    """
    ours = content_of(links.claim)
    everywhere = [content_of(s) for s in sentences]
    found = []
    for i, word in enumerate(ours):
        if word.weight == LIGHT or word.kind == "number" or word.text in _DEGREES:
            continue
        own = [sum(_shared(ours, i, s, j, way) for way in _WAYS) for s in everywhere for j in _at(word, s)]
        least = max(_LEAST_RUN[word.kind == "name"], max(own, default=0) + 1)
        other = next((t for s in cited if (t := _standing_there(i, s, links, least))), None) if own else None
        if other:
            found.append((word.text, other.text))
    return found


def _at(word: Token, sentence: Sequence[Token]) -> list[int]:
    return [j for j, t in enumerate(sentence) if t.stem == word.stem]


def _standing_there(i: int, sentence: Sequence[Token], links: Alignment, least: int) -> Token | None:
    """Return the word of a sentence beside which stand so many of the words beside word ``i`` of the claim."""
    ours, theirs = content_of(links.claim), content_of(sentence)
    word, counterpart = ours[i], links.counterpart(ours[i])
    for j, other in enumerate(theirs):
        meant = counterpart is not None and counterpart.stem == other.stem
        if meant or not _rivals(word, other) or _listed(word, other, sentence):
            continue
        if any(_shared(ours, i, theirs, j, way) >= least and not _kept(word, other, ours, way) for way in _WAYS):
            return other
    return None


def _rivals(word: Token, other: Token) -> bool:
    """Tell whether two words can stand in each other's place and are not one: both names, or neither."""
    return (
        (word.kind == "name") == (other.kind == "name")
        and other.kind != "number"
        and other.weight != LIGHT
        and by_form(word, other) < FORM
    )


def _listed(word: Token, other: Token, sentence: Sequence[Token]) -> bool:
    """Tell whether a sentence holds a word so near another that both may be items of one list."""
    near = [t.at for t in sentence if t.stem == word.stem and abs(t.at - other.at) <= _LIST]
    joints = [t.at for t in sentence if t.text in JOINTS]
    return any(not any(min(at, other.at) < joint < max(at, other.at) for joint in joints) for at in near)


def _kept(word: Token, other: Token, ours: Sequence[Token], step: int) -> bool:
    """Tell whether the claim keeps the other word and only puts more between it and what follows (or comes before)."""
    return any(t.stem == other.stem and 0 < (word.at - t.at) * step <= _LIST for t in ours)


def _shared(ours: Sequence[Token], i: int, theirs: Sequence[Token], j: int, step: int) -> int:
    """Return how many words in a row are the same from two places on, which stand in one clause with them."""
    count = 0
    while 0 <= i + step < len(ours) and 0 <= j + step < len(theirs):
        a, b, x, y = ours[i], theirs[j], ours[i + step], theirs[j + step]
        if x.stem != y.stem or abs(x.at - a.at) != abs(y.at - b.at):
            break
        if count == 0 and (x.clause != a.clause or y.clause != b.clause):
            break
        count, i, j = count + 1, i + step, j + step
    return count


def crossed_sides(links: Alignment) -> str:
    """Return a word of the claim ("surpasses", "than") whose two sides stand the other way round in the evidence."""
    if passive(links.claim) != passive(links.evidence):
        return ""
    for ours, theirs, compares in _anchors(links):
        both, one = _SIDES[compares]
        sentence = _same_sentence(links.evidence, theirs)
        clause = [t for t in sentence if t.clause == theirs.clause]
        for there in (clause, sentence) if compares else (sentence,):
            left, right = _crossing(ours, theirs, links, there)
            if min(left, right) >= both and max(left, right) >= one:
                return ours.text
    return ""


def _anchors(links: Alignment) -> Iterator[tuple[Token, Token, bool]]:
    """Yield the words with two sides, each with its counterpart and whether it compares."""
    for ours in links.claim:
        if ours.text in _COMPARING:
            yield from ((ours, t, True) for t in links.evidence if t.text == ours.text)
        elif _BETTER.fullmatch(ours.text):
            same = [t for t in links.evidence if _BETTER.fullmatch(t.text) and sign(t.text) == sign(ours.text)]
            yield from ((ours, t, True) for t in same)
    for ours, theirs in links.held:
        verb = ours.kind == "word" and _VERB.fullmatch(ours.text) and not _BETTER.fullmatch(ours.text)
        if verb and ours.text not in _EVEN and by_form(ours, theirs) >= FORM:
            yield ours, theirs, False


def _same_sentence(tokens: Sequence[Token], token: Token) -> list[Token]:
    """Return the tokens of the sentence that a token stands in; see :func:`~rag.grounding.features.join`."""
    sentence: list[Token] = []
    for before, after in pairwise([tokens[0], *tokens]):
        if after.at - before.at > _SENTENCES_APART:
            if token in sentence:
                break
            sentence = []
        sentence.append(after)
    return sentence


def _crossing(ours: Token, theirs: Token, links: Alignment, there: Sequence[Token]) -> tuple[float, float]:
    """Return the share of the words on either side of a word that are on its other side in the evidence."""
    shares = []
    before: Callable[[int, int], bool]
    for before in (lambda x, y: x < y, lambda x, y: x > y):
        crossed = straight = 0.0
        for word in (t for t in links.claim if t.content and before(t.at, ours.at) and t.stem != ours.stem):
            places = [t.at for t in there if t.stem == word.stem]
            sides = {before(at, theirs.at) for at in places}
            if sides == {False}:
                crossed += word.weight
            elif sides == {True}:
                straight += word.weight
        shares.append(crossed / (crossed + straight) if crossed else 0.0)
    return shares[0], shares[1]


def repeats(claim: Sequence[Token], sentences: Sequence[Sequence[Token]]) -> bool:
    """Tell whether a sentence holds the claim's words and negations in their order, few others between them.

    Of a longer claim one word, no name, may stand elsewhere in the sentence.
    """
    ours = _telling(claim)
    return len(ours) > _FEW and any(_in_order(ours, _telling(s)) for s in sentences)


def _telling(tokens: Sequence[Token]) -> list[Token]:
    return [t for t in tokens if t.content or is_negation(t.text)]


def _in_order(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    if not all(any(_one(word, t) for t in theirs) for word in ours):
        return False
    held = Counter(t.stem for t in theirs)
    spare = {t.stem for t in ours if Counter(o.stem for o in ours)[t.stem] <= held[t.stem]}
    free = [k for k, t in enumerate(ours) if t.kind == "word" and not sign(t.text) and t.stem in spare]
    without = [[*ours[:k], *ours[k + 1 :]] for k in free] if len(ours) >= _LONG else []
    return any(_follows(words, theirs) for words in (ours, *without))


def _follows(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    for start in (j for j, t in enumerate(theirs) if _one(ours[0], t)):
        places = [start]
        for word in ours[1:]:
            at = next((j for j in range(places[-1] + 1, len(theirs)) if _one(word, theirs[j])), None)
            if at is None:
                break
            places.append(at)
        if len(places) < len(ours) or places[-1] - start + 1 - len(ours) > _SKIPPED * len(ours):
            continue
        if not any(is_negation(theirs[j].text) for j in range(start, places[-1]) if j not in places):
            return True
    return False


def _one(word: Token, other: Token) -> bool:
    """Tell whether two words are forms of one, neither denying the other."""
    denying = denies(word.text, other.text) or denies(other.text, word.text)
    return by_form(word, other) >= FORM and not denying and is_negation(word.text) == is_negation(other.text)
