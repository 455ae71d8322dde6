"""Files of our own: the cache folder, and writing that leaves nothing half-written."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

import platformdirs

from ingest.errors import ConfigError


def cache_folder(named: str = "") -> Path:
    """Return the folder for derived files, made if need be.

    Args:
        named: the setting ``cache``; empty: the user's cache folder.

    Raises:
        ConfigError: it cannot be made or written.
    """
    folder = Path(named) if named else Path(platformdirs.user_cache_dir("citetrail", appauthor=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"The cache folder {str(folder)!r} cannot be made: {error.strerror}.",
            "Name another one as the setting 'cache' (CITETRAIL_CACHE).",
        ) from error
    return folder


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises:
        ConfigError: the folder cannot be written, or the disk is full.
    """
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
        raise ConfigError(
            f"{str(path)!r} cannot be written: {error.strerror}.",
            "Free some room, or name another folder as the setting 'cache' (CITETRAIL_CACHE).",
        ) from error
