"""One self-contained HTML page: an overview with plots, then every question and claim, to be filtered.

Everything from papers, questions and answers is escaped; styles, script and plots are inline, and a content security
policy in the page forbids it to load anything.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from evals.baseline import Comparison
from evals.report import svg
from evals.report.terminal import figure
from evals.results import ClaimResult, LibraryRun, Metric, Report, RowResult

HERE = Path(__file__).parent
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def _bar(label: str, metric: Metric | None, strong: bool = False) -> list[svg.Bar]:
    if metric is None or math.isnan(metric.value):
        return []
    return [svg.Bar(label, metric.value, metric.low, metric.high, metric.n, strong)]


def _plots(run: LibraryRun) -> str:
    kinds = list(dict.fromkeys(r.row.type for r in run.results))
    variants = list(dict.fromkeys(m.key.split("/")[1] for m in run.metrics if m.key.startswith("retrieval/")))
    checkers = list(dict.fromkeys(m.key.split("/")[1] for m in run.metrics if m.key.startswith("grounding/")))
    plots = [
        _bars("Questions right, by type", [b for k in kinds for b in _bar(k, run.metric(f"{k}/right"))]),
        *(
            _bars(
                f"Retrieval: {name}",
                [b for v in variants for b in _bar(v, run.metric(f"retrieval/{v}/{name}"), v == "ours")],
            )
            for name in ("recall@1", "recall@5", "ndcg@10")
        ),
        _bars("Grounding: AUC", [b for c in checkers for b in _bar(c, run.metric(f"grounding/{c}/auc"), c == "ours")]),
        svg.curve("Risk–coverage of the answers", run.curve) if run.curve else "",
        svg.histogram("Time to answer", [r.milliseconds for r in run.results], "ms"),
    ]
    return f'<div class="plots">{"".join(f"<div>{p}</div>" for p in plots if p)}</div>'


def _bars(title: str, items: Sequence[svg.Bar]) -> str:
    return svg.bars(title, items) if items else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the cells are escaped here."""
    top = "".join(f"<th>{escape(h)}</th>" for h in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _overview(run: LibraryRun) -> str:
    title = f"{run.kind}: {len(run.results)} questions, {len(run.claims)} claims, {run.papers} papers, {run.generator}"
    overall = [(m.key, figure(m), str(m.n)) for m in run.metrics if "/" not in m.key]
    others = [(m.key, figure(m), str(m.n)) for m in run.metrics if "/" in m.key]
    notes = "".join(f"<p>{escape(note)}</p>" for note in run.notes)
    skipped = _folded(f"{len(run.skipped)} rows could not be asked here", _table(("row", "why"), run.skipped))
    return (
        f"<h2>{escape(title)}</h2>{_plots(run)}{notes}"
        + _table(("metric", "value [95 % interval]", "rows"), overall)
        + _folded("By type, variant and operator", _table(("metric", "value", "rows"), others))
        + (skipped if run.skipped else "")
    )


def _folded(summary: str, inside: str) -> str:
    """Return markup that opens on a click; the summary is escaped here."""
    return f"<details><summary>{escape(summary)}</summary>{inside}</details>"


def _gates(report: Report) -> str:
    if not report.gates:
        return ""
    items = "".join(
        f'<li class="{"kept" if g.passed else "broken"}">{"kept" if g.passed else "broken"}: {escape(g.rule)}'
        + "".join(f"<br>{escape(line)}" for line in g.cost)
        + "</li>"
        for g in report.gates
    )
    return f"<h2>Gates</h2><ul>{items}</ul>"


def _comparisons(comparisons: Sequence[Comparison]) -> str:
    parts = []
    for c in comparisons:
        rows = [("better" if r.better else "worse", r.id, r.text, r.why) for r in c.rows]
        metrics = [
            (
                m.key,
                f"{m.difference.old:.3f} → {m.difference.new:.3f}",
                f"{m.difference.low:+.3f} to {m.difference.high:+.3f}",
                "more than noise" if m.difference.beyond_noise else "within noise",
            )
            for m in c.metrics
        ]
        parts.append(f"<h2>{escape(c.kind)} against the baseline</h2>")
        parts.append(_table(("", "row", "question", "why"), rows) if rows else "<p>No row turned.</p>")
        parts.append(_table(("metric", "change", "95 % interval", ""), metrics) if metrics else "")
    return "".join(parts)


def _scores(result: RowResult) -> str:
    rows = "".join(
        f"<tr{' class=failed' if s.value is not None and s.value < 1 and s.name != 'answer_words' else ''}>"
        f"<td>{escape(s.name)}</td><td>{'unscored' if s.value is None else f'{s.value:.3g}'}</td>"
        f"<td>{escape(s.explanation)}</td></tr>"
        for s in result.scores
    )
    return f'<div class="scroll"><table><tbody>{rows}</tbody></table></div>'


def _evidence(result: RowResult) -> str:
    titles = {c.n: c.title for c in result.answer.citations}
    parts = []
    for sentence in result.answer.sentences:
        score = "" if sentence.score is None else f" {sentence.score:.2f}"
        quotes = "".join(
            f"<blockquote>[{e.n}] {escape(titles.get(e.n, ''))}: “{escape(e.quote)}”</blockquote>"
            for e in sentence.evidence
        )
        tag = f'<span class="tag">{escape(sentence.support)}{score}</span>'
        parts.append(f"<li>{escape(sentence.text)} {tag}{quotes}</li>")
    return f"<h4>Sentences</h4><ol>{''.join(parts)}</ol>" if parts else ""


def _sources(result: RowResult, run: LibraryRun) -> str:
    gold = set(result.row.gold)
    sources = "".join(
        f'<li{" class=gold" if s.title in gold else ""}>{escape(s.title)} <span class="tag">{s.score:.3f}</span></li>'
        for s in result.answer.sources
    )
    known = [run.passages[i] for i in result.answer.provenance.passages if i in run.passages]
    passages = "".join(f"<blockquote><b>{escape(title)}</b><br>{escape(text)}</blockquote>" for title, text in known)
    retrieved = f"<h4>Papers retrieved</h4><ol>{sources}</ol>" if sources else ""
    return retrieved + (_folded(f"Passages ({len(known)})", passages) if known else "")


def _wanted(result: RowResult) -> str:
    row = result.row
    lines = [
        ("Right papers", "; ".join(row.gold)),
        ("Must contain", "; ".join(" / ".join(n) for n in row.nuggets)),
        ("Must not say", "; ".join(row.must_not)),
        ("Computed from", str(dict(row.recompute)) if row.recompute else ""),
        ("Missing, it says", "; ".join(result.answer.missing)),
        ("Note", row.note),
    ]
    return "".join(f"<p><b>{escape(k)}:</b> {escape(v)}</p>" for k, v in lines if v)


def _question(result: RowResult, run: LibraryRun) -> str:
    state, row = ("right" if result.right else "wrong"), result.row
    tag = f"{row.id} · {row.type} · {run.kind} · {result.milliseconds:.0f} ms"
    history = "".join(f"<p><b>{escape(who)}:</b> {escape(text)}</p>" for who, text in result.history)
    return (
        f'<details class="row {state}" data-library="{escape(run.kind)}" data-type="{escape(row.type)}" '
        f'data-state="{state}" data-split="{escape(row.split)}"><summary><span class="mark">'
        f"{'✓' if result.right else '✗'}</span> {escape(row.question)} "
        f'<span class="tag">{escape(tag)}</span> '
        f'<span class="why">{"" if result.right else escape(result.why)}</span></summary><div class="inner">{history}'
        f'<div class="answer">{escape(result.answer.text) or "(no text)"}</div>{_wanted(result)}{_scores(result)}'
        f"{_evidence(result)}{_sources(result, run)}</div></details>"
    )


def _claim(result: ClaimResult, run: LibraryRun) -> str:
    state, row = ("right" if result.right else "wrong"), result.row
    beside = "; ".join(f"{name} {score:.2f}" for name, score in result.baselines.items())
    return (
        f'<details class="row {state}" data-library="{escape(run.kind)}" data-type="claim" data-state="{state}" '
        f'data-split="{escape(row.split)}"><summary><span class="mark">{"✓" if result.right else "✗"}</span> '
        f'{escape(row.claim)} <span class="tag">{escape(row.id)} · {escape(row.operator)} · {escape(run.kind)}</span> '
        f'<span class="why">is {escape(row.label)}, called {escape(result.verdict)} '
        f"({result.score:.2f})</span></summary>"
        f'<div class="inner"><p>{escape(row.paper)}</p><p>{escape("; ".join(result.reasons))}</p>'
        f"<p>{escape(beside)}</p><p>{escape(row.note)}</p></div></details>"
    )


def _options(name: str, values: Iterable[str]) -> str:
    items = "".join(f'<option value="{escape(v)}">{escape(v)}</option>' for v in dict.fromkeys(values))
    return f'<select name="{name}" aria-label="{name}"><option value="">{name}: all</option>{items}</select>'


def _filters(report: Report) -> str:
    results = [r for run in report.runs for r in run.results]
    return (
        '<div class="filters"><input id="find" type="search" placeholder="words" aria-label="words">'
        + _options("library", (run.kind for run in report.runs))
        + _options("type", [*(r.row.type for r in results), *(["claim"] if any(r.claims for r in report.runs) else [])])
        + _options("state", ("wrong", "right"))
        + _options("split", ("dev", "test"))
        + '<span id="count"></span></div>'
    )


def html_report(report: Report, comparisons: Sequence[Comparison] = ()) -> str:
    """Return the page."""
    style = (HERE / "page.css").read_text(encoding="utf-8")
    script = (HERE / "page.js").read_text(encoding="utf-8")
    verdict = "every gate is kept" if report.passed else "a gate is broken"
    body = [f"<h1>citetrail evals: {verdict if report.gates else 'no gates applied'}</h1>", _gates(report)]
    body += [f"<p>{escape(note)}</p>" for note in report.notes]
    body.append(_comparisons(comparisons))
    body += [_overview(run) for run in report.runs]
    body += ["<h2>Every question and claim</h2>", _filters(report)]
    body += [_question(r, run) for run in report.runs for r in run.results]
    body += [_claim(c, run) for run in report.runs for c in run.claims]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>citetrail evals</title>'
        f"<style>{style}</style></head><body>{''.join(body)}<script>{script}</script></body></html>\n"
    )
