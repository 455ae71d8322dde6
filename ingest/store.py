"""Chroma as citetrail meets it: a folder or a server opened, its errors made ours, its records read.

Telemetry is off by our own setting, not by the environment; and no request to a server waits for ever.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shlex
import shutil
import sqlite3
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.embeddings.late_interaction import TOKENS
from ingest.errors import LibraryError, LibraryMissing, LibraryMoved, LibraryUnwritable
from ingest.settings import Settings
from ingest.text import Span

if TYPE_CHECKING:
    import numpy as np
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

PAGE = 5_000
"""Records read or removed in one call."""
_ASKED = 200
_STORE_FILE = "chroma.sqlite3"
LOCK_FILE, WRITER_FILE = "writer.lock", "writer.txt"
_OURS = frozenset({LOCK_FILE, WRITER_FILE, f"{LOCK_FILE}-journal"})
_CONNECT_SECONDS, _ANSWER_SECONDS = 5.0, 60.0


def how_to_make(where: str) -> str:
    """Return the command that makes a library in a folder, or on a server."""
    told = "" if where == Settings().library or "://" in where else f" --library {shlex.quote(where)}"
    return f"Make one: citetrail ingest PATH...{told}   (or, of the bundled sample: citetrail ingest --sample{told})"


@contextlib.contextmanager
def writing(where: str) -> Iterator[None]:
    """Turn a refused write into an error that says so."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, OSError, httpx.HTTPError) as error:
        raise LibraryUnwritable(
            f"The library {where!r} could not be written: {error}.",
            "Look at the disk's room and the folder's permissions, then run the same command again: "
            "what was whole stays, the rest is made whole.",
        ) from error


@contextlib.contextmanager
def reading(where: str) -> Iterator[None]:
    """Turn a failed read into an error that says so."""
    import httpx
    from chromadb.errors import ChromaError, NotFoundError

    try:
        yield
    except NotFoundError as error:
        raise moved(where) from error
    except (ChromaError, httpx.HTTPError) as error:
        raise LibraryError(
            f"The library {where!r} could not be read: {error or type(error).__name__}.",
            "See that its folder is there, or that its Chroma server runs.",
        ) from error


def moved(where: str = "") -> LibraryMoved:
    """Return the error of a read that met another index in the place of its own."""
    named = f" {where!r}" if where else ""
    return LibraryMoved(f"The index of the library{named} was replaced while it was read.", "Ask again.")


def open_store(settings: Settings, create: bool = False) -> ClientAPI:
    """Open the folder or connect to the server that the settings name; errors as of the two below."""
    if settings.chroma_host:
        return open_server(settings.chroma_host)
    return open_folder(Path(settings.library), create)


def close_store(client: ClientAPI) -> None:
    """Let go of a store: its files, or the connection to its server."""
    closing: Any = client  # chromadb's interface does not name what every client of it has
    closing.close()


def open_folder(folder: Path, create: bool) -> ClientAPI:
    """Open the embedded store in a folder.

    Raises:
        LibraryMissing: there is none, and ``create`` is off.
        LibraryUnwritable: the folder is a file, holds other things, cannot be written, or its store is damaged.
    """
    prepare_folder(folder, create)
    return _open_chroma(folder)


def prepare_folder(folder: Path, create: bool) -> None:
    """See that a library's folder can be used, and make it where ``create`` is on.

    Raises:
        LibraryMissing: there is no library in it, and ``create`` is off.
        LibraryUnwritable: it is a file, holds other things, or cannot be written.
    """
    try:
        _look_at(folder, create)
        folder.mkdir(parents=True, exist_ok=True)
        for path in (folder, folder / _STORE_FILE):
            if path.exists() and not os.access(path, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    except OSError as error:
        raise LibraryUnwritable(
            f"The library folder {str(folder)!r} cannot be used: {error.strerror}.",
            "Check its permissions, or name another folder with --library.",
        ) from error


def _look_at(folder: Path, create: bool) -> None:
    """Raise where a folder holds no library to open, or something a new one must not be put beside."""
    store = (folder / _STORE_FILE).is_file()
    if not create and not store:
        raise LibraryMissing(f"There is no library in {str(folder)!r}.", how_to_make(str(folder)))
    if folder.exists() and not folder.is_dir():
        raise LibraryUnwritable(f"{str(folder)!r} is a file, not a folder.", "Name another folder with --library.")
    if not store and folder.is_dir() and any(path.name not in _OURS for path in folder.iterdir()):
        raise LibraryUnwritable(f"The folder {str(folder)!r} holds other things.", "Name another with --library.")


def _open_chroma(folder: Path) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from chromadb.errors import ChromaError

    try:
        # chromadb shares what it opened by the path's text: a relative one would be another folder's after a chdir.
        return chromadb.PersistentClient(folder.resolve(), settings=ChromaSettings(anonymized_telemetry=False))
    except (ChromaError, OSError, ValueError, AttributeError) as error:  # AttributeError: its second try at a bad file
        raise LibraryUnwritable(
            f"The library in {str(folder)!r} cannot be opened: {error}.",
            "If its files are damaged, put back a copy or make a new one with --library.",
        ) from error


def open_server(address: str) -> ClientAPI:
    """Connect to a Chroma server named ``host:port``.

    Raises:
        LibraryError: the address has no meaning, or what answers there is no Chroma server.
    """
    import chromadb
    import httpx
    from chromadb.config import Settings as ChromaSettings

    scheme, separator, rest = address.strip().partition("://")
    try:
        parts = urlsplit(f"//{rest if separator else address.strip()}")
        host, port = parts.hostname or "127.0.0.1", parts.port or 8000
    except ValueError as error:
        raise LibraryError(f"chroma_host = {address!r} is not an address: {error}.", "Give host:port.") from error
    secure = separator != "" and scheme == "https"
    try:
        _knock(f"{'https' if secure else 'http'}://{f'[{host}]' if ':' in host else host}:{port}")
        settings = ChromaSettings(anonymized_telemetry=False)
        with _no_proxy():
            client = chromadb.HttpClient(host, port, ssl=secure, settings=settings)
        _bound(client)
        client.heartbeat()
    except (ValueError, httpx.HTTPError) as error:  # ValueError: chromadb's word for an answer that is none of Chroma's
        raise LibraryError(
            f"No Chroma server answers at {address!r} ({error or type(error).__name__}).",
            f"Start it: chroma run --port {port}",
        ) from error
    return client


def _knock(url: str) -> None:
    """See that somebody answers before chromadb is let ask, whose first requests would wait for ever."""
    import httpx

    with httpx.Client(trust_env=False, timeout=_CONNECT_SECONDS) as client:
        client.get(f"{url}/api/v2/heartbeat").raise_for_status()


def _bound(client: ClientAPI) -> None:
    """Give chromadb's HTTP client time-outs: it has none and no setting for them, only the attribute it is kept in."""
    import httpx

    session = getattr(getattr(client, "_server", None), "_session", None)
    if isinstance(session, httpx.Client):
        session.timeout = httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS)


@contextlib.contextmanager
def _no_proxy() -> Iterator[None]:
    """Put the environment's proxies out of sight while chromadb makes its client, which offers no way to refuse them.

    A client keeps the proxies it was made with, so a question for this machine stays on it.
    """
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.lower().endswith("_proxy")}
    try:
        yield
    finally:
        os.environ.update(kept)


def whole(metadatas: Sequence[Mapping[str, Any] | None] | None) -> Sequence[Mapping[str, Any]]:
    """Return records' metadata, which each of ours has.

    Raises:
        LibraryMoved: one lacks it: the collection is being removed, and chromadb reads a record in more than one step.
    """
    found = [metadata for metadata in metadatas or [] if metadata is not None]
    if len(found) < len(metadatas or []):
        raise moved()
    return found


def all_rows(collection: Collection) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Return ``(id, document, metadata)`` of every record, read page by page."""
    rows: list[tuple[str, str, Mapping[str, Any]]] = []
    while True:
        got = collection.get(limit=PAGE, offset=len(rows), include=["documents", "metadatas"])
        if not got["ids"]:
            return rows
        rows.extend(zip(got["ids"], got["documents"] or [], whole(got["metadatas"]), strict=True))


@dataclass(frozen=True)
class Rows:
    """What a collection holds of one paper, in the abstract's order."""

    spans: tuple[Span, ...]
    vectors: NDArray[np.float32]
    tokens: tuple[str, ...]
    """The packed vectors of the word pieces of each; empty where there are none."""


def rows_by_paper(collection: Collection, records: Sequence[str]) -> dict[str, Rows]:
    """Return what a collection holds of some records, by paper id."""
    import numpy as np

    rows: dict[str, list[tuple[Span, Any, str]]] = {}
    for at in range(0, len(records), _ASKED):
        where: Any = {"record": {"$in": list(records[at : at + _ASKED])}}
        got = collection.get(where=where, include=["embeddings", "metadatas"])
        embeddings: Any = got["embeddings"] if got["embeddings"] is not None else []
        for metadata, vector in zip(whole(got["metadatas"]), embeddings, strict=True):
            span = (int(str(metadata["start"])), int(str(metadata["end"])))
            rows.setdefault(str(metadata["paper_id"]), []).append((span, vector, str(metadata.get(TOKENS, ""))))
    found = {}
    for paper_id, unordered in rows.items():
        spans, vectors, tokens = zip(*sorted(unordered, key=lambda row: row[0]), strict=True)
        found[paper_id] = Rows(spans, np.asarray(vectors, dtype=np.float32), tokens)
    return found


def remove_unused(folder: Path) -> int:
    """Remove the folders of vectors that no collection owns, which chromadb leaves behind; return how many.

    To be called by whoever holds the write lock. Where chromadb's tables are not as expected, nothing is removed.
    """
    store = f"{(folder / _STORE_FILE).resolve().as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(store, uri=True)) as tables:
            owned = {str(row[0]) for row in tables.execute("SELECT id FROM segments")}
    except sqlite3.Error:
        return 0
    if not owned:
        return 0
    unused = [path for path in folder.iterdir() if path.is_dir() and _is_segment(path.name) and path.name not in owned]
    for path in unused:
        shutil.rmtree(path, ignore_errors=True)  # a reader on Windows may hold a file: the next call removes it
    return len(unused)


def _is_segment(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False
