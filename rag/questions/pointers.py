"""Words by which a question leans on the conversation before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.paper import Paper
from rag.questions.asked import names_in
from rag.questions.catalogue_phrases import OVERVIEW
from rag.questions.naming import named_papers
from rag.questions.phrases import any_of
from rag.questions.question import topic_words

_NTH = r"(?:first|second|third|fourth|fifth|last|other|former|latter)"
_WORK = r"(?:paper|method|one|work|approach|model)"
LEANS = any_of(
    r"^\W*(?:and|but|also|so|then|ok(?:ay)?,?|what about|how about|same for)\b",
    r"^\W*(?:why(?: is that| so| not)?|when|how much|how many|how so)\W*$|^\W*(?:really|who|where)\b",
    r"^\W*(?:which one|anything else|any others?|more\b|tell me more|go on|elaborate)",
    r"^\W*(?:compared to what|on (?:which|what)\b|by how much|for which)",
    r"\b(?:it|its|they|them|their|this|that|these|those|he|she|his|her)\b",
    rf"\bthe {_NTH}(?: (?:one|paper|method|work))?\b",
    r"\bthe (?:authors?|paper|methods?|models?|approach|framework|benchmark|data ?set|study|technique|system)\b",
    r"\bthe (?:algorithm|theorem|proof|bound|experiments?|agents?|procedure|architecture|evaluation|core)\b",
    r"\bthe (?:best |strongest |main )?baselines?\b",
    r"\bthe (?:result|gain|improvement|speed-?up)\b|\bas good as it gets\b",
)
NO_POINTER = any_of(
    r"\b(?:papers?|works?|methods?|approach(?:es)?|models?|idea|so|those|benchmarks?|studies|ones?)\s+(?:that|this)\b",
    r"\b(?:claim|argue|show|find|say|shows|finds|says|argues)\s+(?:that|this)\b",
    r"\bthat (?:is|are|was|were|can|do|does|use|uses|have|has|it)\b",
    r"\b(?:is |does )?it (?:is )?(?:possible|true|hard|easy|help|pay|matter|make sense|hurt|work better)\b",
    r"(?<!of )\b(?:these|those) (?:papers|digests)\b",
)
"""Words that look as if they pointed back and do not: the "that" of a clause, the "it" of "is it true"."""
ORDINALS = {"first": 0, "former": 0, "second": 1, "latter": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
ORDINAL = re.compile(
    r"\bthe (first|second|third|fourth|fifth|last|former|latter)\b"
    r"(?! (?:time|to|that|step|stage|phase|order|layer|token|paper to))"
    r"(?P<noun> (?:of (?:them|these|those)|one|paper|method|work|benchmark|data ?set|task|model|baseline))?",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\bthe other(?P<noun> (?:one|paper|method|work|benchmark|data ?set|task|model|baseline|study|algorithm))?\b"
    r"(?! (?:hand|papers|ones|\w+s)\b)",
    re.IGNORECASE,
)
POSSESSIVE = re.compile(r"\b(?:its|their|his|her)\b", re.IGNORECASE)
SUBJECT = any_of(
    rf"\b(?:it|they|them|(?:this|that) {_WORK}|the (?:paper|method|authors|approach|model))\b",
    r"\b(?:this|that)\b(?=\W*$)",
)
GROUP = re.compile(
    r"\b(?:the (?P<end>first|last) (?P<some>two|three|four)(?: of (?:them|these|those))?|these|those|them|both"
    r"|they|each|which ones?|either|neither|all of them"
    r"|(?:the|these|those) (?P<count>two|three|four)(?: papers| of them)?)\b(?! (?:papers|digests)\b)",
    re.IGNORECASE,
)
GROUP_ASKED = re.compile(rf"^\W*(?:which|what|who)? ?(?:one |ones )?(?:of )?(?:{GROUP.pattern})?", re.IGNORECASE)
"""The opening of a question that asks which of several."""
HOW_MANY = re.compile(
    r"^\W*(?:(?:and|so|ok(?:ay)?),? )?how many (?:(?:(?:papers|of (?:them|those|these)) )?(?:is|are|was|were) "
    r"(?:that|those|these|they)|of (?:them|those|these) (?:are|were) there)(?: (?:in (?:all|total)|altogether))?\W*$",
    re.IGNORECASE,
)
"""Asks for the length of the list before it."""
AND_MORE = re.compile(r"^(?:and \d+ more\.|\d+ more papers stand out)", re.MULTILINE)
"""Says that a list is cut short."""
ASKED_PAPERS = re.compile(
    r"^\W*(?:how many|which|what|list|show)(?: me)?(?: all)?(?: the)?\s+(?:papers|articles|works)\b", re.IGNORECASE
)
"""The opening of a question for papers, or for how many."""
COUNTS = {"two": 2, "three": 3, "four": 4, "both": 2, "either": 2, "neither": 2}
ASKS_FOR_PAPERS = re.compile(r"\b(?:papers?|which (?:works?|studies)|digests?|anyone|any)\b", re.IGNORECASE)
BARE_PRONOUN = re.compile(r"\b(?:it|its|they|their|them)\b", re.IGNORECASE)
CONTINUES = re.compile(
    r"\W*(?:(?:and|but|or|so|then|ok(?:ay)?)\b[\s,]*)+(?:(?:what|how) about\b\s*|same for\b\s*)?"
    r"|\W*(?:what about|how about|same for)\b\s*|\W*any(?:thing)?\b(?: here)? (?=(?:on|about|with) )",
    re.IGNORECASE,
)
"""The opening of a question that goes on from the one before."""
ASKS_WHICH_PAPERS = re.compile(
    r"\b(?:which|what|any|list|show|find|other|all|are there)\W+(?:\w+\W+){0,3}(?:papers|works|studies|articles)\b"
    r"|\bwhich (?:of (?:them|these|those)|ones?)\b",
    re.IGNORECASE,
)
"""Asks for papers out of several."""
OUT_OF_SEVERAL = re.compile(r"\bwhich (?:of (?:them|these|those)|ones)\b", re.IGNORECASE)
"""Asks for several of what was named before, in the same question or an earlier one."""
OUT_OF_GROUP = any_of(r"\bof (?:them|these|those|the two|the three)\b", r"^\W*(?:and |so )?which ones?\b")
THINGS_OF_ONE = re.compile(
    r"^\W*(?:and |so )?(?:which|what) (?:[\w-]+ ){0,2}(?:benchmarks?|data ?sets?|methods|approaches|baselines|models)"
    r" (?:did|does|do|was|were|is|are|has|have)\b",
    re.IGNORECASE,
)
"""Asks for several things of one paper, where it names one: "which data sets did TAROT use?"."""
RESTRICTS = re.compile(
    r"^\W*(?:and |but |ok |now )*(?:only|just|of these|of those|of them|among them)\b", re.IGNORECASE
)
ABOUT = re.compile(r"^(?:on|about|for|in|with|using|at|over)\s+(?:the\s+)?", re.IGNORECASE)
DANGLING = re.compile(r"\s+(?:in|from|since|of|with|on|for|and)\s*(?=$|\?)|\s+(?=\?)", re.IGNORECASE)
OF_A_PAPER = re.compile(
    r"\b(?:costs?|data|results?|limits?|limitations?|code|authors?|speed|baselines?|accuracy|method|approach|evaluation"
    r"|benchmarks?|data ?sets?|gains?|drawbacks?|size|numbers?|scores?|performance|complexity|date|title|experiments?"
    r"|time|memory|hardware|training|inference|error|details?)\b",
    re.IGNORECASE,
)
"""What is asked of a paper that is being talked of, by a word that any paper could be asked."""
_LISTED = (
    r"(?:papers?|works?|stud(?:y|ies)|articles?|entries|publications?|surveys?|ones?|others?|anything|something|what)"
)
SIMILAR = any_of(
    rf"\b{_LISTED}\b(?:\s+(?:else|here|is|are|there|that|which|most|more|very|closely|in|this|the|library)\b)*\s+"
    r"(?:similar|related|akin|close(?:st)?|nearest|comparable)\s+(?:to|with)\b",
    rf"\b(?:{_LISTED}|more)\b(?:\s+(?:else|here|is|are|there|that|which|most|more|much)\b)*\s+like\b",
    r"\b(?:similar|neighbou?ring|related|nearest|closest)\s+(?:papers|works?|studies|articles|ones)\b",
    r"\bin the vein of\b",
)
"""Asks for papers that are like one."""
_SIMILAR_ONES = re.compile(
    r"\b(?:similar|neighbou?ring|related|nearest|closest) (?:papers?|works?|stud(?:y|ies)|articles?|ones?)\W*$", re.I
)
IDIOMS = (
    (
        re.compile(
            r"^\W*(?:and )?is (?:that|this|it) (?:as good as it gets|the best (?:possible|one can do))\W*$", re.I
        ),
        "Is it optimal, and is there a lower bound?",
    ),
    (re.compile(r"^\W*(?:and |but |so )*when\W*$", re.I), "When was it published?"),
    (re.compile(r"^\W*(?:and |but |so )*who\W*$", re.I), "Who wrote it?"),
    (
        re.compile(r"^\W*(?:and )?(?:can|could) (?:that|this|it) be (?:improved|beaten|better)\W*$", re.I),
        "Can it be improved further?",
    ),
)
"""Ways of asking in a word or an idiom, and what is meant."""
BARE = 4
"""Words up to which a question with no name in it cannot stand alone."""
ASKS = re.compile(r"\b(?:how|what|who|why|when|where|which|does|do|did|is|are|was|can|has|have)\b", re.IGNORECASE)
SHORT = 9
"""Words up to which a question with no name of its own is taken to lean on what came before."""


def points_back(text: str, papers: Sequence[Paper]) -> bool:
    """Tell whether a pronoun stands before the first paper a question names, and so means another one."""
    pointer = BARE_PRONOUN.search(NO_POINTER.sub(" ", text))
    return pointer is not None and not named_papers(text[: text.find(pointer.group())], papers)


def leans(text: str, papers: Sequence[Paper]) -> bool:
    """Tell whether a question needs the conversation before it.

    One that names a paper stands alone; so does one whose only pointing word is the "that" of a clause.
    """
    if named_papers(text, papers):
        return points_back(text, papers) or (bool(CONTINUES.match(text)) and len(text.split()) <= SHORT)
    if _SIMILAR_ONES.search(text):
        return True  # "are there similar papers?"
    whole = ASKS_FOR_PAPERS.search(text) or OVERVIEW.search(text)
    if len(topic_words(text)) <= 1 and len(text.split()) <= BARE and not names_in(text) and not whole:
        return True  # "how many authors?"
    return bool(LEANS.search(NO_POINTER.sub(" ", text)))
