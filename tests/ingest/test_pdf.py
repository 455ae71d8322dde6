"""Papers as PDFs: made here with a content stream a page, read as any file is."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from ingest.errors import InputError
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.sources import Reading, expand, read_file
from ingest.sources.pdf_lines import clean, join
from tests.support.pages import abstract, write_page

Row = tuple[str, int]
TITLE: list[Row] = [("Counting Frogs by Ear in", 17), ("Ponds Without Light", 17)]
AUTHORS: list[Row] = [("Ada Pond and Ben Reed", 12), ("Institute of Still Water", 10)]
BODY = [
    "Frogs are hard to count at night. We listen to ponds with four micro-",
    "phones and tell callers apart by place. On 31 ponds the count is within",
    "7% of the true one, and a night takes 12 minutes of one core.",
]
WHOLE = (
    "Frogs are hard to count at night. We listen to ponds with four microphones and tell callers apart by place. "
    "On 31 ponds the count is within 7% of the true one, and a night takes 12 minutes of one core."
)
AFTER: list[Row] = [("1 Introduction", 12), ("Ponds are dark.", 10)]


def small(*lines: str) -> list[Row]:
    return [(line, 10) for line in lines]


def stream(rows: list[Row]) -> bytes:
    """Return the drawing of a page: one line under the other, bold where it is larger than 10 points."""
    drawn = [b"BT 72 740 Td"]
    for text, size in rows:
        shown = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
        drawn.append(b"/%s %d Tf (%s) Tj 0 %d Td" % (b"B" if size > 10 else b"R", size, shown, -size - 4))
    return b"\n".join([*drawn, b"ET"])


def writer(*pages: list[Row], title: str = "") -> PdfWriter:
    made = PdfWriter()
    for rows in pages:
        page = made.add_blank_page(612, 792)
        fonts = DictionaryObject()
        for name, base in (("/R", "/Times-Roman"), ("/B", "/Times-Bold")):
            font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": base, "/Encoding": "/WinAnsiEncoding"}
            fonts[NameObject(name)] = DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        content = DecodedStreamObject()
        content.set_data(stream(rows))
        page[NameObject("/Contents")] = made._add_object(content)
    if title:
        made.add_metadata({"/Title": title})
    return made


def data(made: PdfWriter) -> bytes:
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def read(tmp_path: Path, *pages: list[Row], title: str = "") -> Reading:
    path = tmp_path / "frogs.pdf"
    path.write_bytes(data(writer(*pages, title=title)))
    return read_file(path)


def read_abstract(tmp_path: Path, *lines: str, after: list[Row] = AFTER) -> str:
    (entry,) = read(tmp_path, [*TITLE, *AUTHORS, ("Abstract", 12), *small(*lines), *after]).entries
    return entry.abstract


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert caught.value.fix
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_a_paper(tmp_path):
    reading = read(tmp_path, [*TITLE, *AUTHORS, ("Abstract", 12), *small(*BODY), *AFTER])
    (entry,) = reading.entries
    assert entry.title == "Counting Frogs by Ear in Ponds Without Light"
    assert entry.abstract == WHOLE
    assert (entry.appearance.digest, entry.appearance.published, entry.url, entry.links) == ("frogs", "", "", ())
    assert reading.problems == ()


@pytest.mark.parametrize(
    "opening",
    [
        [("Abstract", 12), *small(*BODY)],
        [("ABSTRACT", 10), *small(*BODY)],
        [("A BSTRACT", 12), *small(*BODY)],
        small(f"Abstract. {BODY[0]}", *BODY[1:]),
        small(f"Abstract\u2014{BODY[0]}", *BODY[1:]),
        small(f"Abstract: {BODY[0]}", *BODY[1:]),
        small(f"Abstract {BODY[0]}", *BODY[1:]),
    ],
)
@pytest.mark.parametrize(
    "closing",
    [
        AFTER,
        [("Introduction", 10)],
        [("1. INTRODUCTION", 10)],
        [("I. INTRODUCTION", 10)],
        [("I. I NTRODUCTION", 10)],
        [("1 Introduction and Related Work", 10)],
        [("1 Ponds at Night", 12)],
        small("Keywords: frogs, ponds"),
        small("Keywords Frogs, ponds"),
        small("Index Terms\u2014frogs, ponds"),
        small("CCS Concepts: \u2022 Ponds"),
        small("CCS CONCEPTS", "\u2022 Ponds"),
    ],
)
def test_where_an_abstract_begins_and_ends(tmp_path, opening, closing):
    (entry,) = read(tmp_path, [*TITLE, *AUTHORS, *opening, *closing, ("More about ponds.", 10)]).entries
    assert (entry.title, entry.abstract) == ("Counting Frogs by Ear in Ponds Without Light", WHOLE)


@pytest.mark.parametrize(
    ("first", "second", "mended"),
    [
        ("we use self-", "trained ears", "we use self-trained ears"),
        ("the state-of-the-", "art ear", "the state-of-the-art ear"),
        ("we use night-", "time ears", "we use night-time ears"),  # so written in the introduction
        ("we use under-", "water ears", "we use underwater ears"),
        ("we use Pond-", "Net and ears", "we use Pond-Net and ears"),
        ("we use GPT-", "4 and ears", "we use GPT-4 and ears"),
        ("before pre-", "and post-dawn", "before pre- and post-dawn"),
        ("between 12\u2013", "40% of it", "between 12\u201340% of it"),
    ],
)
def test_words_broken_at_a_line_end(tmp_path, first, second, mended):
    after = [*AFTER, *small("At night-time, and in the dark, ponds are full.")]
    text = read_abstract(tmp_path, *BODY, f"Here {first}", f"{second} say more. It ends.", after=after)
    assert f"Here {mended}" in text


def test_ligatures_soft_hyphens_and_unprintable_characters():
    lines = [clean(line) for line in ("we \ufb01nd\x00  o\ufb00-\ud800", "night fro\xad", "gs")]
    assert join(lines, {"offnight": 0, "off-night": 1}.__getitem__) == "we find off-night frogs"


@pytest.mark.parametrize(
    ("first", "second", "link"),
    [
        ("https://github.com/pond/", "frogs.", "https://github.com/pond/frogs"),
        ("https://pond.example/night-", "frogs", "https://pond.example/night-frogs"),
        ("https://pond.example/frogs/", "and on paper.", "https://pond.example/frogs/"),
        ("https://pond.example/frogs.", "It is free.", "https://pond.example/frogs"),
    ],
)
def test_links_are_found_across_lines(tmp_path, first, second, link):
    rows = [*TITLE, *AUTHORS, ("Abstract", 12), *small(*BODY, f"The code is at {first}", second), *AFTER]
    assert read(tmp_path, rows).entries[0].links == (link,)


def test_words_of_the_abstract_do_not_end_it(tmp_path):
    lines = [
        "One can read it off the",
        "introduction.",
        "Counts by",
        "keywords fail, and",
        "1 pond of 31 did in",
        "2023.",
    ]
    assert read_abstract(tmp_path, *BODY, *lines) == f"{WHOLE} {' '.join(lines)}"


def test_footnotes_are_left_out_and_told_of(tmp_path):
    rows = [*TITLE, ("Abstract", 12), *small(*BODY[:2]), ("Both counted equally.", 7), *small(BODY[2]), *AFTER]
    reading = read(tmp_path, rows)
    assert reading.entries[0].abstract == WHOLE
    (problem,) = reading.problems
    assert "left out of the abstract" in problem.message
    assert "'Both counted equally.'" in problem.message


def test_an_abstract_goes_on_over_a_page(tmp_path):
    first = [*TITLE, ("Abstract", 12), *small(*BODY[:2], "1")]
    assert read(tmp_path, first, [*small(BODY[2]), *AFTER]).entries[0].abstract == WHOLE


def test_numbers_of_lines_are_left_out(tmp_path):
    numbered = [text for n, line in enumerate(BODY) for text in (line, f"{n:03}")]
    assert read_abstract(tmp_path, *numbered) == WHOLE


@pytest.mark.parametrize(
    ("own", "above", "title", "told"),
    [
        ("Counting frogs by ear in ponds without light", TITLE, "Counting frogs by ear in ponds without light", ""),
        ("Counting Frogs", TITLE, "Counting Frogs by Ear in Ponds Without Light", ""),
        ("Instructions for Authors", TITLE, "Counting Frogs by Ear in Ponds Without Light", "another title"),
        ("Microsoft Word - frogs v2.doc", TITLE, "Counting Frogs by Ear in Ponds Without Light", ""),
        ("frogs final.tex", TITLE, "Counting Frogs by Ear in Ponds Without Light", ""),
        ("", [("A Workshop on Ponds", 8), *TITLE], "Counting Frogs by Ear in Ponds Without Light", ""),
        ("", [("arXiv:2401.00001v1 [cs.SD] 1 Jan 2024", 20), *TITLE], TITLE[0][0] + " " + TITLE[1][0], ""),
        ("", [("Counting Bull-", 17), ("frogs by Ear", 17)], "Counting Bullfrogs by Ear", ""),
        ("", [("Abstract Frogs in Ponds", 17)], "Abstract Frogs in Ponds", ""),
    ],
)
def test_a_title(tmp_path, own, above, title, told):
    reading = read(tmp_path, [*above, *AUTHORS, ("Abstract", 12), *small(*BODY), *AFTER], title=own)
    assert reading.entries[0].title == title
    assert reading.entries[0].abstract == WHOLE
    assert [told in problem.message for problem in reading.problems] == ([True] if told else [])


def test_a_title_that_nothing_sets_apart_is_told_of(tmp_path):
    rows = small("Counting Frogs by Ear", "Ada Pond", "Abstract", *BODY, "1 Introduction")
    reading = read(tmp_path, rows)
    assert reading.entries[0].title == "Counting Frogs by Ear"
    assert ["nothing sets a title apart" in p.message for p in reading.problems] == [True]
    reading = read(tmp_path, rows, title="Frogs Counted")
    assert reading.entries[0].title == "Frogs Counted"
    assert ["not on its page" in p.message for p in reading.problems] == [True]


def test_words_without_spaces_are_told_of(tmp_path):
    rows = [*TITLE, ("Abstract", 12), *small(*BODY, "Allofthisworksinponds,whichareverydarkandstillatnight."), *AFTER]
    assert ["no spaces between" in p.message for p in read(tmp_path, rows).problems] == [True]


GOOD = data(writer([*TITLE, ("Abstract", 12), *small(*BODY), *AFTER]))
DIGEST = small(
    "Get trending papers in your email inbox!", "Daily Papers", "byAK and the research community", "Frogs", *BODY
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (data(writer([])), "ocrmypdf"),
        (data(PdfWriter()), "no text on its first pages"),
        (data(writer([*TITLE, *small(*BODY), *AFTER])), "no line that begins with 'Abstract'"),
        (data(writer([*TITLE, ("Abstract", 12), *small(*BODY)])), "has no end that can be told"),
        (data(writer([*TITLE, ("Abstract", 12), *small("None."), *AFTER])), "no abstract could be told"),
        (data(writer([*TITLE, ("Abstract", 12), *small("+ 1 = 2 " * 30), *AFTER])), "no abstract could be told"),
        (data(writer([*TITLE, ("Abstract", 12), *small(*BODY * 30), *AFTER])), "no abstract could be told"),
        (data(writer([("Abstract", 12), *small(*BODY), *AFTER])), "no title above its abstract"),
        (data(writer(DIGEST)), "Save the page as text"),
        (GOOD[: len(GOOD) // 3], "is a damaged PDF"),
        (b"%PDF-1.7\nfrogs", "is a damaged PDF"),
        (b"\x00\x01frogs\x00", "is a damaged PDF"),
    ],
)
def test_a_pdf_that_cannot_be_read(tmp_path, content, words, caplog, capfd):
    path = tmp_path / "a paper.pdf"
    path.write_bytes(content)
    assert words in refusal(path)
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_an_encrypted_pdf(tmp_path):
    path = tmp_path / "it's locked.pdf"
    made = writer([*TITLE, ("Abstract", 12), *small(*BODY), *AFTER])
    made.encrypt("croak", algorithm="RC4-128")
    path.write_bytes(data(made))
    message = refusal(path)
    assert "is an encrypted PDF" in message
    assert "qpdf --decrypt" in message
    assert "'\"'\"'" in message


def test_a_pdf_that_opens_without_a_password_is_read(tmp_path):
    path = tmp_path / "frogs.pdf"
    made = writer([*TITLE, ("Abstract", 12), *small(*BODY), *AFTER])
    made.encrypt("", "owner", algorithm="RC4-128")
    path.write_bytes(data(made))
    assert read_file(path).entries[0].abstract == WHOLE


def test_a_pdf_is_known_by_its_content(tmp_path):
    (tmp_path / "frogs").write_bytes(GOOD)
    assert len(read_file(tmp_path / "frogs").entries) == 1
    text = write_page(tmp_path, "page.pdf", ("Frogs", abstract("frogs")))
    assert [entry.title for entry in read_file(text).entries] == ["Frogs"]


def test_a_folder_gives_its_pdfs_too(tmp_path):
    for name, content in (("a.txt", b"x"), ("b.pdf", GOOD), ("c.PDF", b""), ("d.pdf", b"\x00"), ("e.pdf", b"notes")):
        (tmp_path / name).write_bytes(content)
    assert [path.name for path in expand([tmp_path])] == ["a.txt", "b.pdf", "c.PDF", "d.pdf"]


def test_papers_are_ingested_beside_digests(tmp_path, settings, embedder):
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "b.pdf").write_bytes(GOOD)
    (folder / "c.pdf").write_bytes(GOOD[:200])
    write_page(folder, "a.txt", ("Newts", abstract("newts")))
    report = ingest([folder], settings, embed_model=embedder)
    assert [(f.path.name, f.entries, f.failed) for f in report.files] == [
        ("a.txt", 1, False),
        ("b.pdf", 1, False),
        ("c.pdf", 0, True),
    ]
    papers = {paper.title: paper for paper in Library.open(settings, embedder).papers()}
    frogs = papers["Counting Frogs by Ear in Ponds Without Light"]
    assert (frogs.abstract, frogs.digests, frogs.published) == (WHOLE, ("b",), "")


def test_pypdf_is_imported_only_for_a_pdf():
    code = "import sys, ingest.sources, ingest.pipeline; sys.exit('pypdf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
