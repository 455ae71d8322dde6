"""Chroma as citetrail meets it: a folder or a server opened, its errors made ours, its records read.

Telemetry is off by our own setting, not by the environment.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.errors import LibraryError, LibraryMissing, LibraryUnwritable
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

MAKE = "Make one: citetrail ingest PATH...   (or, for the bundled sample: citetrail ingest --sample)"


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


def open_folder(folder: Path, create: bool) -> ClientAPI:
    """Open the embedded store in a folder.

    Raises:
        LibraryMissing: there is none, and ``create`` is off.
        LibraryUnwritable: the folder is a file, holds other things, cannot be written, or its store is damaged.
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
    return _open_chroma(folder)


def _look_at(folder: Path, create: bool) -> None:
    """Raise where a folder holds no library to open, or something a new one must not be put beside."""
    store = (folder / _STORE_FILE).is_file()
    if not create and not store:
        raise LibraryMissing(f"There is no library in {str(folder)!r}.", MAKE)
    if folder.exists() and not folder.is_dir():
        raise LibraryUnwritable(f"{str(folder)!r} is a file, not a folder.", "Name another folder with --library.")
    if not store and folder.is_dir() and any(folder.iterdir()):
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
    from chromadb.config import Settings as ChromaSettings

    scheme, separator, rest = address.strip().partition("://")
    try:
        parts = urlsplit(f"//{rest if separator else address.strip()}")
        host, port = parts.hostname or "127.0.0.1", parts.port or 8000
    except ValueError as error:
        raise LibraryError(f"chroma_host = {address!r} is not an address: {error}.", "Give host:port.") from error
    secure = separator != "" and scheme == "https"
    try:
        settings = ChromaSettings(anonymized_telemetry=False)
        with _no_proxy():
            client = chromadb.HttpClient(host, port, ssl=secure, settings=settings)
        client.heartbeat()
    except ValueError as error:  # what chromadb raises for a server that does not answer, or not as Chroma does
        raise LibraryError(
            f"No Chroma server answers at {address!r} ({error}).", f"Start it: chroma run --port {port}"
        ) from error
    return client


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


def all_rows(collection: Collection) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Return ``(id, document, metadata)`` of every record, read page by page."""
    rows: list[tuple[str, str, Mapping[str, Any]]] = []
    while True:
        got = collection.get(limit=PAGE, offset=len(rows), include=["documents", "metadatas"])
        if not got["ids"]:
            return rows
        rows.extend(zip(got["ids"], got["documents"] or [], got["metadatas"] or [], strict=True))


def vectors_by_paper(
    collection: Collection, records: Sequence[str]
) -> dict[str, tuple[tuple[Span, ...], NDArray[np.float32]]]:
    """Return the spans and vectors that a collection holds of some records, by paper id, in the abstract's order."""
    import numpy as np

    rows: dict[str, list[tuple[Span, Any]]] = {}
    for at in range(0, len(records), _ASKED):
        where: Any = {"record": {"$in": list(records[at : at + _ASKED])}}
        got = collection.get(where=where, include=["embeddings", "metadatas"])
        embeddings: Any = got["embeddings"] if got["embeddings"] is not None else []
        for metadata, vector in zip(got["metadatas"] or [], embeddings, strict=True):
            span = (int(str(metadata["start"])), int(str(metadata["end"])))
            rows.setdefault(str(metadata["paper_id"]), []).append((span, vector))
    ordered = {paper_id: sorted(pairs, key=lambda pair: pair[0]) for paper_id, pairs in rows.items()}
    return {
        paper_id: (tuple(span for span, _ in pairs), np.asarray([v for _, v in pairs], dtype=np.float32))
        for paper_id, pairs in ordered.items()
    }
