"""An answer, a list of papers and an ingest's report, as text in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ui.pipes import Indented
from ui.wording import MARKER, NEAREST, SUPPORT, about, counted, is_heading, made_by, plural, quotes, shown_date

if TYPE_CHECKING:
    from ingest.paper import Paper
    from ingest.pipeline import FileReport, IngestReport
    from rag.answer import Answer, Citation, Sentence, SourcePaper

_STYLE = {"weak": "yellow", "unsupported": "red", "unscored": "dim"}
_PROBLEMS_SHOWN = 20


def render_answer(answer: Answer) -> RenderableType:
    """Return an answer with its marks, then what is missing, the citations, and what made it."""
    parts: list[RenderableType] = [_text(answer)]
    if answer.missing:
        parts.append(Text(f"\nNot mentioned in the papers: {', '.join(answer.missing)}", "yellow"))
    if answer.catalogue:
        parts.append(Text(f"\n{counted(answer.catalogue)}", "dim"))
    if answer.provenance.notes:
        parts.append(Text(f"\nNote: {'; '.join(answer.provenance.notes)}", "dim"))
    if answer.citations:
        parts.append(Text("\nCited", "bold"))
        words = quotes(answer)
        parts.extend(_citation(citation, words[citation.n]) for citation in answer.citations)
    if answer.abstained and answer.sources:
        parts.append(Text("\nNearest papers", "bold"))
        parts.extend(Text(f"  · {source.title}") for source in answer.sources[:NEAREST])
    parts.append(Text(f"\n{made_by(answer)}", "dim"))
    return Group(*parts)


def _text(answer: Answer) -> Text:
    """Return the answer's text, markers bold, a word after each sentence that is not fully carried."""
    if answer.abstained:
        return Text(answer.text, "yellow")
    text, at = Text(), 0
    numbers = {citation.n for citation in answer.citations}
    for sentence in sorted(answer.sentences, key=lambda s: s.start):
        text.append(answer.text[at : sentence.start])
        piece = Text(answer.text[sentence.start : sentence.end], _style(answer, sentence))
        for marker in MARKER.finditer(piece.plain):
            if int(marker.group(1)) in numbers:
                piece.stylize("bold cyan", *marker.span())
        text.append_text(piece)
        if said := SUPPORT.get(sentence.support):
            text.append(f" ({said})", f"italic {_STYLE[sentence.support]}")
        at = sentence.end
    text.append(answer.text[at:])
    return text


def _style(answer: Answer, sentence: Sentence) -> str:
    return "bold" if is_heading(answer, sentence) else _STYLE.get(sentence.support, "")


def _citation(citation: Citation, words: Sequence[str]) -> RenderableType:
    head = Text.assemble((f" [{citation.n}] ", "bold cyan"), (citation.title, "bold"))
    lines: list[RenderableType] = [head]
    if said := " · ".join(part for part in (about(citation), citation.url) if part):
        lines.append(Indented(Text(said, "dim"), 5))
    lines.extend(Indented(Text(f"“{quote}”", "italic"), 5) for quote in words)
    return Group(*lines)


def render_sources(sources: Iterable[SourcePaper]) -> Table:
    """Return papers as a search ranks them."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("", justify="right")
    table.add_column("score", justify="right")
    table.add_column("title", overflow="fold")
    table.add_column("id", style="dim", overflow="fold")
    for source in sources:
        table.add_row(str(source.rank), f"{source.score:.3f}", Text(source.title), Text(source.paper_id))
    return table


def render_papers(papers: Sequence[Paper]) -> RenderableType:
    """Return the library's papers as a table."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("title", "published", "digests"):
        table.add_column(name, overflow="fold")
    for name in ("authors", "links"):
        table.add_column(name, justify="right")
    for paper in papers:
        published = shown_date(paper.published) + (" (year inferred)" if paper.year_inferred else "")
        authors = "" if paper.authors is None else str(paper.authors)
        links = str(len(paper.links)) if paper.links else ""
        table.add_row(Text(paper.title), published, Text(", ".join(paper.digests)), authors, links)
    return Group(table, Text(f"\n{plural(len(papers), 'paper')}", "dim"))


def render_report(report: IngestReport) -> RenderableType:
    """Return what an ingest did: each file, each problem with its line, and the totals."""
    parts: list[RenderableType] = [_file(file) for file in report.files]
    for problem in report.problems[:_PROBLEMS_SHOWN]:
        parts.append(Text(f"  ! {problem}", "yellow"))
    if (more := len(report.problems) - _PROBLEMS_SHOWN) > 0:
        parts.append(Text(f"  ! and {plural(more, 'further problem')}: see --json", "yellow"))
    papers = plural(report.distinct, "paper")
    entries = plural(report.entries, "entry", "entries")
    parts.append(
        Text(f"{entries}, {papers}: {report.added} added, {report.changed} changed, {report.unchanged} as before")
    )
    totals = f"The library holds {plural(report.papers, 'paper')} in {plural(report.passages, 'passage')}."
    parts.append(Text(totals, "bold"))
    return Group(*parts)


def _file(file: FileReport) -> Text:
    if file.failed:
        return Text(f"{file.path}: not read", "red")
    said = f"{file.path}: {plural(file.entries, 'entry', 'entries')}"
    if file.inferred_year:
        said += f"; dates without a year taken to be of {file.inferred_year} (--saved DATE overrides)"
    return Text(said)
