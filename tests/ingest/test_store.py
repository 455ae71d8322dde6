"""The library's folder or server, where it cannot be used."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from ingest.errors import LibraryError, LibraryMissing, LibraryUnwritable
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.settings import Settings
from ingest.store import how_to_make, open_folder
from tests.support.pages import abstract, write_page

STORE = "chroma.sqlite3"


def test_where_there_is_no_library_the_command_that_makes_one_is_named(tmp_path, embedder):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    for name in ("gone", "empty", "file"):
        with pytest.raises(LibraryMissing) as caught:
            Library.open(Settings(library=str(tmp_path / name)), embedder)
        assert "citetrail ingest" in caught.value.fix
        assert repr(str(tmp_path / name)) in caught.value.what
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file"]
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_file_in_the_folders_place_is_named(tmp_path):
    path = tmp_path / "file"
    path.write_text("x")
    with pytest.raises(LibraryUnwritable, match="is a file, not a folder"):
        open_folder(path, create=True)
    with pytest.raises(LibraryUnwritable, match="cannot be used: Not a directory"):
        open_folder(path / "library", create=True)
    assert path.read_text() == "x"


def test_a_folder_that_holds_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(LibraryUnwritable, match="holds other things"):
        open_folder(tmp_path, create=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("data", [b"SQLite format 3\x00" + b"garbage " * 900, b"not a database " * 500])
@pytest.mark.parametrize("create", [False, True])
def test_a_damaged_store_is_named(data, create, tmp_path, embedder):
    (tmp_path / STORE).write_bytes(data)
    for _ in range(2):
        with pytest.raises(LibraryUnwritable, match="cannot be opened"):
            Library.open(Settings(library=str(tmp_path)), embedder, create=create)
    assert (tmp_path / STORE).read_bytes() == data


def test_a_folder_that_may_not_be_written_is_named(unprivileged):
    unprivileged.chmod(0o555)
    for path in (unprivileged, unprivileged / "library"):
        with pytest.raises(LibraryUnwritable, match="cannot be used: Permission denied") as caught:
            open_folder(path, create=True)
        assert "permissions" in caught.value.fix
    unprivileged.chmod(0)
    for create in (False, True):
        with pytest.raises(LibraryUnwritable, match="cannot be used: Permission denied"):
            open_folder(unprivileged / "library", create=create)


def test_a_store_that_may_not_be_written_is_named(unprivileged):
    (unprivileged / STORE).touch(0o444)
    with pytest.raises(LibraryUnwritable, match="cannot be used: Permission denied"):
        open_folder(unprivileged, create=False)


def test_a_relative_folder_is_where_it_was_named(tmp_path, monkeypatch, embedder):
    page = write_page(tmp_path, "a.txt", ("Frogs", abstract("frogs")))
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        assert ingest([page], Settings(library="library"), embed_model=embedder).added == 1
        assert (tmp_path / name / "library" / STORE).is_file()
    assert Path.cwd() == Path(os.path.realpath(tmp_path / "two"))


@pytest.mark.parametrize(
    "address", ["127.0.0.1:9", "http://127.0.0.1:9", "127.0.0.1:9/", "127.0.0.1:port", "127.0.0.1:99999", "[::1"]
)
def test_where_no_chroma_server_answers_it_is_named(address, embedder, tmp_path):
    for create in (False, True):
        with pytest.raises(LibraryError) as caught:
            Library.open(Settings(chroma_host=address, library=str(tmp_path / "library")), embedder, create=create)
        assert repr(address) in caught.value.what
        assert caught.value.fix
    assert not (tmp_path / "library").exists()


class _NoChroma(BaseHTTPRequestHandler):
    """Some other server, which answers every request with a word."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def other_server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _NoChroma) as held:
        thread = threading.Thread(target=held.serve_forever)
        thread.start()
        yield f"127.0.0.1:{held.server_port}"
        held.shutdown()
        thread.join()


def test_a_server_that_is_not_chroma_is_named(other_server, embedder):
    with pytest.raises(LibraryError, match="No Chroma server answers"):
        Library.open(Settings(chroma_host=other_server), embedder)


@pytest.mark.parametrize(
    ("where", "told"),
    [("citetrail-library", ""), ("my papers", " --library 'my papers'"), ("http://10.0.0.2:8000", "")],
)
def test_the_command_that_makes_a_library_makes_the_one_that_is_missing(where: str, told: str) -> None:
    assert f"citetrail ingest PATH...{told}   " in how_to_make(where)
