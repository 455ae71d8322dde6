"""What can go wrong with a call to Ollama, as errors that say what happened and what to do next."""

from __future__ import annotations

import re
import socket
from urllib.parse import urlsplit

from ingest.errors import ModelError
from ingest.ollama_host import is_this_machine
from rag.listening.failures import LONGER, TRY_AGAIN, brief

_ERRNO = re.compile(r"^\[Errno -?\d+\] ")
_SMALLER = "Choose a smaller model (--model NAME; ollama list shows them), or set num_ctx lower (CITETRAIL_NUM_CTX)."
_ANOTHER = "Choose another model (--model NAME; ollama list shows them)."
_FIXES = (
    (re.compile(r"context (?:length|window|size)|too many tokens", re.I), LONGER),
    (re.compile(r"memory|cudamalloc|failed to allocate|unable to allocate", re.I), _SMALLER),
    (re.compile(r"server busy|maximum pending requests", re.I), "Ask again in a moment."),
    (re.compile(r"does not support|capabilit", re.I), _ANOTHER),
    (re.compile(r"unauthorized|disabled|signin|sign in", re.I), f"Run: ollama signin   (or: {_ANOTHER})"),
)
"""What a server says, and what helps."""


def refused(model: str, said: object, status: int) -> ModelError:
    """Return the error for a request that the server answered with an error, before the stream or within it."""
    number = f" (HTTP {status})" if status > 0 else ""
    if 300 <= status < 400:
        told = "Ollama's address answers with a redirect, which is not followed, so that no question goes elsewhere"
        return ModelError(f"{told}{number}.", "Set ollama_host (OLLAMA_HOST) to the address it leads to.")
    what = brief(said)
    missing = status == 404 and "model" in what
    fix = f"Run: ollama pull {model}" if missing else next((fix for words, fix in _FIXES if words.search(what)), "")
    return ModelError(f"The model {model} failed{number}: {what}.", fix or TRY_AGAIN)


def unreachable(error: BaseException, url: str) -> ModelError:
    """Return the error for a server that could not be connected to."""
    if _is_of_names(error):
        said = f"The model cannot be reached: no machine is known by the name {urlsplit(url).hostname!r} ({url})."
        return ModelError(said, "Set ollama_host (OLLAMA_HOST) to the server's address.")
    start = "Run: ollama serve" if is_this_machine(url) else "Start it there: OLLAMA_HOST=0.0.0.0 ollama serve"
    said = f"No Ollama server answers at {url} ({why(error)})."
    return ModelError(said, f"{start}   (or answer without a model: --generator extractive)")


def too_late(model: str, seconds: float, begun: bool) -> ModelError:
    """Return the error for a token that did not come in time."""
    if begun:
        said = f"The model stopped answering: nothing came for {seconds:g} seconds in the middle of its answer."
        return ModelError(said, "Try again, or set ollama_stall higher (CITETRAIL_OLLAMA_STALL).")
    said = f"The model stopped answering: {model} wrote nothing within {seconds:g} seconds."
    return ModelError(said, "Set ollama_timeout higher (CITETRAIL_OLLAMA_TIMEOUT), or choose a smaller model.")


def prompt_cut(read: int, sent: int, window: int) -> ModelError:
    """Return the error for a prompt that the server read only a part of."""
    said = f"Ollama cut the prompt: it read {read} of about {sent} tokens (its window is {window})."
    return ModelError(f"{said} The answer may rest on a part of the sources.", LONGER)


def cannot_fit(sent: int, window: int) -> ModelError:
    """Return the error for a prompt that is longer than the window, before it is sent."""
    said = f"A prompt of about {sent} tokens does not fit the model's window of {window}."
    return ModelError(said, "Set num_ctx higher (CITETRAIL_NUM_CTX), or ask a shorter question.")


def why(error: BaseException) -> str:
    """Return in few words why a server could not be asked: what the system says of it, else the error's name."""
    said = _ERRNO.sub("", str(error).partition("\n")[0]).strip(" .")
    return said[:1].lower() + said[1:] if said else type(error).__name__


def _is_of_names(error: BaseException | None) -> bool:
    """Tell whether a name that could not be resolved lies under an error."""
    while error is not None:
        if isinstance(error, socket.gaierror):
            return True
        error = error.__cause__ or error.__context__
    return False
