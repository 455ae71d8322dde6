"""What can go wrong with what a model says, whoever serves it."""

from __future__ import annotations

import textwrap

from ingest.errors import ModelError

_SHOWN = 200
"""Most characters shown of what a server says."""
SEE_DOCTOR = "See whether Ollama runs (citetrail doctor), or answer without a model (--generator extractive)."
TRY_AGAIN = "Try again, or answer without a model (--generator extractive)."
LONGER = "Set num_ctx higher (CITETRAIL_NUM_CTX), or ask for less."


def brief(error: object) -> str:
    """Return the first line of what an error says, without the full stop."""
    lines = str(error).strip().splitlines()
    return textwrap.shorten(lines[0], _SHOWN).rstrip(".") if lines else "no reason given"


def refused(said: object, status: int) -> ModelError:
    """Return the error for a server that answered with one."""
    number = f" (HTTP {status})" if status > 0 else ""
    return ModelError(f"The model failed{number}: {brief(said)}.", TRY_AGAIN)


def broken_off(error: BaseException, begun: bool) -> ModelError:
    """Return the error for a connection that broke while the model wrote, or before."""
    when = "in the middle of its answer" if begun else "before its first word"
    return ModelError(f"The model stopped answering {when} ({type(error).__name__}: {brief(error)}).", SEE_DOCTOR)


def unreadable(error: BaseException) -> ModelError:
    """Return the error for a reply that is not one."""
    said = f"The model stopped answering: what came is no answer ({type(error).__name__}: {brief(error)})."
    return ModelError(said, SEE_DOCTOR)


def ended_early() -> ModelError:
    """Return the error for a stream that ended without the server's last record."""
    return ModelError("The model stopped answering (its stream ended without a last record).", SEE_DOCTOR)


def cut_off(thought: bool) -> ModelError:
    """Return the error for a text that reached its greatest length, all of it spent on reasoning or not."""
    if thought:
        said = "The model was cut off at its greatest length, having spent all of it on reasoning."
        return ModelError(said, 'Set thinking = "off" (CITETRAIL_THINKING), or num_ctx higher (CITETRAIL_NUM_CTX).')
    return ModelError("The model was cut off at its greatest length.", LONGER)


def said_nothing() -> ModelError:
    """Return the error for an empty answer."""
    return ModelError("The model came to its end without a word.", "Ask again, or choose another model.")


def repeats_itself(again: str) -> ModelError:
    """Return the error for a text that goes round in a circle."""
    shown = textwrap.shorten(again, 60) or "blanks"
    said = f"The model was stopped, since it repeats itself without end ({shown})."
    return ModelError(said, "Ask in other words, or choose another model.")
