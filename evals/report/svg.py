"""The plots of the HTML report, as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

LEFT, BAR, GAP, WIDTH = 190, 18, 8, 640


@dataclass(frozen=True)
class Bar:
    """One bar: a share from 0 to 1 with its interval."""

    label: str
    value: float
    low: float
    high: float
    n: int
    strong: bool = False


def bars(title: str, items: Sequence[Bar]) -> str:
    """Return a plot of horizontal bars from 0 to 1 with whiskers."""
    span, height = WIDTH - LEFT - 60, len(items) * (BAR + GAP) + 44

    def at(share: float) -> float:
        return LEFT + span * min(max(share, 0.0), 1.0)

    parts = [_open(title, height)]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x = at(tick)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="24" y2="{height - 18}"/>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{height - 4}" text-anchor="middle">{tick:g}</text>')
    for place, item in enumerate(items):
        y = 28 + place * (BAR + GAP)
        middle = y + BAR / 2
        kind = "bar strong" if item.strong else "bar"
        parts.append(f'<text x="{LEFT - 8}" y="{middle + 4}" text-anchor="end">{escape(item.label)}</text>')
        parts.append(
            f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{at(item.value) - LEFT:.1f}" height="{BAR}">'
            f"<title>{escape(item.label)}: {item.value:.3f} [{item.low:.3f}, {item.high:.3f}], "
            f"{item.n} rows</title></rect>"
        )
        parts.append(
            f'<line class="whisker" x1="{at(item.low):.1f}" x2="{at(item.high):.1f}" y1="{middle}" y2="{middle}"/>'
        )
        parts.append(f'<text class="value" x="{at(1) + 8:.1f}" y="{middle + 4}">{item.value:.2f}</text>')
    return "".join([*parts, "</svg>"])


def curve(title: str, points: Sequence[tuple[float, float]]) -> str:
    """Return the risk–coverage curve."""
    side, left, top = 220, 50, 28

    def place(coverage: float, risk: float) -> str:
        return f"{left + coverage * (WIDTH - left - 40):.1f},{top + side - risk * side:.1f}"

    parts = [_open(title, side + 70)]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        y = top + side - tick * side
        x = left + tick * (WIDTH - left - 40)
        parts.append(f'<line class="grid" x1="{left}" x2="{WIDTH - 40}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="tick" x="{left - 6}" y="{y + 4}" text-anchor="end">{tick:g}</text>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{top + side + 16}" text-anchor="middle">{tick:g}</text>')
    parts.append(f'<polyline class="line" points="{" ".join(place(c, r) for c, r in points)}"/>')
    parts.append(f'<text class="tick" x="{WIDTH / 2}" y="{top + side + 34}" text-anchor="middle">coverage</text>')
    parts.append(f'<text class="tick" x="{left}" y="{top + side + 34}" text-anchor="middle">risk (up)</text>')
    return "".join([*parts, "</svg>"])


def histogram(title: str, values: Sequence[float], unit: str, bins: int = 24) -> str:
    """Return how often each size of value occurs, up to the 99th part of a hundred; the rest is in the last bin."""
    if not values:
        return ""
    ordered = sorted(values)
    top = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))] or 1.0
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int(bins * value / top))] += 1
    width, height, floor = (WIDTH - 80) / bins, 150, 178
    parts = [_open(title, 210)]
    for place, count in enumerate(counts):
        tall = height * count / max(counts)
        parts.append(
            f'<rect class="bar" x="{40 + place * width:.1f}" y="{floor - tall:.1f}" width="{width - 2:.1f}" '
            f'height="{tall:.1f}"><title>{count} rows from {place * top / bins:.3g} {escape(unit)}</title></rect>'
        )
    for share in (0, 0.5, 1):
        x = 40 + share * (WIDTH - 80)
        label = f"{share * top:.0f} {escape(unit)}"
        parts.append(f'<text class="tick" x="{x:.1f}" y="{floor + 18}" text-anchor="middle">{label}</text>')
    return "".join([*parts, "</svg>"])


def _open(title: str, height: int) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f'<text class="title" x="0" y="14">{escape(title)}</text>'
    )
