"""How purchases in windows of days are read without reading a line: whole months, and the days at the ends of a window."""

from collections.abc import Mapping

from app.programme.spans import Span, broken_edges, months_of, whole_months


def windows(of: Mapping[str, Span], first: int) -> tuple[list[str], list[object]]:
    """What is kept of purchases (`f`) of the network $1, by months and by days, each beside the window `w` that it lies in,
    whose tag tells them apart: joins, to be narrowed further, and their arguments, the first of which is `first`. Each end
    is a join by itself, so that the planner sees how few days it has."""
    whole = [(tag, whole_months(span)) for tag, span in of.items()]
    months = [(tag, month) for tag, inner in whole if inner is not None for month in months_of(inner)]
    arguments: list[object] = [[tag for tag, _ in months], [month for _, month in months]]
    found = [
        f"unnest(${first}::text[], ${first + 1}::date[]) w(tag, month) JOIN sell_through_reseller_month f"
        " ON f.vendor_id = $1 AND f.month = w.month"
    ]
    for tag, end in ((tag, end) for tag, span in of.items() for end in broken_edges(span)):
        place = first + len(arguments)
        found.append(
            f"(SELECT ${place}::text AS tag) w JOIN sell_through_reseller_day f ON f.vendor_id = $1"
            f" AND f.day >= ${place + 1}::date AND f.day < ${place + 2}::date"
        )
        arguments += [tag, end.start, end.end]
    return found, arguments
