"""Charts: specifications of Vega-Lite, drawn to SVG when the page is made, once for a wide page and once for a narrow one.

Colours stand as names of CSS variables in the SVG, so that the page is right in light and in dark; what is meant is never
told by colour alone, as a legend and a table stand beside each chart. Texts come from the graph and are data of the chart:
nothing of them is read as an expression or as markup.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import vl_convert

WIDE, NARROW = 700, 330
FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
INK, MUTED, LINE, FIRST, SECOND, THIRD, FOURTH, FIFTH = (
    "#a10001",
    "#a10002",
    "#a10003",
    "#a10004",
    "#a10005",
    "#a10006",
    "#a10007",
    "#a10008",
)
VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    LINE: "--line",
    FIRST: "--first",
    SECOND: "--second",
    THIRD: "--third",
    FOURTH: "--fourth",
    FIFTH: "--fifth",
}
"The colours that stand in a specification, and the variables that stand in their place in the page."
PALETTE = (FIRST, SECOND, THIRD, FOURTH, FIFTH)
LONGEST_LABEL = {WIDE: 190, NARROW: 140}
Spec = dict[str, Any]
Values = Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows, in words, and how it is drawn for a width."""

    told: str
    marks: Spec
    height: int | None = None
    "Points high; None where its rows decide."

    def drawn(self) -> tuple[str, str]:
        """The SVG for a wide page and the one for a narrow page."""
        return self._at(WIDE), self._at(NARROW)

    def _at(self, width: int) -> str:
        spec = {
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "width": width,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "background": None,
            "config": _config(width),
            **self.marks,
        }
        if self.height is not None:
            spec["height"] = self.height
        return coloured(vl_convert.vegalite_to_svg(spec))


def coloured(svg: str) -> str:
    """The SVG with variables for its colours, without the namespaces that a page has no need of, and without clipping: its
    names would be those of every drawing of the page, and nothing reaches beyond its frame."""
    for colour, variable in VARIABLES.items():
        svg = svg.replace(colour, f"var({variable})")
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", svg, count=2)
    svg = re.sub(r' clip-path="url\(#[^)]*\)"', "", svg)
    return re.sub(r"<defs>.*?</defs>", "", svg, flags=re.DOTALL)


def _config(width: int) -> Spec:
    size = 12 if width == WIDE else 11
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": MUTED,
            "titleColor": MUTED,
            "labelFontSize": size,
            "titleFontSize": size,
            "titleFontWeight": "normal",
            "domainColor": LINE,
            "tickColor": LINE,
            "gridColor": LINE,
            "labelLimit": LONGEST_LABEL[width],
        },
        "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
        "legend": {
            "labelColor": INK,
            "titleColor": MUTED,
            "labelFontSize": size,
            "orient": "top",
            "title": None,
            "symbolType": "square",
            "columns": 3 if width == WIDE else 1,
            "labelLimit": 250,
        },
        "text": {"color": INK, "fontSize": size},
    }


def _colours(names: Sequence[str]) -> Spec:
    return {"domain": list(names), "range": [PALETTE[place % len(PALETTE)] for place, _ in enumerate(names)]}


def columns(told: str, values: Values, series: Sequence[str], unit: str) -> Chart:
    """Columns side by side for each month: `values` have month (a day), what (one of the series) and value."""
    marks = {
        "data": {"values": list(values)},
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "x": {
                "field": "month",
                "type": "ordinal",
                "timeUnit": "utcyearmonth",
                "axis": {"title": None, "format": "%b %y", "labelAngle": -45, "ticks": False},
            },
            "xOffset": {"field": "what", "sort": list(series)},
            "y": {"field": "value", "type": "quantitative", "axis": {"title": unit, "format": "~s", "tickCount": 5}},
            "color": {"field": "what", "scale": _colours(series), "sort": list(series)},
        },
    }
    return Chart(told, marks, 220)


def stacked_columns(told: str, values: Values, series: Sequence[str], unit: str) -> Chart:
    """Columns on top of one another for each month."""
    chart = columns(told, values, series, unit)
    encoding = {key: value for key, value in chart.marks["encoding"].items() if key != "xOffset"}
    return Chart(told, {**chart.marks, "encoding": encoding}, chart.height)


def stacked_bars(told: str, values: Values, colours: Mapping[str, str], unit: str) -> Chart:
    """A bar for each row, made of its parts: `values` have row, what, value and place; `colours` are those of the parts."""
    chart = _bars(told, values, list(colours), unit)
    chart.marks["encoding"]["color"]["scale"] = {"domain": list(colours), "range": list(colours.values())}
    return chart


def _bars(told: str, values: Values, series: Sequence[str], unit: str) -> Chart:
    marks = {
        "data": {"values": list(values)},
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "height": {"step": 34},
        "encoding": {
            "y": {"field": "row", "type": "nominal", "sort": None, "axis": {"title": None}},
            "x": {"field": "value", "type": "quantitative", "axis": {"title": unit, "tickCount": 5, "format": "~s"}},
            "color": {"field": "what", "scale": _colours(series), "sort": list(series)},
            "order": {"field": "place", "type": "quantitative"},
        },
    }
    return Chart(told, marks)


def paired_bars(told: str, values: Values, series: Sequence[str], unit: str) -> Chart:
    """Bars beside one another for each row: `values` have row, what and value."""
    chart = _bars(told, values, series, unit)
    offset = {"yOffset": {"field": "what", "sort": list(series)}}
    encoding = {key: value for key, value in chart.marks["encoding"].items() if key != "order"} | offset
    return Chart(told, {**chart.marks, "encoding": encoding, "height": {"step": 15 if len(series) > 1 else 30}})


def towards(told: str, values: Values) -> Chart:
    """How far each row is on its way to what is needed, from 0 to 100 %: `values` have row, value and label. What goes
    beyond ends at the edge; its label says how far."""
    y = {"field": "row", "type": "nominal", "sort": None, "axis": {"title": None}}
    x = {
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "axis": {"format": "%", "title": None, "values": [0, 0.5, 1]},
    }
    marks = {
        "data": {"values": list(values)},
        "height": {"step": 34},
        "encoding": {"y": y},
        "layer": [
            {"mark": {"type": "bar", "color": LINE, "cornerRadius": 2}, "encoding": {"x": {"datum": 1, **x}}},
            {
                "mark": {"type": "bar", "color": FIRST, "height": {"band": 0.35}, "yOffset": 8, "cornerRadius": 2},
                "encoding": {"x": {"field": "reached", **x}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "dy": -6, "baseline": "middle"},
                "encoding": {"x": {"datum": 0, **x}, "text": {"field": "label"}},
            },
        ],
    }
    return Chart(told, marks)


def outlook(told: str, known: Values, ahead: Values, unit: str) -> Chart:
    """A line of what was, and a broken one of what may come, with its interval where there is one."""
    x = {
        "field": "month",
        "type": "temporal",
        "timeUnit": "utcyearmonth",
        "axis": {
            "title": None,
            "format": "%b %y",
            "labelAngle": -45,
            "grid": False,
            "labelOverlap": True,
            "tickCount": 9,
        },
    }
    y = {"type": "quantitative", "axis": {"title": unit, "format": "~s", "tickCount": 5}}
    names = ["sold through", "estimate"]
    colour = {"field": "what", "scale": {"domain": names, "range": [SECOND, FOURTH]}}
    layers: list[Spec] = [
        {
            "data": {"values": [each for each in ahead if each.get("low") is not None]},
            "mark": {"type": "area", "color": FOURTH, "opacity": 0.25},
            "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}},
        },
        {
            "data": {"values": [*known, *ahead]},
            "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 22}},
            "encoding": {
                "x": x,
                "y": {"field": "value", **y},
                "color": colour,
                "strokeDash": {"field": "what", "scale": {"domain": names, "range": [[1, 0], [5, 4]]}},
            },
        },
    ]
    return Chart(told, {"layer": layers}, 220)
