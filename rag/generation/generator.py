"""A model's answer to one question: prompt, stream, grounding, and what the reader gets where any of it fails."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.errors import ModelError
from prompts import load_prompt
from rag.abstention.declining import say_unsaid
from rag.answer import Event, Thought, Token, Turn
from rag.compose import Composer
from rag.extractive.answers import Draft, Extractive, correct, decline
from rag.extractive.extract import Picked
from rag.generation.echoes import Echoes
from rag.generation.evidence import Evidence
from rag.generation.fit import Useful, fit
from rag.generation.gaps import Gaps
from rag.generation.ground import Grounder
from rag.generation.modes import MODES, SELECT_BELOW, mode_for
from rag.generation.nearness import nearness, usefulness
from rag.generation.obeyed import orders_met
from rag.generation.reading import Reading, Task
from rag.generation.ruler import Ruler
from rag.generation.sources import Source, papers_to_read, sources_of
from rag.generation.telling import Telling, sentences
from rag.grounding import SupportChecker
from rag.questions.demands import without_told_orders
from rag.questions.filters import looking_only
from rag.questions.question import Question
from rag.timing import Clock
from rag.writer import Message, Piece, Usage, Writer

if TYPE_CHECKING:
    from rag.retrieval.picker import HybridPicker

_NO_ANSWER = "the model found no answer in the abstracts"
_LONGEST_THINKING = 20_000
"""Characters of a model's reasoning that an answer keeps."""


@dataclass
class Made:
    """How an answer was made."""

    generator: str
    mode: str = ""
    prompt: str = ""
    thinking: str = ""
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True)
class _Asked:
    """What a model is asked, and what is made of what it says."""

    messages: tuple[Message, ...]
    task: Task


@dataclass
class Generation:
    """Answers questions with a model, over papers that were retrieved.

    Args:
        writer: the model.
        extractive: answers where the model cannot.
        checker: judges a sentence against a paper.
        picker: tells how near sentences are to a text.
        answer_mode: the setting of that name.
        on_unsupported: the setting of that name.
    """

    writer: Writer
    extractive: Extractive
    checker: SupportChecker
    picker: HybridPicker
    answer_mode: str = "auto"
    on_unsupported: str = "mark"

    def __post_init__(self) -> None:
        """Choose the way of answering, which stays the same as long as the model does."""
        self.mode = mode_for(self.writer, self.answer_mode)
        self._is_small = (self.writer.billions or SELECT_BELOW) < SELECT_BELOW
        self._ruler = Ruler()

    def answer(
        self, question: Question, turns: Sequence[Turn], draft: Draft, clock: Clock
    ) -> Generator[Event, None, Made]:
        """Let the model answer; yield what can be shown as it comes.

        A model that fails before its first word, writes nothing of use, by the policy is to give way, or is small and
        finds no answer, is replaced by the papers' own sentences; one that stops midway keeps what it wrote so far. All
        of it is said in the notes.

        Args:
            question: as read.
            turns: the conversation, which the model is told where the question leans on it.
            draft: holds the papers retrieved, and takes the answer.
            clock: takes the time of each stage.
        """
        made = Made(self.writer.name, self.mode, load_prompt(MODES[self.mode].prompt).label)
        asked = self._asked(question, turns, draft)
        clock.lap("prompt")
        if asked is None:
            yield from self._give_way(question, draft, made)
            return made
        yield from _say_filters(asked.task, self.extractive)
        reading = MODES[self.mode].read(asked.task)
        broken = yield from self._listen(asked, reading, made, clock)
        outcome = yield from reading.end(broken)
        asked.task.telling.close()
        if outcome == "nothing" and not broken:
            draft.notes.append("the model wrote nothing that can be used; the papers' own sentences stand in its place")
        if outcome in ("nothing", "failed"):
            yield from self._give_way(question, draft, made, shown=outcome == "failed")
        elif outcome == "declined" and self._is_small and self.mode != "select" and not draft.missing:
            draft.notes.append(f"{_NO_ANSWER}; it is a small one, so the papers' own sentences are looked at")
            yield from self._give_way(question, draft, made, shown=self.mode == "plain")
        elif outcome == "declined":
            yield from self._decline(draft)
        elif self.mode != "select":
            yield from self._add_findings(asked.task)
        clock.lap("ground")
        return made

    def _asked(self, question: Question, turns: Sequence[Turn], draft: Draft) -> _Asked | None:
        """Return what the model is asked; ``None`` where there is nothing to read, or it does not fit."""
        sources = sources_of(papers_to_read(question, draft, self.extractive.retriever))
        if not sources:
            return None

        def render(shown: Sequence[Source], history: str) -> list[Message]:
            return MODES[self.mode].messages(question.standalone, shown, history)

        # what stands alone is not bent by what was said before
        told = [without_told_orders(turn) for turn in turns] if question.continues else []
        useful = usefulness(question.standalone, draft.used, self.picker)
        try:
            fitted = fit(render, sources, told, self.writer.window, self._ruler, useful)
        except ModelError as error:
            draft.notes.append(str(error))
            return None
        draft.notes += fitted.notes
        if warning := getattr(self.writer, "warning", ""):  # an Ollama model may run elsewhere
            draft.notes.append(warning)
        return _Asked(fitted.messages, self._task(question, turns, fitted.sources, draft, useful))

    def _task(
        self, question: Question, turns: Sequence[Turn], sources: tuple[Source, ...], draft: Draft, useful: Useful
    ) -> Task:
        papers = [source.paper for source in sources]
        gaps = Gaps(question.standalone, sources)
        orders = orders_met(papers, question.asked, turns, question.standalone)
        grounder = Grounder(papers, self.checker, nearness(sources, self.picker))
        echoes = Echoes(MODES[self.mode].messages("", (), ""), question.standalone)
        telling = Telling(draft, grounder, gaps, orders, self.on_unsupported, echoes)
        evidence = Evidence(question, draft.used, self.extractive)
        return Task(question, sources, draft, telling, gaps, useful, evidence)

    def _listen(self, asked: _Asked, reading: Reading, made: Made, clock: Clock) -> Generator[Event, None, bool]:
        """Pass on what the model writes; return whether it was broken off."""
        task = asked.task
        schema = MODES[self.mode].schema(task.sources) if self.writer.takes_schema else None
        pieces = self.writer.write(asked.messages, schema=schema)
        waiting = True
        try:
            while not reading.enough:
                piece = next(pieces)
                if waiting and piece.text:
                    clock.lap("wait")
                yield from _heard(piece, reading, made)
                if waiting and piece.text:
                    task.evidence.expect(task.papers[0])  # while the model goes on
                    waiting = False
        except StopIteration as end:
            made.usage = end.value or Usage()
            self._ruler.learn(asked.messages, made.usage.prompt_tokens)
            return False
        except ModelError as error:
            task.draft.notes.append(str(error))
        finally:
            pieces.close()
            clock.lap("generate")
        if reading.enough and not (task.telling.stuck or task.telling.failed):
            task.draft.notes.append("the model was stopped, as its answer grew too long")
        return True

    def _give_way(
        self, question: Question, draft: Draft, made: Made, shown: bool = False
    ) -> Generator[Event, None, None]:
        """Put the papers' own sentences in the place of a model's answer, the notes kept.

        Args:
            question: as read.
            draft: takes them.
            made: says so.
            shown: another answer was shown while it was written; this one is not put behind it.
        """
        extractive = self.extractive.answer(question, draft.used)
        extractive.notes[:0] = draft.notes
        draft.__dict__.update(extractive.__dict__)
        made.generator, made.mode, made.prompt = "extractive", "", ""
        if not shown:
            yield Token(draft.composer.text)

    def _add_findings(self, task: Task) -> Generator[Event, None, None]:
        """Say what the question has wrong, or asks for and the abstracts leave out, behind what a model wrote.

        Where no abstract carries a sentence of it whole, and the question is one that the papers do not answer, it is
        declined: what the model wrote then comes from elsewhere.
        """
        draft, composer = task.draft, task.draft.composer
        papers = {paper.paper_id: paper for paper in task.papers}
        cited = {citation.n: papers[citation.paper_id] for citation in composer.citations}
        shown = [Picked(cited[e.n], (e.start, e.end), 1.0) for s in composer.sentences for e in s.evidence]
        finding = task.evidence.weigh(shown) if shown else task.evidence.expect(task.papers[0])
        if finding.reason and not any(s.support == "supported" for s in composer.sentences):
            count = task.telling.claims
            draft.notes.append(f"{sentences(count)} of the model left out: no abstract answers the question")
            draft.missing, draft.abstention = finding.missing, finding.reason
            yield from self._decline(draft, shown=True)
            return
        before = len(composer.text)
        if not draft.missing:
            correct(finding.corrections, draft)
            draft.missing = finding.missing
        say_unsaid(draft.missing, composer)
        if composer.text[before:]:
            yield Token(composer.text[before:])

    def _decline(self, draft: Draft, shown: bool = False) -> Generator[Event, None, None]:
        """Decline for the model, saying what is missing where that is known.

        Args:
            draft: takes it.
            shown: another answer was shown while it was written; this one is not put behind it.
        """
        missing = draft.missing
        reason = draft.abstention or _NO_ANSWER
        draft.composer = Composer()
        decline(draft, reason)
        say_unsaid(missing, draft.composer)
        if self.mode != "plain" and not shown:
            yield Token(draft.composer.text)


def _heard(piece: Piece, reading: Reading, made: Made) -> Generator[Event, None, None]:
    """Pass on one piece: reasoning as such, text as the way of answering shows it."""
    if piece.kind == "thinking":
        made.thinking = (made.thinking + piece.text)[:_LONGEST_THINKING]
        yield Thought(piece.text)
    elif piece.text:
        yield from reading.hear(piece.text)
    else:
        yield Token("")


def _say_filters(task: Task, extractive: Extractive) -> Generator[Event, None, None]:
    """Say which papers alone are looked at, where filters are in force."""
    if filters := task.question.filters:
        task.draft.composer.say(looking_only(filters, extractive.retriever.index.papers))
        yield Token(f"{task.draft.composer.text} ")
