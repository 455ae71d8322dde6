"""Files and folders as users give them: bad ones are named with what to do, and cost the good ones nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import InputError
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.sources import expand, read_file
from tests.support.pages import abstract, page, write_page

PAGE = page(("Frogs", abstract("frogs")), ("Gödel’s Ponds", abstract("ponds “and” β")))


def _refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert caught.value.fix
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n\t\r\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is a binary file"),
        (b"Frogs\nin ponds\nG\xf6del counts frogs", "is not UTF-8: byte 0xf6 in line 3"),
        (PAGE.encode("utf-16"), "iconv -f UTF-16"),
        (PAGE.encode("utf-16-le"), "is a binary file"),
        (b"new\nSubscribe\nDaily Papers\n", "no title followed by an abstract"),
        (b"Frogs\nPonds\nNewts\n", "no title followed by an abstract"),
        (abstract("frogs").encode(), "line 1, a paragraph with no title before it"),
        (f"<html><body><p>{abstract('frogs')}</p></body></html>".encode(), "no title followed by an abstract"),
        (f'{{"title": "Frogs", "abstract": "{abstract("frogs")}"}}'.encode(), "no title followed by an abstract"),
        (f'[{{"abstract": "{abstract("frogs")}"}}]'.encode(), "no title followed by an abstract"),
        (f"\ufeff<!doctype html>\n<p>Frogs\n{abstract('frogs')}".encode(), "no title followed by an abstract"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path, data, words):
    path = tmp_path / "a page.txt"
    path.write_bytes(data)
    message = _refusal(path)
    assert words in message
    assert str(path) in message


def test_the_command_that_converts_is_quoted(tmp_path):
    path = tmp_path / "it's a page.txt"
    path.write_bytes("Gödel".encode("latin-1"))
    assert "'\"'\"'" in _refusal(path)


def test_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path):
    readings = []
    for data in (PAGE, PAGE.replace("\n", "\r\n"), PAGE.replace("\n", "\r"), "\ufeff" + PAGE, PAGE.rstrip()):
        path = tmp_path / "page.txt"
        path.write_bytes(data.encode())
        readings.append(read_file(path))
    assert len(readings[0].entries) == 2
    assert all(reading == readings[0] for reading in readings)


def test_a_title_in_brackets_on_the_first_line_is_no_json(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(f"[Re] Frogs\n{abstract('frogs')}\n")
    assert [entry.title for entry in read_file(path).entries] == ["[Re] Frogs"]


def test_a_missing_path_is_named(tmp_path):
    with pytest.raises(InputError, match=r"no file or folder .*gone\.txt"):
        expand([tmp_path / "gone.txt"])
    with pytest.raises(InputError):
        expand([tmp_path / ("x" * 300)])


def test_a_folder_gives_its_digests_in_order(tmp_path):
    for name in ("b.txt", "a.txt", "c.TXT", "d", ".hidden.txt", "e.pdf", "f.txt~"):
        (tmp_path / name).write_text("x")
    (tmp_path / "sub.txt").mkdir()
    assert [path.name for path in expand([tmp_path])] == ["a.txt", "b.txt", "c.TXT", "d"]
    assert [path.name for path in expand([tmp_path / "e.pdf", tmp_path, tmp_path / "a.txt"])] == [
        "e.pdf", "a.txt", "b.txt", "c.TXT", "d",
    ]  # fmt: skip


def test_a_folder_with_no_digests_is_named(tmp_path):
    (tmp_path / "e.pdf").write_text("x")
    with pytest.raises(InputError, match="holds no digest"):
        expand([tmp_path])


def test_files_and_folders_without_permission_are_named(unprivileged):
    path = write_page(unprivileged, "a.txt", ("Frogs", abstract("frogs")))
    path.chmod(0)
    assert "could not be read: Permission denied" in _refusal(path)
    unprivileged.chmod(0)
    for refused in (unprivileged, path):
        with pytest.raises(InputError, match="could not be read: Permission denied"):
            expand([refused])


def test_good_files_are_ingested_beside_bad_ones(tmp_path, settings, embedder):
    folder = tmp_path / "digests"
    folder.mkdir()
    write_page(folder, "a.txt", ("Frogs", abstract("frogs")))
    (folder / "b.txt").write_bytes(b"")
    (folder / "c.txt").write_bytes(b"Frogs \xff")
    write_page(folder, "d.txt", ("Ponds", abstract("ponds")), ("Bare", "Newts"), (abstract("newts"), ""))
    report = ingest([folder], settings, embed_model=embedder)
    assert [(file.path.name, file.entries, file.failed) for file in report.files] == [
        ("a.txt", 1, False),
        ("b.txt", 0, True),
        ("c.txt", 0, True),
        ("d.txt", 2, False),
    ]
    assert [(p.path.name, p.line) for p in report.problems] == [("b.txt", 0), ("c.txt", 0), ("d.txt", 17)]
    assert (report.entries, report.added, report.papers) == (3, 3, 3)
    assert [p.title for p in Library.open(settings, embedder).papers()] == ["Frogs", "Ponds", "Newts"]


def test_where_nothing_can_be_read_every_file_is_named_and_no_library_made(tmp_path, settings, embedder):
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_bytes(b"\x00")
    with pytest.raises(InputError, match=r"(?s)a\.txt.* is empty.*b\.txt.* is a binary file"):
        ingest([tmp_path / "a.txt", tmp_path / "b.txt"], settings, embed_model=embedder)
    with pytest.raises(InputError, match="No file or folder was named"):
        ingest([], settings, embed_model=embedder)
    assert not Path(settings.library).exists()


def test_a_missing_path_loses_nothing(tmp_path, settings, embedder):
    good = write_page(tmp_path, "a.txt", ("Frogs", abstract("frogs")))
    ingest([good], settings, embed_model=embedder)
    before = Library.open(settings, embedder)
    revision, papers = before.revision, before.papers()
    with pytest.raises(InputError):
        ingest([good, tmp_path / "gone.txt"], settings, embed_model=embedder)
    after = Library.open(settings, embedder)
    assert (after.revision, after.papers()) == (revision, papers)
