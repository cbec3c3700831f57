"""The page: one HTML file with its styles and drawings in it, that loads nothing and runs nothing.

It reads on paper (A4) and on a phone, in light and in dark, and to who does not see the drawings: each has a sentence that
says what it shows, and a table with its figures to open below it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from app.pages.charts import Chart

STYLE = """
:root { color-scheme: light dark; --page: #ffffff; --ink: #1b2430; --muted: #566273; --line: #d9dee5; --card: #f5f7f9;
  --first: #2b6cb0; --second: #0f8a72; --third: #c2570c; --fourth: #7a4fb5; --fifth: #8a94a3; }
@media screen and (prefers-color-scheme: dark) { :root { --page: #12171e; --ink: #e8edf3; --muted: #a3afbf; --line: #37414e;
  --card: #1b222c; --first: #6aaef0; --second: #43c9ab; --third: #f29a55; --fourth: #b594ea; --fifth: #77828f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 Helvetica, Arial, "Liberation Sans", sans-serif; }
main { max-width: 46.5rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
header { border-bottom: 2px solid var(--ink); margin-bottom: 1.5rem; padding-bottom: .75rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .25rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; overflow-wrap: anywhere; }
p { margin: .25rem 0 .75rem; } .muted, figcaption { color: var(--muted); font-size: .9rem; }
.key { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1rem 0; padding: 0; }
.key div { background: var(--card); border-radius: 6px; padding: .6rem .75rem; }
.key dt { color: var(--muted); font-size: .8rem; } .key dd { margin: 0; font-size: 1.15rem; font-weight: 600; }
figure { margin: .5rem 0; } figure svg { max-width: 100%; height: auto; display: block; } .narrow { display: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--muted); font-weight: 600; } td.n, th.n { text-align: right; white-space: nowrap; }
summary { cursor: pointer; color: var(--muted); font-size: .9rem; padding: .35rem 0; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .75rem; color: var(--muted);
  font-size: .85rem; }
@media screen and (max-width: 40rem) { .wide { display: none; } .narrow { display: block; } body { font-size: 15px; } }
@page { size: A4; margin: 16mm 14mm; }
@media print { main { max-width: none; padding: 0; } body { font-size: 10.5pt; } summary { display: none; }
  figure, .key, tr, h2, h3, .keep { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .key div { border: 1px solid var(--line); }
  details::details-content { content-visibility: visible; display: block; } .scroll { overflow: visible; } }
"""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under their headings; `numbers` are the columns that are set to the right."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """One picture or table of a section; an open table stands as it is, one under a chart is folded away."""

    chart: Chart | None = None
    table: Table | None = None
    heading: str | None = None
    text: str | None = None
    key: Sequence[tuple[str, str]] = ()
    "Single figures, each under what it is."


@dataclass(frozen=True, slots=True)
class Section:
    """A question that the page answers."""

    title: str
    parts: Sequence[Part] = field(default_factory=tuple)
    nothing: str | None = None
    "What to say where there is nothing to show."


def page(title: str, subtitle: str, sections: Sequence[Section], made: str) -> str:
    """The whole file."""
    body = "\n".join(_section(each) for each in sections)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<header><h1>{escape(title)}</h1><p class="muted">{escape(subtitle)}</p></header>\n'
        f"{body}\n<footer>{escape(made)}</footer>\n</main>\n</body>\n</html>\n"
    )


def _section(section: Section) -> str:
    parts = "\n".join(_part(each) for each in section.parts)
    if not section.parts and section.nothing is not None:
        parts = f"<p>{escape(section.nothing)}</p>"
    return f"<section><h2>{escape(section.title)}</h2>\n{parts}\n</section>"


def _part(part: Part) -> str:
    found = []
    if part.heading is not None:
        found.append(f"<h3>{escape(part.heading)}</h3>")
    if part.text is not None:
        found.append(f"<p>{escape(part.text)}</p>")
    if part.key:
        pairs = "".join(f"<div><dt>{escape(what)}</dt><dd>{escape(value)}</dd></div>" for what, value in part.key)
        found.append(f'<dl class="key">{pairs}</dl>')
    if part.chart is not None:
        found.append(_figure(part.chart))
    if part.table is not None:
        table = _table(part.table)
        folded = f"<details><summary>The figures as a table</summary>{table}</details>"
        found.append(folded if part.chart is not None else table)
    return "\n".join(found)


def _figure(chart: Chart) -> str:
    wide, narrow = chart.drawn()
    told = escape(chart.told)
    drawings = "".join(
        f'<div class="{width}" role="img" aria-label="{told}">{svg}</div>'
        for width, svg in (("wide", wide), ("narrow", narrow))
    )
    return f"<figure>{drawings}<figcaption>{told}</figcaption></figure>"


def _table(table: Table) -> str:
    def cells(kind: str, row: Sequence[str]) -> str:
        scope = ' scope="col"' if kind == "th" else ""
        right = [' class="n"' if place in table.numbers else "" for place in range(len(row))]
        return "".join(f"<{kind}{scope}{side}>{escape(text)}</{kind}>" for text, side in zip(row, right, strict=True))

    head = f"<thead><tr>{cells('th', table.headings)}</tr></thead>"
    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in table.rows)
    return f'<div class="scroll" tabindex="0"><table>{head}<tbody>{body}</tbody></table></div>'
