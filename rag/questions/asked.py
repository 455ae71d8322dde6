"""What a question asks for, held against what an abstract mentions.

Similarity alone does not tell a question that an abstract answers from one it does not (cosine and BM25 maxima
separate them with an AUC of 0.4 to 0.6 on questions after a detail that the right paper leaves out). So the
question is read: the names it uses, the attribute it asks for, the words no abstract of the library knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from ingest.paper import Paper
from ingest.text import normalise
from rag.lexical import STOPWORDS, Analyzer, LexicalIndex, american
from rag.questions.phrases import NO_TOPIC, OF_QUESTIONS, any_of

_NAME = re.compile(
    r"\b(?:[A-Za-z]*[a-z\d][A-Z][\w.+-]*|[A-Z]{2,}[\w.+-]*"
    r"|[A-Za-z]+-?\d[\w.+-]*|[A-Z]\w*-[A-Z\d][\w.+-]*)"
)
_NOT_NAMES = frozenset(
    "LLM LLMs AI ML NLP RL GPU GPUs CPU TPU OK PhD API APIs US UK EU SOTA FAQ CEO PDF JSON ID".split()
)
_TYPO_CUTOFF = 0.84
_LEAST_TYPO = 6
_LEAST_PAPERS = 2
"""Papers that must hold a word before another is taken for a misspelling of it, unless it is but a letter off."""
_WIDE = 5
"""Papers from which a word is used so widely that one a letter off, and no word by itself, is taken for it."""
_LEAST_ASKED = 4
_ASKING = tuple(sorted(w for w in OF_QUESTIONS | STOPWORDS if len(w) > 3))
"""Words that questions are asked in, which no abstract need hold."""
_SHORT_ASKING = ("which", "what", "when", "where", "paper", "papers", "about", "does", "method", "methods")
_ENDINGS = frozenset(" y e s es d ed er ers ing ly al ic ion ions able ies ied".split(" "))
_FORMS = ("", "s", "ed", "ing", "er", "ers")
_LEAST_STEM = 0.75
_analyzer = Analyzer()
_LEAST_KNOWN = 0.5
"""Share of a question's words that must be known before the others are taken for misspellings."""
_FEW = 2
"""Unknown words up to which each is named as missing; a question of many is one in quite other words."""


@dataclass(frozen=True)
class Attribute:
    """A detail readers ask for: how a question asks for it, and how an abstract that gives it says so."""

    name: str
    asks: re.Pattern[str]
    says: re.Pattern[str]


_A_PAPER = (
    r"(?= (?:it|this|that|(?:the|this|that) (?:[\w-]+ ){0,4}?(?:paper|study|work|article|survey|report|method|model"
    r"|benchmark|system)\b|[“\"']?(?-i:[A-Z]))|\W*$)"
)
"""Behind "who wrote": the paper, or what it brings; not a text that it is about."""
ATTRIBUTES = (
    Attribute(
        "a licence",
        any_of(r"\blicen[cs]e|\blicensed"),
        any_of(r"\blicen[cs]e|\bapache|\bmit license|creative commons"),
    ),
    Attribute(
        "the hardware or the time of training",
        any_of(
            r"\b(?:how many|which|what|type of|kind of)\b[^?]{0,30}\b(?:[gt]pus?|[ah]100s?|accelerators?)\b",
            r"\b(?:which|what|type of|kind of) (?:\w+ )?hardware\b",
            r"\b(?:gpu|tpu|compute)[- ](?:hours?|days?)\b",
            r"\b(?:how much|how long|what|which)\b[^?]{0,30}(?<!\bat )(?<!\bonly at )\btraining time\b",
            r"\bhow long\b[^?]{0,40}\b(?:train|take)",
        ),
        any_of(
            r"\b[gt]pus?\b|\b[ah]100|\bhardware\b|\baccelerators?\b",
            r"\b(?:\d[\d.,]*|few|several|many|within|one|two|three|a|an|half)[\s-]+(?:[gt]pu[- ])?"
            r"(?:hours?|minutes?|days?|(?:milli)?seconds?|weeks?|months?|ms)\b|\d\s?m?s\b|\breal[- ]time\b",
        ),
    ),
    Attribute(
        "who wrote it, or where they work",
        any_of(
            r"^\W*who (?:was|is|were|has|have)\b.{0,60}\b(?:written|wrote)\b|\bwho (?:are the authors|is the (?:first "
            r"|lead |senior )?author)",
            rf"\bwho (?:wrote|authored|developed|made|created|built)\b{_A_PAPER}",
            r"\baffiliat|\bwhich (?:university|lab|company|institution|institute|research group)\b",
            r"\bwhich group (?:of (?:authors|researchers|people)|wrote|did|made|built|developed|at)\b",
            r"\bname of the (?:first |lead )?author|\b(?:first|lead|corresponding) author",
        ),
        any_of(r"\buniversity\b|\binstitute\b|\bresearch lab"),
    ),
    Attribute(
        "an arXiv identifier or a DOI",
        any_of(r"\barxiv (?:id|number|identifier|link|url|page|version)\b|\bdoi\b"),
        any_of(r"\barxiv:?\s?\d|\bdoi\b"),
    ),
    Attribute("a learning rate", any_of(r"\blearning[- ]rates?\b"), any_of(r"\blearning[- ]rates?\b")),
    Attribute("a batch size", any_of(r"\bbatch[- ]sizes?\b"), any_of(r"\bbatch(?:es|[- ]sizes?)?\b")),
    Attribute(
        "an optimiser",
        any_of(r"\b(?:which|what) optimi[sz]er\b"),
        any_of(r"\boptimi[sz]er|\badam|\bsgd\b|gradient descent"),
    ),
    Attribute(
        "random seeds",
        any_of(r"\brandom seeds?\b|\b(?:how many|number of|over|across|which) (?:\w+ )?seeds?\b(?! (?:pair|example))"),
        any_of(r"\bseeds?\b"),
    ),
    Attribute(
        "a price or cost in money",
        any_of(
            r"\b(?:how much|what)\b[^?]{0,40}\b(?:dollars?|euros?|usd|money|salary)\b(?! \w+(?:er|or|ist)s?\b)",
            r"\bhow much\b[^?]{0,40}\b(?:pay|paid|price(?! in\b))\b",
            r"\b(?:annotat\w+|workers?|participants?|subjects?|volunteers?|raters?)\b[^?]{0,40}\b(?:paid|pay|wages?)\b",
            r"\b(?:price|pay|paid) (?:for|of|per) (?:the |an? )?"
            r"(?:(?:training|licen[cs]e|api|subscription|run|annotation)\b|[“\"']?(?-i:[A-Z]))",
            r"\bcosts? in (?:dollars|usd|money)|\bhow many (?:dollars|euros|usd)\b",
        ),
        any_of(r"\$|\bdollars?\b|\busd\b|\bbudget|\bprice|\bmonetary"),
    ),
    Attribute(
        "where it was published",
        any_of(
            r"\b(?:which|what) (?:conference|venue|journal|workshop)|\b(?:conference|venue|journal) (?:was|is|did)",
            r"\bpublished (?:at|in) (?:which|what)\b",
        ),
        any_of(r"\bconference\b|\bjournal\b|\bworkshop\b|\bneurips\b|\bicml\b|\biclr\b|\bacl\b"),
    ),
    Attribute(
        "who paid for it",
        any_of(r"\bfund(?:ed|ing|ers?)\b|\bgrants?\b|\bsponsor"),
        any_of(r"\bfund(?:ed|ing)\b|\bgrants?\b|\bsponsor"),
    ),
    Attribute(
        "human annotators or judges",
        any_of(
            r"\bannotators?\b|\bcrowd-?workers?\b|\binter-annotator|\buser stud(?:y|ies)\b"
            r"|\bhuman[- ](?:evaluations?|stud(?:y|ies)|raters?|judges?|judge?ments?|ratings?)\b"
        ),
        any_of(
            r"\bannotat|\bcrowd|\bhuman[- ](?:rat|expert|evaluat|judg|label|stud|feedback|preference|scor)"
            r"|\b(?:participants?|volunteers?|raters?)\b|\buser stud"
        ),
    ),
    Attribute(
        "a carbon footprint or energy use",
        any_of(
            r"\bcarbon (?:footprint|emission|cost|dioxide|intensity)|\bco2\b|\benergy (?:use|consum)|\bkwh\b",
            r"\b(?:how much|how many|what|which)\b[^?]{0,20}(?<!-)\bemissions?\b"
            r"(?! (?:hmms?|prob|distribution|model|matri|spectr|line|source))",
        ),
        any_of(r"\bcarbon|\bco2|\bemission|\benergy|\bpower\b"),
    ),
)
_INSIDE = re.compile(r"[a-z,]\s$")
"""Ends what stands before a word inside a sentence."""


def names_in(text: str) -> tuple[str, ...]:
    """Return the names a text uses: words with capitals inside, acronyms, and words with a version number."""
    found = (match.group().rstrip(".+-") for match in _NAME.finditer(text))
    return tuple(dict.fromkeys(n for n in found if n not in _NOT_NAMES and len(n) > 1))


def mentions(paper: Paper, name: str) -> bool:
    """Tell whether a paper's title or abstract holds a name as a word, whatever its case, hyphens and spaces.

    A version may follow ("Qwen" in "Qwen2.5-7B", "StarCraft" in "StarCraftII"); letters may not ("RAG" is not in
    "average"). Of a name joined to a common word ("MCTS-style", "Python-Heuristiken") the part that is a name is
    enough.
    """
    text = normalise(f"{paper.title} {paper.abstract}")
    if as_word(name).search(text):
        return True
    parts = name.split("-")
    named = [p for p in parts if re.search(r"[A-Z]", p) and len(p) > _FEW and (p.isupper() or p == parts[0])]
    joined = [p for p in parts if p not in named]
    common = bool(joined) and all(p.isalpha() and len(p) > _FEW + 1 and not names_in(p) for p in joined)
    written = f"{paper.title} {paper.abstract}"  # the "BIG" of a benchmark is not every "big"
    return common and any(re.search(rf"(?<![A-Za-z]){re.escape(p)}(?![A-Za-z])", written) for p in named)


@lru_cache(maxsize=2_000)
def as_word(name: str) -> re.Pattern[str]:
    """Return the pattern of a name in normalised text, its hyphens, dots and spaces free, a plural allowed."""
    letters = re.sub(r"[^a-z0-9]+", "", normalise(name))
    letters = letters[:-1] if letters.endswith("s") and len(letters) > _LEAST_ASKED else letters
    if not letters:
        return re.compile(r"(?!)")
    body = r"[-\s.]?".join(map(re.escape, letters))
    after = r"(?![0-9])(?!\.[0-9])" if letters[-1].isdigit() else ""
    return re.compile(rf"(?<![a-z0-9]){body}(?:s|i{{2,3}}|iv)?(?![a-z]){after}")


def absent_attributes(question: str, paper: Paper) -> tuple[str, ...]:
    """Return the attributes that a question asks for and a paper's abstract says nothing of."""
    return tuple(a.name for a in ATTRIBUTES if a.asks.search(question) and not a.says.search(paper.abstract))


def one_letter_off(word: str, other: str) -> bool:
    """Tell whether two words of at least four letters and the same first one differ in one letter, or in two exchanged.

    That is an edit distance of one, exchanges counted as one edit (Damerau 1964).
    """
    if word[:1] != other[:1] or abs(len(word) - len(other)) > 1 or min(len(word), len(other)) < _LEAST_ASKED:
        return False
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    rest, others = word[same:], other[same:]
    swapped = len(rest) > 1 and rest[:2] == others[:2][::-1] and rest[2:] == others[2:]
    return rest != others and (swapped or rest[1:] in (others, others[1:]) or rest == others[1:])


def unknown_words(question: str, index: LexicalIndex) -> tuple[str, ...]:
    """Return the rare words of a question whose stem no abstract of the library holds; empty where they are many.

    A rare word is one that the tokenizer has no token for: a common word ("clever") may be said otherwise by an
    abstract, a term ("qubits") hardly. One a letter off a word that is held is taken for a slip of the pen.
    """
    words = dict.fromkeys(re.findall(r"(?<![\w-])[^\W\d_]{4,}(?![\w-])", normalise(question)))
    from ingest.passages import token_counter

    count, known = token_counter(), index.document_frequency
    rare = (w for w in words if w not in NO_TOPIC and len(count(f" {w}")) > 1)
    strange = (w for w in rare if index.analyzer.stem(w) not in known)
    unknown = [w for w in strange if not any(one_letter_off(index.analyzer.stem(w), term) for term in known)]
    return tuple(unknown) if len(unknown) <= _FEW else ()


def mend_typos(
    question: str, vocabulary: Mapping[str, int], names: Mapping[str, str] | None = None
) -> tuple[str, dict[str, str]]:
    """Replace words that the library does not know by the nearest one it does, where one is near.

    A word that has a capital inside a sentence is a name, so it is read as no other word than a name.

    Args:
        question: as asked.
        vocabulary: the library's words and how many papers hold each.
        names: names it uses, as they are written, by their lower case.

    Returns:
        The question mended, and what was replaced by what.
    """
    import difflib

    mended: dict[str, str] = {}
    names = names or {}
    words = re.findall(r"[^\W\d_]+", normalise(question))
    titled = 2 * sum(w[0].isupper() for w in re.findall(r"[^\W\d_]+", question)) > len(words)
    known = sum(w in vocabulary or w in STOPWORDS or len(w) < _LEAST_TYPO for w in words)
    if known < _LEAST_KNOWN * len(words):  # another language, or quite another subject
        return question, mended

    def mend(match: re.Match[str]) -> str:
        word = normalise(match.group())
        if len(word) < _LEAST_ASKED or word in vocabulary or word in _ASKING or names_in(match.group()):
            return match.group()
        if (ours := american(word)) != word and ours in vocabulary:
            mended[match.group()] = ours
            return ours
        if len(word) >= _LEAST_TYPO and is_common(word) and not _slip_of_a_wide_one(word, vocabulary):
            return match.group()
        alike = (w for w in (*_ASKING, *vocabulary) if abs(len(w) - len(word)) <= _FEW and w[0] == word[0])
        near = [w for w in alike if vocabulary.get(w, _LEAST_PAPERS) >= _LEAST_PAPERS or one_letter_off(word, w)]
        if match.group()[0].isupper() and not titled and _INSIDE.search(question, 0, match.start()):
            near = [w for w in near if w in names]
        near = near if len(word) >= _LEAST_TYPO else [w for w in near if w in _SHORT_ASKING]
        best = difflib.get_close_matches(word, near, n=1, cutoff=_TYPO_CUTOFF)
        slips = [w for w in near if one_letter_off(word, w)]
        best = best or (slips if len(slips) == 1 else [])
        if not best or _same_family(word, best[0]):
            return match.group()
        mended[match.group()] = meant = names.get(best[0], best[0])
        return meant

    return re.sub(r"[^\W\d_]+", mend, question), mended


def _slip_of_a_wide_one(word: str, vocabulary: Mapping[str, int]) -> bool:
    """Tell whether a word that is common only as a form of another ("traning") is a letter off one of many papers."""
    from ingest.passages import token_counter

    if len(token_counter()(f" {word}")) == 1:
        return False
    return any(papers >= _WIDE and one_letter_off(word, other) for other, papers in vocabulary.items())


def is_common(word: str) -> bool:
    """Tell whether a word, or what it is a form of, is one the tokenizer has a token for, so no slip of the pen."""
    from ingest.passages import token_counter

    word = american(word)
    stems = (word.removesuffix(ending) for ending in _FORMS if word.endswith(ending))
    forms = (form for stem in stems for form in (stem, f"{stem}e") if len(form) >= _LEAST_ASKED - 1)
    return any(len(token_counter()(f" {form}")) == 1 for form in forms)


def _same_family(word: str, other: str) -> bool:
    """Tell whether two words are forms of one word (plural, tense): of one stem, and alike but for an ending."""
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    if shared < _LEAST_STEM * len(word) or _analyzer.stem(word) != _analyzer.stem(other):
        return False
    return word[shared:] in _ENDINGS and other[shared:] in _ENDINGS
