"""One writer at a time: a lock on a library's folder that ends with the process that holds it, killed or not.

It is SQLite's own lock on an empty file beside the store, which is the same on every system and which two handles in
one process do not share. chromadb's files are no place for it: two processes that write into one store would both save
its vectors' graph, and a paper merged from what was read before the other wrote would undo it.

A Chroma server orders single writes itself and offers nothing to lock, so a library on one is not locked: let one
machine at a time ingest into it.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import LibraryBusy, LibraryUnwritable
from ingest.store import LOCK_FILE, WRITER_FILE, prepare_folder

if TYPE_CHECKING:
    from ingest.settings import Settings

WAIT_SECONDS = 60.0
_STEP = 0.2


@contextlib.contextmanager
def write_lock(
    settings: Settings,
    doing: str,
    create: bool = False,
    tell: Callable[[], None] | None = None,
    wait: float | None = None,
) -> Iterator[None]:
    """Hold the library for writing; where another process does, wait for it a while.

    Args:
        settings: name the library.
        doing: what it is held for, for those who wait.
        create: the folder is made where there is none.
        tell: called once when there is somebody to wait for.
        wait: seconds to wait; default :data:`WAIT_SECONDS`.

    Raises:
        LibraryMissing: there is no library, and ``create`` is off.
        LibraryUnwritable: the folder cannot be written.
        LibraryBusy: the other process has not ended.
    """
    if settings.chroma_host:
        yield
        return
    folder = Path(settings.library)
    prepare_folder(folder, create)
    with contextlib.closing(_open(folder)) as lock:
        _acquire(lock, folder, tell, WAIT_SECONDS if wait is None else wait)
        _sign(folder, doing)
        yield


def _open(folder: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(folder / LOCK_FILE, timeout=0, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise _unlockable(folder, error) from error


def _acquire(lock: sqlite3.Connection, folder: Path, tell: Callable[[], None] | None, wait: float) -> None:
    until = time.monotonic() + wait
    while not _held(lock, folder):
        if time.monotonic() >= until:
            raise LibraryBusy(
                f"Another process is writing to the library {str(folder)!r}{_writer(folder)}.",
                "Run the same command again when it has ended.",
            )
        if tell:
            tell()
            tell = None
        time.sleep(_STEP)


def _held(lock: sqlite3.Connection, folder: Path) -> bool:
    try:
        lock.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return False
        raise _unlockable(folder, error) from error
    return True


def _unlockable(folder: Path, error: sqlite3.Error) -> LibraryUnwritable:
    return LibraryUnwritable(
        f"The library folder {str(folder)!r} cannot be locked for writing: {error}.",
        "Check its permissions, or name another folder with --library.",
    )


def _sign(folder: Path, doing: str) -> None:
    """Say who holds the lock; that nobody can be told is no reason not to write."""
    with contextlib.suppress(OSError):
        (folder / WRITER_FILE).write_text(f"{doing}, process {os.getpid()}", encoding="utf-8")


def _writer(folder: Path) -> str:
    try:
        return f" ({(folder / WRITER_FILE).read_text(encoding='utf-8')})"
    except (OSError, UnicodeDecodeError):
        return ""
