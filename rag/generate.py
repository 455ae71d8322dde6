"""Generated answers: a prompt of whole abstracts, streamed text, and sentences held against what they cite."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.errors import ModelError
from ingest.paper import Paper
from prompts import ABSTENTION, load_prompt
from rag.answer import Support, Turn
from rag.compose import Composer, Ground
from rag.grounding import Marked, SupportChecker, Verdict, read_marked

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

PROMPT = "answer"
RESERVED = 1_024
"""Tokens kept free for the answer."""
_HISTORY_TURNS = 4
_HISTORY_CHARACTERS = 600
_BETTER = {"supported": 3, "weak": 2, "unscored": 1, "unsupported": 0}
_NO_CLAIM = re.compile(
    r"^(?:hello|hi|sure|certainly|of course|here (?:is|are)|in summary|thanks?|based on the)\b.{0,60}[:!]?$", re.I
)


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
        ModelError: the model failed before or while it wrote.
    """
    import httpx
    from llama_index.core.llms import ChatMessage
    from ollama import ResponseError

    try:
        for response in llm.stream_chat([ChatMessage(role=role, content=content) for role, content in messages]):
            if response.delta:
                yield response.delta
    except ResponseError as error:
        raise ModelError(f"The model failed: {error.error}.", 'Try again, or set generator = "extractive".') from error
    except (httpx.HTTPError, ConnectionError, ValueError) as error:
        raise ModelError(
            f"The model stopped answering ({type(error).__name__}: {error}).",
            'See whether Ollama runs (citetrail doctor), or set generator = "extractive".',
        ) from error


def abstains(text: str) -> bool:
    """Tell whether a model's text is the abstention phrase, give or take its punctuation."""

    def letters(s: str) -> str:
        return re.sub(r"\W+", "", s).lower()

    return not letters(text) or letters(text).startswith(letters(ABSTENTION))


def ground_text(text: str, papers: Sequence[Paper], checker: SupportChecker, composer: Composer) -> None:
    """Hold each sentence against the papers it cites, re-citing one that another paper carries better.

    Args:
        text: what the model wrote, markers included.
        papers: the sources it was given, in their order.
        checker: judges a sentence against a paper.
        composer: takes the grounded sentences.
    """
    for marked in read_marked(text, len(papers)):
        _ground(marked, papers, checker, composer)


def _ground(marked: Marked, papers: Sequence[Paper], checker: SupportChecker, composer: Composer) -> None:
    if ABSTENTION.rstrip(".") in marked.text or _NO_CLAIM.match(marked.text):
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
