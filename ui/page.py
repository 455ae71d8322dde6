"""The chat page: a Gradio ``Blocks`` around one :class:`rag.Assistant`.

Nothing is shared between visitors but the assistant: the conversation lives in each page's own state. Gradio's
analytics are off by our own settings, and the page loads nothing from elsewhere (:mod:`ui.serve` forbids it as well).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from ingest.errors import CitetrailError
from ingest.paper import digests_of
from ui.page_html import BUSY, answer_html, error_html, failure_html, question_html, streaming_html
from ui.page_status import EXTRACTIVE, OLLAMA, examples_for, header_html, writers_for

if TYPE_CHECKING:
    from rag import Assistant
    from rag.answer import Answer

Transcript = list[dict[str, Any]]
"""What the chat shows: messages with HTML."""
History = list[dict[str, str]]
"""What was said, as :meth:`rag.Assistant.ask` takes it."""
Left = tuple[str, "Answer"] | None
"""The question that is being answered, and what a stop would leave of its answer."""

AT_ONCE = 8
"""Questions answered at the same time; further ones wait their turn."""
LONGEST_SHOWN = 2_000
"""Characters of a question that the chat shows; the assistant gets all of it."""
UNFINISHED = (
    "This answer was not finished.",
    "You stopped it, or something went wrong: then the terminal that serves this page says what.",
)
_ALL = "All digests"
_EMPTY = (
    '<div class="ct-empty"><p class="ct-lead">Ask your papers.</p>'
    "<p>Every sentence of an answer is cited to the words it rests on, or marked where there are none.</p></div>"
)


class Conversation:
    """The page's events. It holds the assistant, one for each model that was chosen, and nothing of any visitor."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._by_model = {assistant.generator_name: assistant}

    def written_by(self, generator: str) -> Assistant:
        """Return the assistant for what a visitor has chosen to write the answers.

        Args:
            generator: the name of an assistant's generator; empty for that of the assistant served.

        Raises:
            ModelError: the model cannot be used.
        """
        name = generator or self.assistant.generator_name
        if name not in self._by_model:
            self._by_model[name] = self.assistant.written_by(name.removeprefix(OLLAMA) if name != EXTRACTIVE else "")
        return self._by_model[name]

    def answer(
        self, question: str, transcript: Transcript, history: History, digest: str, generator: str = ""
    ) -> Iterator[tuple[Any, Any, Any, Any]]:
        """Answer one question, showing the words as they come; what a stop would leave of it goes with them."""
        from rag.answer import Answer
        from ui.live import Live

        asked = question.strip()
        if not asked or _is_busy(transcript):  # a question typed meanwhile stays in the box
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        shown = asked if len(asked) <= LONGEST_SHOWN else asked[:LONGEST_SHOWN] + " …"
        before = [*transcript, {"role": "user", "content": question_html(shown)}]
        yield _with(before, streaming_html("")), history, _box(busy=True), None
        live = Live(str(len(before)))
        try:
            assistant = self.written_by(generator)
            for event in assistant.stream(asked, history=history, filters=_filters(digest)):
                if isinstance(event, Answer):
                    told = [*history, *_said(asked, event)]
                    yield _with(before, answer_html(event, str(len(before)))), told, _box(busy=False), None
                else:
                    shown, left = live.add(event), live.stopped(assistant.generator_name)
                    yield _with(before, shown), history, _box(busy=True), (asked, left) if left else None
        except CitetrailError as error:
            yield _with(before, error_html(error)), history, _box(busy=False), None
        except Exception:
            yield gr.skip(), gr.skip(), gr.skip(), None  # what then is unfinished was not stopped
            raise

    def unfinished(self, transcript: Transcript, history: History, left: Left) -> tuple[Any, Any, Any, Any]:
        """Keep what was judged of an answer that was stopped; where that is nothing, say that it was not finished.

        Gradio calls this when an answer was stopped and when it failed, often both.
        """
        if not _is_busy(transcript):
            return gr.skip(), gr.skip(), _box(busy=False), None
        before = transcript[:-1]
        if left is None:
            return _with(before, failure_html(*UNFINISHED)), history, _box(busy=False), None
        asked, answer = left
        told = [*history, *_said(asked, answer)]
        return _with(before, answer_html(answer, str(len(before)))), told, _box(busy=False), None

    def status(self) -> tuple[str, Any, Any]:
        """Return the head of the page, the digests and the models to choose from, as they are now."""
        digests = digests_of(self.assistant.library.papers())
        writers = writers_for(self.assistant)
        return (
            header_html(self.assistant),
            gr.update(choices=[(_ALL, ""), *[(name, name) for name in digests]]),
            gr.update(choices=writers, value=self.assistant.generator_name, visible=len(writers) > 1),
        )

    def head(self, generator: str) -> str:
        """Return the head of the page for what a visitor has chosen to write the answers."""
        try:
            return header_html(self.written_by(generator))
        except CitetrailError:  # told when a question is asked
            return header_html(self.assistant)


def _said(asked: str, answer: Any) -> History:
    return [{"role": "user", "content": asked}, {"role": "assistant", "content": answer.text}]


def _with(before: Transcript, content: str) -> Transcript:
    return [*before, {"role": "assistant", "content": content}]


def _is_busy(transcript: Transcript) -> bool:
    return bool(transcript) and BUSY in str(transcript[-1]["content"])


def _filters(digest: str) -> dict[str, Any]:
    return {"digest": digest} if digest else {}


def _box(busy: bool) -> Any:
    """Return the question's box: emptied and with a stop button while an answer is written."""
    return (
        gr.Textbox(value="", submit_btn=False, stop_btn=True) if busy else gr.Textbox(submit_btn=True, stop_btn=False)
    )


def build_page(assistant: Assistant) -> gr.Blocks:
    """Return the page for an assistant; :func:`ui.serve.serve` serves it."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    page = gr.Blocks(analytics_enabled=False, title="citetrail", fill_height=True)
    with page:
        history, left = gr.State([]), gr.State(None)
        head = gr.HTML(elem_id="ct-head")
        chat = _chat(examples_for(assistant.library.papers()))
        box = gr.Textbox(
            placeholder="Ask about the papers", show_label=False, label="Question", lines=1, max_lines=6,
            submit_btn=True, autofocus=True, container=False, elem_id="ct-box",
        )  # fmt: skip
        with gr.Row(elem_id="ct-tools"):
            digest = gr.Dropdown(
                [(_ALL, "")], value="", label="Digest", container=False, elem_id="ct-digest", scale=0, min_width=220
            )
            writer = gr.Dropdown(
                [], label="Answers written by", container=False, elem_id="ct-writer", scale=0, min_width=220,
                visible=False,
            )  # fmt: skip
            fresh = gr.Button("New conversation", size="sm", scale=0, min_width=150, elem_id="ct-fresh")
        _wire(Conversation(assistant), page, _Parts(head, chat, box, history, left, digest, writer, fresh))
    return page


@dataclass(frozen=True)
class _Parts:
    head: gr.HTML
    chat: gr.Chatbot
    box: gr.Textbox
    history: gr.State
    left: gr.State
    digest: gr.Dropdown
    writer: gr.Dropdown
    fresh: gr.Button


def _wire(conversation: Conversation, page: gr.Blocks, parts: _Parts) -> None:
    """Connect the parts to the conversation's events."""
    chat, box, history, left = parts.chat, parts.box, parts.history, parts.left
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    asking: dict[str, Any] = {
        "fn": conversation.answer,
        "inputs": [box, chat, history, parts.digest, parts.writer],
        "outputs": [chat, history, box, left],
        "trigger_mode": "multiple",  # by default a question right after a stop would be lost
        "concurrency_limit": AT_ONCE,
        "concurrency_id": "ask",
        **quiet,
    }
    asked = box.submit(**asking)
    picked = chat.example_select(_picked, None, box, **quiet).then(**asking)
    for event in (asked, picked):
        event.failure(conversation.unfinished, [chat, history, left], [chat, history, box, left], **quiet)
    box.stop(None, None, None, cancels=[asked, picked], **quiet)  # which counts as a failure of what is cancelled
    parts.fresh.click(_anew, None, [chat, history, box], cancels=[asked, picked], **quiet)
    parts.writer.input(conversation.head, parts.writer, parts.head, **quiet)
    page.load(conversation.status, None, [parts.head, parts.digest, parts.writer], **quiet)


def _anew() -> tuple[Transcript, History, Any]:
    return [], [], _box(busy=False)


def _chat(examples: list[str]) -> gr.Chatbot:
    return gr.Chatbot(
        examples=[{"text": text} for text in examples], placeholder=_EMPTY, show_label=False, label="Conversation",
        layout="panel", buttons=[], latex_delimiters=[], height=None, scale=1, elem_id="ct-chat",
        feedback_options=None, allow_tags=False, container=False, autoscroll=False,
    )  # fmt: skip


def _picked(chosen: gr.SelectData) -> str:
    return str(chosen.value["text"])
