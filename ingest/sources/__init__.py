"""Sources: one file format each, and the registry that picks one.

Nothing outside this package knows a format. To add one: a module with a class that has ``name``, ``accepts``
and ``read`` (:class:`~ingest.sources.base.Source`), and a line in :data:`SOURCES`.
"""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path

from ingest.errors import InputError
from ingest.sources.base import Document, Entry, Problem, Reading, Source
from ingest.sources.daily_papers import DailyPapers
from ingest.sources.pdf import PdfPaper, looks_like_pdf

__all__ = ["SOURCES", "Document", "Entry", "Problem", "Reading", "Source", "expand", "read_file"]

SOURCES: tuple[Source, ...] = (DailyPapers(), PdfPaper())
"""Every source, asked in this order."""

SUFFIXES = frozenset({".txt", ".text", "", ".pdf"})
"""Files taken from a folder, a ``.pdf`` where it is one; a file named by itself is read whatever its suffix."""


def expand(paths: list[Path]) -> list[Path]:
    """Replace each folder by the digests and papers directly in it, sorted by name.

    Raises:
        InputError: a path does not exist, or a folder holds no digest.
    """
    files: list[Path] = []
    for path in paths:
        try:
            if not path.exists():
                raise InputError(f"There is no file or folder {str(path)!r}.", "Check the path.")
            files.extend(_inside(path) if path.is_dir() else [path])
        except OSError as error:
            raise InputError(f"{str(path)!r} could not be read: {error.strerror}.", "Check its permissions.") from error
    return list(dict.fromkeys(files))


def _inside(folder: Path) -> list[Path]:
    inside = sorted(p for p in folder.iterdir() if p.is_file() and _taken(p))
    if not inside:
        raise InputError(
            f"The folder {str(folder)!r} holds no digest (.txt) and no paper (.pdf).", "Name the folder that does."
        )
    return inside


def _taken(path: Path) -> bool:
    """Tell whether a file of a folder is read; a PDF that cannot be opened is, so that it is reported."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES or path.name[0] == ".":
        return False
    if suffix != ".pdf":
        return True
    try:
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError:
        return True
    return not head or looks_like_pdf(path, head)


def read_file(path: Path, saved: date | None = None) -> Reading:
    """Read one digest or paper with the first source that accepts it.

    Raises:
        InputError: the file is empty, binary, not UTF-8, not readable, or no source finds an entry in it.
    """
    data = _bytes(path)
    is_pdf = looks_like_pdf(path, data)
    document = Document(path, "", saved, data) if is_pdf else Document(path, _decode(path, data), saved)
    tried = []
    for source in SOURCES:
        if not source.accepts(document):
            tried.append(f"{source.name}: no {source.expects}")
            continue
        reading = source.read(document)
        if reading.entries:
            return reading
        tried.append(f"{source.name}: {'; '.join(map(_shown, reading.problems[:3])) or 'no entry'}")
    raise InputError(f"{str(path)!r} holds no entry that could be read ({' | '.join(tried)}).", "Is it a paper digest?")


def _shown(problem: Problem) -> str:
    return f"line {problem.line}, {problem.message}"


def _conversion(path: Path, encoding: str) -> str:
    return f"iconv -f {encoding} -t UTF-8 {shlex.quote(str(path))} > {shlex.quote(f'utf8-{path.name}')}"


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{str(path)!r} could not be read: {error.strerror}.", "Check its permissions.") from error
    if not data.strip():
        raise InputError(f"{str(path)!r} is empty.", "Save the page again, or leave the file out.")
    return data


def _decode(path: Path, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(
            f"{str(path)!r} is not UTF-8 but UTF-16, from line 1 on.",
            f"Convert it: {_conversion(path, 'UTF-16')}",
        )
    if b"\x00" in data:
        raise InputError(f"{str(path)!r} is a binary file.", "Give the page saved as text.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{str(path)!r} is not UTF-8: byte {data[error.start]:#04x} in line {line}.",
            f"Convert it, for instance: {_conversion(path, 'WINDOWS-1252')}",
        ) from error
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
