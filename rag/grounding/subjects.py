"""Whom a sentence speaks of that says "our method" or "it": another's name in that place says what it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.grounding.align import FORM, Alignment, by_form
from rag.grounding.roles import passive
from rag.grounding.tokens import LIGHT, Token

_AUTHORS = frozenset("we our".split())
_POINTING = frozenset("it they this these".split())
_OWN_WORK = frozenset("proposed resulting new novel".split())
"""Words that make "the method" the authors' own."""
_WORKS = re.compile(
    r"(?:approach|method|model|framework|system|algorithm|technique|agent|architecture|strateg|scheme|polic|pipeline"
    r"|network|estimator|solver|procedure|variant|design|objective|recipe|tool|baseline)(?:s|y|ies|es)?"
)
_HELPING = frozenset(
    "is are was were be been has have had can could may might will would does do did also both then thus further even"
    " still not only all".split()
)
_BE = frozenset("is are was were be been being".split())
_JOINING = frozenset(
    "with on in of for by to from using than over under via at as like between and or within across through against"
    " without when if while".split()
)
"""Words before a name that make it no subject, or not the only one."""
_COMPARING = re.compile(
    r"than|over|versus|vs|against|compar\w+|unlike|relative|(?:under|out)perform\w*|surpass\w*|exceed\w*|beat(?:s|ing)?"
)
_MOST_WORDS = 5
"""Words of the subject looked at: the last before its verb."""
_PLACING = frozenset("on in across".split())
_BESIDE = 2
_HEAD = 3
"""Words before the colon of a title up to which they are a name."""
_WITHIN = 12
"""Words after a word of comparison within which a name is what is compared against."""


def strange_subjects(
    links: Alignment, cited: Sequence[Sequence[Token]], sentences: Sequence[Sequence[Token]], title: Sequence[Token]
) -> list[tuple[str, str]]:
    """Return subjects of the claim that are another's, each with the word for the authors' own in whose place it is.

    A place is known by the word that follows the subject. Another's is what the sentence cited compares against, and a
    name that the abstract only compares against, or has only before it comes to the authors' own work.

    Args:
        links: the claim and its evidence.
        cited: the sentences that the evidence is made of.
        sentences: all of the abstract.
        title: whose names may always be meant.
    """
    names = _own_names(title)
    found = []
    for ours in links.claim:
        match = links.counterpart(ours) if ours.kind == "word" else None
        subject = _subject(ours, links.claim) if match else []
        if match is None or not subject or any(_one_of(s, title) or _compared(s, links.claim) for s in subject):
            continue
        sentence = max(cited, key=lambda s: _shared(links.claim, s))
        for verb in (t for t in sentence if t.stem == match.stem and t.kind == "word"):
            cue = _cue(verb, sentence, names)
            if not cue or _turned(ours, verb, links.claim, sentence):
                continue
            said = _said_elsewhere(subject, verb, sentence, sentences)
            if not said and _is_others(subject, cue, verb, sentence, sentences, names):
                found.append((subject[-1].text, cue))
    return found


def _own_names(title: Sequence[Token]) -> list[Token]:
    """Return the names that stand before a title's colon: a paper's own, as other words there may have capitals."""
    head = [t for t in title if t.content and t.clause == 0]
    return [t for t in head if t.kind == "name"] if title[-1:] and title[-1].clause and len(head) <= _HEAD else []


def _one_of(word: Token, tokens: Sequence[Token]) -> bool:
    return any(by_form(word, t) >= FORM for t in tokens)


def _shared(claim: Sequence[Token], sentence: Sequence[Token]) -> float:
    held = {t.stem for t in sentence}
    return sum(t.weight for t in claim if t.content and t.stem in held)


def _said_elsewhere(
    subject: Sequence[Token], verb: Token, sentence: Sequence[Token], sentences: Sequence[Sequence[Token]]
) -> bool:
    """Tell whether another sentence says the verb of the subject's last word."""
    return any(
        t.stem == verb.stem and any(by_form(subject[-1], x) >= FORM for x in other if 0 < t.at - x.at <= _MOST_WORDS)
        for other in sentences
        if other is not sentence
        for t in other
    )


def _before(verb: Token, tokens: Sequence[Token]) -> list[Token]:
    """Return the words of the clause before a verb, nearest first, without those that help it."""
    earlier = [t for t in tokens if t.at < verb.at and t.clause == verb.clause][::-1]
    while earlier and (earlier[0].text in _HELPING or (len(earlier[0].text) > 4 and earlier[0].text.endswith("ly"))):
        earlier.pop(0)
    return earlier


def _subject(verb: Token, claim: Sequence[Token]) -> list[Token]:
    """Return the telling words of a subject that stands right before a verb; none where it is not plainly one."""
    subject: list[Token] = []
    for token in _before(verb, claim)[:_MOST_WORDS]:
        if token.text in ("that", "which"):
            break
        if token.text in _JOINING or token.text in _AUTHORS | _POINTING or token.kind == "number":
            return []
        if token.content and token.weight > LIGHT and not _WORKS.fullmatch(token.text):
            subject.insert(0, token)
    return subject


def _cue(verb: Token, sentence: Sequence[Token], names: Sequence[Token]) -> str:
    """Return the word by which the subject before a verb is the authors' own or what was spoken of; else nothing."""
    earlier = _before(verb, sentence)
    if not earlier:
        return ""
    first = earlier[0].text
    if first in ("we", "it", "they"):
        return first
    work = _WORKS.fullmatch(first)
    named = earlier[bool(work) : bool(work) + 1]
    if named and named[0].kind == "name" and _one_of(named[0], names):
        return "" if any(t.text in _JOINING for t in earlier[:4]) else named[0].text
    for token in earlier[1:4] if work else ():
        if token.text in ("our", "this", "these") or token.text in _OWN_WORK:
            return f"{token.text} {first}"
        if token.kind != "word":
            return ""
    return ""


def _turned(ours: Token, theirs: Token, claim: Sequence[Token], sentence: Sequence[Token]) -> bool:
    """Tell whether only one of two verbs is passive: their subjects are different things."""
    if passive(claim) != passive(sentence):
        return True
    here, there = _helped(ours, claim), _helped(theirs, sentence)
    participle = ours.text.endswith("ed") and not theirs.text.endswith("ed")
    return participle or bool(here & _BE) != bool(there & _BE)


def _helped(verb: Token, tokens: Sequence[Token]) -> set[str]:
    return {t.text for t in tokens if 0 < verb.at - t.at <= 2 and t.clause == verb.clause}


def _is_others(
    subject: Sequence[Token],
    cue: str,
    verb: Token,
    sentence: Sequence[Token],
    sentences: Sequence[Sequence[Token]],
    names: Sequence[Token],
) -> bool:
    """Tell whether a subject is not what a cue before a verb stands for."""
    here = [[t for t in sentence if by_form(word, t) >= FORM] for word in subject]
    if all(here):
        return all(t.at > verb.at and _compared(t, sentence) for places in here for t in places)
    called = [t for t in subject if t.kind == "name"]
    if not called or any(here):
        return False
    if any(cue == t.text for t in sentence if t.kind == "name"):
        return all(_is_another(name, names, sentences) for name in called)
    return all(_only_others(name, cue, sentence, sentences, names) for name in called)


def _is_another(name: Token, names: Sequence[Token], sentences: Sequence[Sequence[Token]]) -> bool:
    """Tell whether an abstract has a name, and never beside one of the title's, as a name's other form stands."""
    places = [(s, t) for s in sentences for t in s if by_form(name, t) >= FORM]
    beside = any(0 < abs(x.at - t.at) <= _BESIDE and _one_of(x, names) for s, t in places for x in s)
    return bool(places) and not beside


def _only_others(
    name: Token, cue: str, sentence: Sequence[Token], sentences: Sequence[Sequence[Token]], names: Sequence[Token]
) -> bool:
    """Tell whether the abstract has a name, but nowhere as what the authors' own work or "it" may be."""
    ours = [any(t.text in _AUTHORS or t.text == "paper" or _one_of(t, names) for t in s) for s in sentences]
    first = ours.index(True) if True in ours else 0
    at = next((i for i, s in enumerate(sentences) if s is sentence), 0)
    near = cue.split()[0] in _POINTING
    since = _antecedent(at, sentences) if near else at
    mentions = list(_mentions(name, sentences))
    return bool(mentions) and all(
        aside or not (ours[i] or since <= i <= at or not (near or i < first)) for i, aside in mentions
    )


def _antecedent(at: int, sentences: Sequence[Sequence[Token]]) -> int:
    """Return the sentence from which on stands what "it" may be: the one before, and on while that says "it" too."""
    while at > 0:
        at -= 1
        if not any(t.text in _POINTING for t in sentences[at][:_MOST_WORDS]):
            break
    return at


def _mentions(name: Token, sentences: Sequence[Sequence[Token]]) -> Iterator[tuple[int, bool]]:
    """Yield the sentence of each mention of a name, and whether it is compared against there, or a place."""
    for i, sentence in enumerate(sentences):
        places = [t for t in sentence if by_form(name, t) >= FORM]
        yield from ((i, _compared(t, sentence) or _is_place(t, sentence)) for t in places)


def _compared(token: Token, sentence: Sequence[Token]) -> bool:
    return any(0 < token.at - t.at <= _WITHIN and _COMPARING.fullmatch(t.text) for t in sentence)


def _is_place(token: Token, sentence: Sequence[Token]) -> bool:
    return any(0 < token.at - t.at <= _BESIDE and t.text in _PLACING for t in sentence)
