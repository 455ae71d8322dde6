"""Embeddings by an Ollama server.

The official client is called directly, behind LlamaIndex's ``BaseEmbedding``. LlamaIndex's own ``OllamaEmbedding`` has
no way to ask that a text too long be refused (the server then cuts it without a word), looks at no vector it is given,
and lets the client's errors through as they are.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import httpx
from llama_index.core.base.embeddings.base import BaseEmbedding, Embedding
from llama_index.core.bridge.pydantic import PrivateAttr
from ollama import Client, ResponseError

from ingest.embeddings import OLLAMA
from ingest.embeddings.prefixes import SUGGESTED, best, known
from ingest.errors import ModelError
from ingest.ollama_host import ollama_url

if TYPE_CHECKING:
    from ingest.settings import Settings

BATCH = 32
"""Texts in one request."""
_CONNECT_SECONDS = 2.0
_REMEMBERED = 32
_AGAIN = "then run the same command again: what was embedded so far is kept."
_TOO_LONG = re.compile(r"(context|input) length|too large to process|batch size", re.IGNORECASE)
_NO_ROOM = re.compile(r"system memory|out of memory|cudamalloc", re.IGNORECASE)


class _TooLong(Exception):
    """A text of the batch does not fit the model's window."""


class OllamaEmbedder(BaseEmbedding):
    """An embedding model on an Ollama server.

    A question and a text each get the prefix that the model's card wants. A text that is longer than the model's window
    is embedded in parts, and its vector is their mean: the server is asked to refuse it rather than to cut it. Vectors
    have length 1; one that is all zeros, holds what is no number, or has another dimension than those before is an
    error.

    Args:
        model: the model's name, as ``ollama list`` prints it.
        url: the server's address.
        timeout: seconds to wait for a batch of :data:`BATCH` texts.
    """

    query_instruction: str = ""
    text_instruction: str = ""
    _client: Client = PrivateAttr()
    _url: str = PrivateAttr()
    _timeout: float = PrivateAttr()
    _dimension: int = PrivateAttr(default=0)
    _lately: dict[str, Embedding] = PrivateAttr(default_factory=dict)

    def __init__(self, model: str, url: str, timeout: float = 180.0, **kwargs: Any) -> None:
        prefixes = known(model)
        given: dict[str, Any] = {
            "model_name": model.removesuffix(":latest"),
            "embed_batch_size": BATCH,
            "query_instruction": prefixes.query,
            "text_instruction": prefixes.document,
        }
        super().__init__(**given, **kwargs)
        self._url, self._timeout = url, timeout
        waits = httpx.Timeout(timeout, connect=_CONNECT_SECONDS)
        # No proxy of the environment, and no redirection: a text for this machine stays on it.
        self._client = Client(url, timeout=waits, trust_env=False, follow_redirects=False)

    @classmethod
    def class_name(cls) -> str:
        """Return the name the manifest knows this class under, which is LlamaIndex's for the same vectors."""
        return OLLAMA

    def close(self) -> None:
        """Let go of the connections."""
        client: Any = self._client  # whose method states no types
        client.close()

    def _get_text_embeddings(self, texts: list[str]) -> list[Embedding]:
        return self._embed(self.text_instruction, texts)

    def _get_text_embedding(self, text: str) -> Embedding:
        return self._embed(self.text_instruction, [text])[0]

    def _get_query_embedding(self, query: str) -> Embedding:
        """Return a question's vector; the stages of one answer ask for it more than once, the server is asked once."""
        if query not in self._lately:
            vector = self._embed(self.query_instruction, [query])[0]
            self._lately = {query: vector} if len(self._lately) >= _REMEMBERED else {**self._lately, query: vector}
        return self._lately[query]

    async def _aget_query_embedding(self, query: str) -> Embedding:
        return await asyncio.to_thread(self._get_query_embedding, query)

    async def _aget_text_embedding(self, text: str) -> Embedding:
        return await asyncio.to_thread(self._get_text_embedding, text)

    def _embed(self, prefix: str, texts: Sequence[str]) -> list[Embedding]:
        """Embed texts in one request; where one is too long, in as many as it takes to find and part it."""
        try:
            vectors = self._ask([prefix + text for text in texts])
        except _TooLong as error:
            if len(texts) == 1:
                return [self._in_parts(prefix, texts[0], error)]
            half = len(texts) // 2
            return self._embed(prefix, texts[:half]) + self._embed(prefix, texts[half:])
        return self._checked(texts, vectors)

    def _in_parts(self, prefix: str, text: str, error: _TooLong) -> Embedding:
        """Return the mean of the vectors of a text's halves, each by its length."""
        cut = _middle(text)
        if not cut:
            raise ModelError(
                f"The window of {self.model_name!r} is too small even for {text!r} ({error}).",
                "Choose another embedding model.",
            )
        halves = [text[:cut], text[cut:]]
        parts = [self._embed(prefix, [half])[0] for half in halves]
        mean = [sum(len(h) * x for h, x in zip(halves, xs, strict=True)) for xs in zip(*parts, strict=True)]
        return self._checked([text], [mean])[0]

    def _ask(self, inputs: list[str]) -> Sequence[Sequence[float]]:
        try:
            return self._client.embed(model=self.model_name, input=inputs, truncate=False).embeddings
        except ResponseError as error:
            raise self._refused(error) from error
        except httpx.TimeoutException as error:
            raise ModelError(
                f"Ollama at {self._url} took longer than {self._timeout:g} s to embed {len(inputs)} texts with "
                f"{self.model_name!r}.",
                f"Give it longer (the setting ollama_timeout) or choose a smaller model, {_AGAIN}",
            ) from error
        except (ConnectionError, httpx.ConnectError) as error:
            raise ModelError(
                f"Ollama at {self._url} does not answer.",
                "Run: ollama serve   (or do without one: citetrail reindex --embedder minilm; for a new library set "
                'embedder = "minilm")',
            ) from error
        except httpx.HTTPError as error:
            raise ModelError(
                f"Ollama at {self._url} broke off while it embedded ({error or type(error).__name__}).",
                f"See that it runs (ollama serve), {_AGAIN}",
            ) from error
        except ValueError as error:  # no JSON, or none of the form agreed
            raise ModelError(
                f"What answers at {self._url} does not embed as Ollama does: {str(error).splitlines()[0]}.",
                "Look at what runs there, or update Ollama.",
            ) from error

    def _refused(self, error: ResponseError) -> Exception:
        """Return what the server's error means."""
        said, model = error.error.strip().rstrip("."), self.model_name
        if _TOO_LONG.search(said):
            return _TooLong(said)
        fix = f"Look at the server's log, {_AGAIN}"
        if error.status_code == 404:
            fix = f"Run: ollama pull {model}"
        elif "does not support embed" in said:
            fix = f'Choose a model that embeds: ollama pull {SUGGESTED}, then set embed_model = "{SUGGESTED}".'
        elif _NO_ROOM.search(said):
            fix = f'Free some memory or choose a smaller model (all-minilm; or embedder = "minilm"), {_AGAIN}'
        return ModelError(f"Ollama at {self._url} could not embed with {model!r}: {said or error.status_code}.", fix)

    def _checked(self, texts: Sequence[str], vectors: Sequence[Sequence[float]]) -> list[Embedding]:
        """Return the vectors with length 1, having looked at each."""
        if len(vectors) != len(texts):
            raise self._useless(f"{len(vectors)} vectors for {len(texts)} texts")
        checked = []
        for text, vector in zip(texts, vectors, strict=True):
            length = math.hypot(*vector)
            if not math.isfinite(length) or length == 0:
                raise self._useless(f"a vector {'of zeros' if length == 0 else 'with no numbers in it'} for {text!r}")
            if len(vector) != (self._dimension or len(vector)):
                raise self._useless(f"a vector of {len(vector)} numbers after some of {self._dimension}")
            self._dimension = len(vector)
            checked.append([x / length for x in vector])
        return checked

    def _useless(self, what: str) -> ModelError:
        return ModelError(
            f"{self.model_name!r} on Ollama at {self._url} gave {what}.",
            f"Pull it again (ollama pull {self.model_name}) or choose another model, {_AGAIN}",
        )


def _middle(text: str) -> int:
    """Return where to cut a text in two, at a space where there is one near; 0 for one that cannot be cut."""
    half = len(text) // 2
    space = text.rfind(" ", half // 2, half + 1)
    return space if space > 0 else half


def make_ollama_embedder(settings: Settings) -> OllamaEmbedder:
    """Return the Ollama embedder that the settings name, or the best installed where they name none.

    Raises:
        ModelError: the server does not answer, or lacks the model.
        ConfigError: its address makes no sense.
    """
    url = ollama_url(settings.ollama_host)
    embedder = OllamaEmbedder(settings.embed_model or _installed(url), url, settings.ollama_timeout)
    try:
        embedder.get_text_embedding("probe")
    except ModelError:
        embedder.close()
        raise
    return embedder


def _installed(url: str) -> str:
    """Return the best embedding model that the server has; the one to pull, for the error to name, where it has none.

    A model that runs in Ollama's cloud is not chosen, since texts would leave the machine. A server that does not
    answer is told of by the first text embedded.
    """
    try:
        with httpx.Client(trust_env=False, timeout=_CONNECT_SECONDS) as client:
            listed = client.get(f"{url}/api/tags").raise_for_status().json()["models"]
            here = {str(m["name"]): int(m.get("size") or 0) for m in listed if not _is_remote(m)}
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError):
        here = {}
    return best(here) or SUGGESTED


def _is_remote(model: Mapping[str, Any]) -> bool:
    return bool(model.get("remote_host")) or str(model["name"]).endswith(("-cloud", ":cloud"))
