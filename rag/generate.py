"""Generated answers: a prompt of whole abstracts, streamed text, and sentences held against what they cite."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ingest.errors import ModelError
from ingest.paper import Paper
from prompts import ABSTENTION, load_prompt
from rag.answer import Support, Turn
from rag.compose import Composer, Ground
from rag.grounding import Marked, SupportChecker, Verdict, read_marked, strip_markers

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

PROMPT = "answer"
RESERVED = 1_024
"""Tokens kept free for the answer."""
_HISTORY_TURNS = 4
_HISTORY_CHARACTERS = 600
_ERROR_CHARACTERS = 200
_TRY_AGAIN = 'Try again, or set generator = "extractive".'
_SEE_OLLAMA = 'See whether Ollama runs (citetrail doctor), or set generator = "extractive".'
_BETTER = {"supported": 3, "weak": 2, "unscored": 1, "unsupported": 0}
_OPENING = re.compile(
    r"\W*+(?:hello|hi|sure|certainly|of course|here(?: is| are|['’]s)|in summary|thanks?|based on|according to)\b", re.I
)
_OF_NO_CLAIM = frozenset(
    """hello hi there sure certainly of course here s is are in summary short brief thanks thank you for asking your
    based on according to the these those abstract abstracts paper papers source sources given provided above below
    following relevant listed numbered context information i me can from an a and what they say says found find
    question answer answers asked list some all however but unfortunately so still otherwise""".split()
)
"""Words of a preamble; a sentence with any other word in it may claim something."""
_TOPIC = re.compile(r"\b(?:about|regarding|concerning|related to)(?: [^\W\d][\w-]*){1,4}:$", re.I)
"""What the papers that follow are about, at the end of a heading."""
_WHOLE = re.compile(r"(?:[^\d.][.!?]|[!?])[\"'”’)*_]*$")
_WHOLE_BEFORE_MORE = re.compile(r"[.!?][\"'”’)*_]*$")
_OPEN_MARKER = re.compile(r"\s*[\[【][^\]】]{0,12}$")


def fit_sources(
    papers: Sequence[Paper], question: str, history: Sequence[Turn], window: int
) -> tuple[list[Paper], str]:
    """Return as many of the best papers as the model's window holds, and a word on those left out.

    Raises:
        ModelError: not even one abstract fits.
    """
    from ingest.passages import token_counter

    count = token_counter()
    bare = sum(len(count(m)) for _, m in build_messages([], question, history))
    room = window - RESERVED - bare
    fitting: list[Paper] = []
    for number, paper in enumerate(papers, start=1):
        room -= len(count(source_text(number, paper)))
        if room < 0:
            break
        fitting.append(paper)
    if not fitting:
        raise ModelError(
            f"The question and one abstract do not fit the model's window of {window} tokens.",
            "Set num_ctx higher (CITETRAIL_NUM_CTX), or ask a shorter question.",
        )
    left = len(papers) - len(fitting)
    return fitting, f"{left} of {len(papers)} retrieved papers did not fit the model's window" if left else ""


def source_text(number: int, paper: Paper) -> str:
    """Return one source as the prompt shows it."""
    return f"[{number}] {paper.title}\n{paper.abstract}"


def build_messages(papers: Sequence[Paper], question: str, history: Sequence[Turn]) -> list[tuple[str, str]]:
    """Render the prompt as ``(role, content)`` messages."""
    recent = history[-_HISTORY_TURNS:]
    said = "\n".join(f"{turn.role}: {turn.content[:_HISTORY_CHARACTERS]}" for turn in recent)
    sources = "\n\n".join(source_text(n, p) for n, p in enumerate(papers, start=1))
    rendered = load_prompt(PROMPT).messages(sources=sources, history=said, question=question)
    return [(message.role, message.content) for message in rendered]


def stream_text(llm: LLM, messages: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield the model's text as it comes.

    Raises:
        ModelError: the model failed before or while it wrote, or was cut off.
    """
    import httpx
    from llama_index.core.llms import ChatMessage
    from ollama import ResponseError

    last: object = None
    try:
        for response in llm.stream_chat([ChatMessage(role=role, content=content) for role, content in messages]):
            last = response.raw
            if response.delta:
                yield response.delta
    except ResponseError as error:
        status = f" (HTTP {error.status_code})" if error.status_code > 0 else ""
        raise ModelError(f"The model failed{status}: {_brief(error.error)}.", _TRY_AGAIN) from error
    except (AttributeError, TypeError) as error:  # Ollama's client takes all JSON it gets for a mapping
        raise ModelError(f"The model sent no answer ({_brief(error.__context__ or error)}).", _SEE_OLLAMA) from error
    except (httpx.HTTPError, ConnectionError, ValueError) as error:
        said = f"The model stopped answering ({type(error).__name__}: {_brief(error)})."
        raise ModelError(said, _SEE_OLLAMA) from error
    _check_ended(last)


def _check_ended(record: object) -> None:
    """Hold the last record of a stream against how Ollama ends one; other models' records tell nothing.

    Raises:
        ModelError: the model did not come to its end.
    """
    if not isinstance(record, Mapping) or "done" not in record:
        return
    if not record["done"]:
        raise ModelError("The model stopped answering (its stream ended without a last record).", _SEE_OLLAMA)
    if record.get("done_reason") == "length":
        raise ModelError(
            "The model was cut off at its greatest length.", "Set num_ctx higher (CITETRAIL_NUM_CTX), or ask for less."
        )


def _brief(error: object) -> str:
    """Return the first line of what an error says."""
    lines = str(error).strip().splitlines()
    return textwrap.shorten(lines[0], _ERROR_CHARACTERS) if lines else "no reason given"


def says_nothing(text: str) -> bool:
    """Tell whether a model's text holds no words: nothing, or markers and punctuation alone."""
    return not read_marked(text, 0)


def abstains(text: str) -> bool:
    """Tell whether a model's text is the abstention phrase, give or take its punctuation, or says nothing."""

    def letters(s: str) -> str:
        return re.sub(r"\W+", "", s).lower()

    return says_nothing(text) or letters(text).startswith(letters(ABSTENTION))


def ground_text(
    text: str, papers: Sequence[Paper], checker: SupportChecker, composer: Composer, *, broken: bool = False
) -> None:
    """Hold each sentence against the papers it cites, re-citing one that another paper carries better.

    Args:
        text: what the model wrote, markers included.
        papers: the sources it was given, in their order.
        checker: judges a sentence against a paper.
        composer: takes the grounded sentences.
        broken: the model did not come to its end; a last sentence that is not whole is unsupported, whatever its
            words, since those that were to follow might have turned it round.
    """
    if broken:
        text = _OPEN_MARKER.sub("", text)
    read = read_marked(text, len(papers))
    unfinished = read.pop() if broken and read and not _is_whole(text) else None
    for marked in read:
        _ground(marked, papers, checker, composer)
    if unfinished:
        composer.add(unfinished.text, "unsupported", score=0.0)


def _is_whole(text: str) -> bool:
    """Tell whether a text that may have been cut off ends with a sentence; "above 70." may go on "1%"."""
    bare = strip_markers(text)
    return bool((_WHOLE if text.lstrip() == bare else _WHOLE_BEFORE_MORE).search(bare))


def _claims_nothing(text: str) -> bool:
    """Tell whether a sentence is a preamble or the abstention phrase, and no more than that."""
    rest, declining = re.subn(re.escape(ABSTENTION.rstrip(".")), " ", text, flags=re.IGNORECASE)
    words = re.findall(r"\w+", _TOPIC.sub(" ", rest).lower())
    return bool(declining or _OPENING.match(text)) and _OF_NO_CLAIM.issuperset(words)


def _ground(marked: Marked, papers: Sequence[Paper], checker: SupportChecker, composer: Composer) -> None:
    if _claims_nothing(marked.text):
        composer.say(marked.text)
        return
    cited = [papers[n - 1] for n in marked.numbers]
    judged = [(paper, checker.check(marked.text, paper)) for paper in cited]
    best = _best(judged)
    if best is None or best[1].support != "supported":
        others = [(p, checker.check(marked.text, p)) for p in papers if p not in cited]
        other = _best(others)
        if other and (best is None or _BETTER[other[1].support] > _BETTER[best[1].support]):
            judged, best = [other], other
    if best is None or best[1].support == "unsupported":
        composer.add(marked.text, "unsupported", score=best[1].score if best else 0.0)
        return
    kept = [(paper, verdict) for paper, verdict in judged if verdict.support in ("supported", "weak")]
    grounds: list[Ground] = [(paper, span) for paper, verdict in kept for span in verdict.evidence]
    support: Support = best[1].support
    composer.add(marked.text, support, grounds, score=best[1].score)


def _best(judged: Sequence[tuple[Paper, Verdict]]) -> tuple[Paper, Verdict] | None:
    return max(judged, key=lambda pair: (_BETTER[pair[1].support], pair[1].score), default=None)
