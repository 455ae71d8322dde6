"""One paper as a PDF: its title, and the abstract between "Abstract" and the introduction or the keywords.

A PDF holds characters and places, not paragraphs. What a title or an abstract is, is told by words, sizes and fonts;
where that does not tell, the file is refused rather than guessed at. So is a digest page printed to PDF: nothing in
it tells titles and abstracts apart reliably.
"""

from __future__ import annotations

import io
import logging
import re
import shlex
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import InputError
from ingest.links import find_links
from ingest.paper import Appearance, matching_key
from ingest.sources.base import Document, Entry, Problem, Reading
from ingest.sources.pdf_lines import Line, clean, join, lines_of

if TYPE_CHECKING:
    from pypdf import PdfReader

_FRONT, _ALL = 3, 12
"""Pages an abstract is looked for on, and pages whose words tell how a broken word is written."""
_START = re.compile(r"a ?b ?s ?t ?r ?a ?c ?t\b\s*(?P<mark>[—–:.]|-[-\s])?\s*(?P<rest>.*)", re.IGNORECASE)
_END = re.compile(
    r"(?-i:(?=[A-Z\d]))(?:(?:(?:1|I)\s*[.:)]?\s*)?I ?NTRODUCTION[.:]?|(?:1|I)\s*[.:)]?\s*I ?NTRODUCTION\b.{0,60}"
    r"|(?:I ?NTRODUCTION\s*[—–]|(?:(?:additional )?key ?-?words?(?: and phrases)?|K ?EYWORDS|index terms|ccs concepts"
    r"|categories and subject descriptors|general terms|acm reference format)\s*(?:[—–:.•-]|$)).*)",
    re.IGNORECASE,
)
_CAPITALS_END = re.compile(r"(?:Key ?[Ww]ords|KEYWORDS|Index Terms|INDEX TERMS|CCS Concepts|CCS CONCEPTS) \S.*")
_HEADING = re.compile(r"(?:1|I)[.:)]?\s+[A-Z].{1,60}")
_STAMP = re.compile(r"arXiv:\S+.*", re.IGNORECASE)
_DIGEST = re.compile(r"daily papers|by ?ak and the research community|get trending papers in your email", re.IGNORECASE)
_NO_TITLE = re.compile(
    r"untitled.*|microsoft word.*|(?:paper|title|document|main|manuscript)\W*\d*"
    r"|.*\.(?:tex|dvi|docx?|odt|pdf|indd|rtf)",
    re.IGNORECASE,
)
_SAME = 0.06
"""Sizes that differ by less are one size."""
_LARGER, _TITLE_SIZE = 1.08, 1.3
"""Times the size of other lines above the abstract, and of the paper's text, that set a title apart."""
_SHORTEST, _LONGEST = 100, 6000
"""Characters of an abstract."""
_MARK = re.compile(r"(?<=\w\w)[\u2217†‡§¶,\s]+$")
"""What leads from a title to a footnote."""
_RUN_TOGETHER = re.compile(r"[^\W\d_]{25,}")
_SHOWN = 60
_DAMAGED = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, NotImplementedError,
    AssertionError, zlib.error,
)  # fmt: skip
"""What pypdf lets through, beside its own errors, where a file is not what it says."""
_BY_HAND = "Save the title and the abstract as two lines of a text file, and give that."


@dataclass(frozen=True)
class _Printed:
    """What was got out of the file: the lines of its first pages, and every word of more of them."""

    title: str
    lines: tuple[Line, ...]
    words: Counter[str] = field(default_factory=Counter)


class PdfPaper:
    """A paper as a PDF with text in it."""

    name = "paper (PDF)"
    expects = "PDF"

    def accepts(self, document: Document) -> bool:
        """Accept what was handed over as the bytes of a PDF."""
        return bool(document.data)

    def read(self, document: Document) -> Reading:
        """Read the one paper; ``published`` stays unknown, and the digest is named after the file.

        Raises:
            InputError: the file is locked, damaged or scanned, or its title or abstract cannot be told.
        """
        printed = _print(document)
        problems: list[str] = []
        _refuse_digest(document.path, printed.lines)
        start, rest = _abstract_start(document.path, printed.lines)
        body = _abstract_lines(document.path, printed.lines[start + 1 :], rest, problems)
        if rest:
            body = [rest, *body]
        title = _title(document.path, printed, printed.lines[:start], problems)
        abstract = join(body, printed.words.__getitem__)
        _check(document.path, abstract, problems)
        entry = Entry(title, abstract, Appearance(document.digest), find_links(abstract))
        return Reading((entry,), tuple(Problem(document.path, 0, message) for message in problems))


def looks_like_pdf(path: Path, data: bytes) -> bool:
    """Tell whether a file's first bytes are those of a PDF, or of a damaged one that is named as a PDF."""
    named = path.suffix.lower() == ".pdf"
    return data.lstrip().startswith(b"%PDF-") or (named and (b"%PDF-" in data[:1024] or b"\x00" in data[:1024]))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pypdf's remarks about a file's small faults off the terminal."""
    log = logging.getLogger("pypdf")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


def _print(document: Document) -> _Printed:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError, WrongPasswordError

    path = document.path
    try:
        with _quiet():
            printed = _pages(PdfReader(io.BytesIO(document.data)))
    except (DependencyError, FileNotDecryptedError, WrongPasswordError) as error:
        copy = f"qpdf --decrypt --password=... {shlex.quote(str(path))} {shlex.quote(f'open-{path.name}')}"
        raise InputError(
            f"{str(path)!r} is an encrypted PDF.", f"Save a copy without a password, for instance: {copy}"
        ) from error
    except (PyPdfError, *_DAMAGED) as error:
        raise InputError(
            f"{str(path)!r} is a damaged PDF ({clean(str(error))[:_SHOWN] or type(error).__name__}).",
            "Download or save it again.",
        ) from error
    if not any(c.isalpha() for line in printed.lines for c in line.text):
        raise InputError(
            f"{str(path)!r} is a PDF with no text on its first pages: a scan, or pictures of pages.",
            f"Recognise its text first, for instance: ocrmypdf {shlex.quote(str(path))} "
            f"{shlex.quote(f'text-{path.name}')}",
        )
    return printed


def _pages(reader: PdfReader) -> _Printed:
    from pypdf.errors import PyPdfError

    metadata = reader.metadata
    title = clean(str(metadata.get("/Title") or "")) if metadata else ""
    pages = reader.pages[:_ALL]
    lines = tuple(line for number, page in enumerate(pages[:_FRONT], start=1) for line in lines_of(page, number))
    words = Counter(_words("\n".join(line.text for line in lines)))
    for page in pages[_FRONT:]:
        with suppress(PyPdfError, *_DAMAGED):  # of these pages nothing is stored
            words.update(_words(clean(page.extract_text().replace("-\n", "- "))))
    return _Printed(title, lines, words)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.lower())


def _refuse_digest(path: Path, lines: Sequence[Line]) -> None:
    if len({match.group().lower() for line in lines[:40] if (match := _DIGEST.search(line.text))}) > 1:
        raise InputError(
            f"{str(path)!r} is a digest page printed to PDF, which does not tell titles and abstracts apart.",
            "Save the page as text (.txt), and give that.",
        )


def _abstract_start(path: Path, lines: Sequence[Line]) -> tuple[int, str]:
    """Return where the line that opens the abstract stands, and what of the abstract stands on it."""
    loose: tuple[int, str] | None = None
    for at, line in enumerate(lines):
        match = _START.fullmatch(line.text)
        if match and (match["mark"] or not match["rest"]):
            return at, match["rest"]
        if match and at and loose is None and match["rest"][0].isupper():
            loose = at, match["rest"]
    if loose:
        return loose
    raise InputError(
        f"{str(path)!r} is a PDF with no line that begins with 'Abstract' on its first {_FRONT} pages.", _BY_HAND
    )


def _abstract_lines(path: Path, lines: Sequence[Line], rest: str, problems: list[str]) -> list[str]:
    """Return the lines up to the next heading that belong to the abstract; others are told of in ``problems``."""
    sizes: Counter[float] = Counter()
    fonts: Counter[str] = Counter()
    for at, line in enumerate(lines):
        other = bool(fonts) and (line.size, line.font) != (sizes.most_common(1)[0][0], fonts.most_common(1)[0][0])
        before = lines[at - 1].text if at else rest
        closed = before.endswith((".", "!", "?")) and _CAPITALS_END.fullmatch(line.text)
        if _END.fullmatch(line.text) or closed or (other and _HEADING.fullmatch(line.text)):
            return _of_size(lines[:at], sizes.most_common(1)[0][0] if sizes else 0.0, problems)
        sizes[line.size] += len(line.text)
        fonts[line.font] += len(line.text)
    raise InputError(
        f"{str(path)!r} is a PDF whose abstract has no end that can be told: no 'Introduction' or 'Keywords' follows.",
        _BY_HAND,
    )


def _of_size(lines: Sequence[Line], size: float, problems: list[str]) -> list[str]:
    """Leave out footnotes, page numbers and the numbers of lines."""
    numbers = [line for line in lines if line.text.isdigit() and len(line.text) <= 4]
    kept: list[str] = []
    left_out: list[str] = []
    for at, line in enumerate(lines):
        turns = any(0 <= n < len(lines) and lines[n].page != line.page for n in (at - 1, at + 1))
        if _STAMP.fullmatch(line.text) or (line in numbers and (len(numbers) >= 3 or turns)):
            continue
        if abs(line.size - size) > _SAME * size:
            left_out.append(line.text)
        else:
            kept.append(line.text)
    if left_out:
        shown = " / ".join(left_out)
        shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
        problems.append(f"lines of another size left out of the abstract, as footnotes are: {shown!r}")
    return kept


def _title(path: Path, printed: _Printed, above: Sequence[Line], problems: list[str]) -> str:
    """Return the document's own title where the page bears it out, else the largest or the first lines."""
    lines = [line for line in above if not _STAMP.fullmatch(line.text) and any(c.isalpha() for c in line.text)]
    own = "" if _NO_TITLE.fullmatch(printed.title) or len(printed.title.split()) < 2 else printed.title
    found, sure = _title_on_page(lines, printed)
    key = matching_key(own)
    if own and key in matching_key(" ".join(line.text for line in lines)):
        part = sure and key != matching_key(found) and key in matching_key(found)
        return found if part else own
    if sure:
        if own:
            problems.append(f"the document gives itself another title than its page, which was taken: {own!r}")
        return found
    if not (own or found):
        raise InputError(f"{str(path)!r} is a PDF with no title above its abstract.", _BY_HAND)
    told = "the title is the document's own and not on its page" if own else "nothing sets a title apart on the page"
    problems.append(f"{told}, check it: {own or found!r}")
    return own or found


def _title_on_page(lines: Sequence[Line], printed: _Printed) -> tuple[str, bool]:
    """Return the largest lines, or the first ones in their font, and whether anything sets them apart."""
    if not lines:
        return "", False
    largest = max(line.size for line in lines)
    stands_out = any(line.size * _LARGER < largest for line in lines)
    first = next(at for at, line in enumerate(lines) if line.size == largest or not stands_out)
    run: list[str] = []
    for line in lines[first:]:
        if abs(line.size - lines[first].size) > _SAME * largest or (not stands_out and line.font != lines[first].font):
            break
        run.append(line.text)
    text = Counter(line.size for line in printed.lines).most_common(1)[0][0]
    sure = len(run) < len(lines) or len(lines) == 1 or largest >= _TITLE_SIZE * text
    title = join(run if sure else run[:1], printed.words.__getitem__)
    return _MARK.sub("", title), sure


def _check(path: Path, abstract: str, problems: list[str]) -> None:
    """Refuse what is no abstract, and tell of words that lost their spaces."""
    letters = sum(c.isalpha() or c.isspace() for c in abstract)
    if len(abstract) < _SHORTEST or len(abstract) > _LONGEST or letters < 0.7 * len(abstract):
        shown = abstract if len(abstract) <= _SHOWN else abstract[:_SHOWN] + "…"
        raise InputError(
            f"{str(path)!r} is a PDF in which no abstract could be told; what follows 'Abstract' is {shown!r}.",
            _BY_HAND,
        )
    if together := _RUN_TOGETHER.search(re.sub(r"(?:https?://|www\.)\S+", "", abstract)):
        shown = together.group()[:_SHOWN]
        problems.append(f"the abstract has words with no spaces between, as drawn in the PDF: {shown!r}")
