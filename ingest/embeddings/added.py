"""What ships beside the embedded model and can be replaced by a folder, or left out, by a setting."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import WeightsMissing

OFF = "off"


def find_added(setting: str, value: str, bundled: Path, file: str, kind: str) -> Path | None:
    """Return the file that a setting's value names: empty the bundled one, ``off`` none, else that of a folder.

    Args:
        setting: its name, for the error.
        value: what it is.
        bundled: the folder of the one that ships.
        file: its name in a folder.
        kind: what it is of, for the error.

    Raises:
        WeightsMissing: the folder holds none.
    """
    if value == OFF:
        return None
    path = (Path(value) if value else bundled) / file
    if not path.is_file():
        raise WeightsMissing(
            f"There is no {file} of a {kind} in {str(path.parent)!r}.",
            f"Name a folder that holds {file}, or leave the setting {setting} out for the bundled one.",
        )
    return path
