"""Every error a user can meet, in one tree.

::

    CitetrailError              exit code 1
    ├── UsageError              2  the command or call was wrong: an empty question, a bad setting
    │   └── ConfigError            a setting that cannot be read or has no meaning
    ├── InputError              3  a file or folder given to us could not be used
    ├── LibraryError            4  the library on disk
    │   ├── LibraryMissing         there is none where one was named
    │   ├── LibraryMismatch        it was made by another schema, embedder or passage size
    │   ├── LibraryMoved           its index was replaced while it was read
    │   └── LibraryUnwritable      the folder cannot be written
    │       └── LibraryBusy            another process is writing to it
    ├── ModelError              5  a model: embedding weights, Ollama, an LLM
    │   ├── WeightsMissing         the embedded model's weights are not installed
    │   └── WeightsRefused         a file is there, but it is not the known one
    └── MissingPart             6  a part of the program is not installed

An error says what happened, with what input, and what to do next; :attr:`CitetrailError.fix`
holds that last part alone (a command where there is one).
"""

from __future__ import annotations


class CitetrailError(Exception):
    """Base of every error citetrail raises on purpose.

    Args:
        what: what happened, naming the input it happened with.
        fix: what to do next; a command where one mends it.
    """

    exit_code = 1

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(f"{what} {fix}".strip())
        self.what = what
        self.fix = fix


class UsageError(CitetrailError):
    """The call itself was wrong: an empty question, an unknown option value."""

    exit_code = 2


class ConfigError(UsageError):
    """A setting cannot be read, is unknown, or has a value without meaning."""


class InputError(CitetrailError):
    """A file or folder given to citetrail could not be used."""

    exit_code = 3


class LibraryError(CitetrailError):
    """Something about the library on disk (or its Chroma server)."""

    exit_code = 4


class LibraryMissing(LibraryError):
    """No library where one was named."""


class LibraryMismatch(LibraryError):
    """The library was made with another schema, embedder or passage size."""


class LibraryMoved(LibraryError):
    """The library's index was replaced by another while it was read; what was asked can be asked again."""


class LibraryUnwritable(LibraryError):
    """The library's folder cannot be written."""


class LibraryBusy(LibraryUnwritable):
    """Another process is writing to the library."""


class ModelError(CitetrailError):
    """An embedding model, an Ollama server or another LLM failed."""

    exit_code = 5


class WeightsMissing(ModelError):
    """The embedded model's files are not on this machine."""


class WeightsRefused(ModelError):
    """A model file is there, but its SHA-256 is not the known one."""


class MissingPart(CitetrailError):
    """A part of citetrail is not installed."""

    exit_code = 6
