"""The summary as one HTML page that needs nothing else: no script, no network."""

from __future__ import annotations

from collections.abc import Sequence

from ddi_fleet.summary import Fault, Night, Summary
from ddi_fleet.text import grouped, markup

_FAULTS = 200
_UNCHECKED = 100
_GROUPS = 100
_GAPS = 100
_NIGHTS = 60

_STYLE = """
:root { --back: #fff; --ink: #1c2024; --soft: #667079; --line: #dfe3e7; --new: #c6372c; --old: #8fa3b5;
  --gone: #2e8555; --panel: #f6f8fa; }
@media (prefers-color-scheme: dark) { :root { --back: #15181b; --ink: #e6e9ec; --soft: #98a2ac;
  --line: #31373d; --new: #ff7b6e; --old: #5d7183; --gone: #57c08a; --panel: #1d2125; } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.5rem 4rem; background: var(--back);
  color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", sans-serif }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2.5rem 0 .75rem }
p { margin: .25rem 0; color: var(--soft) }
ul.figures { display: flex; flex-wrap: wrap; gap: .75rem; list-style: none; margin: 1.5rem 0 0; padding: 0 }
ul.figures li { background: var(--panel); border: 1px solid var(--line); border-radius: 8px;
  padding: .6rem 1rem; min-width: 8rem; color: var(--soft) }
ul.figures b { display: block; font-size: 1.5rem; color: var(--ink); font-variant-numeric: tabular-nums }
ul.figures .bad b { color: var(--new) } ul.figures .good b { color: var(--gone) }
figure { margin: 0; overflow-x: auto } svg { display: block; max-width: 100% }
svg text { fill: var(--soft); font: 12px system-ui, sans-serif }
.old { fill: var(--old) } .new { fill: var(--new) } .axis { stroke: var(--line) }
.key i { display: inline-block; width: .8em; height: .8em; margin: 0 .4em 0 1em; border-radius: 2px }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th { text-align: left; color: var(--soft); font-weight: 500; white-space: nowrap }
th, td { padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
td.number, th.number { text-align: right }
td p { margin: 0 } code { font: 13px ui-monospace, Consolas, monospace; overflow-wrap: anywhere }
.mark { border-radius: 4px; padding: 0 .4em; font-size: .8rem; color: #fff; background: var(--new) }
.mark.gone { background: var(--gone) } .mark.warning { background: #9a6b00 }
"""


def page(summary: Summary) -> str:
    """The page."""
    last = summary.nights[-1]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Driver traces, {markup(last.day)}</title><style>{_STYLE}</style></head><body>",
            "<h1>Driver traces, night by night</h1>",
            f"<p>The last night is {markup(last.day)}; {len(summary.nights)} "
            f"{'night' if len(summary.nights) == 1 else 'nights'} in all.</p>",
            _figures(last),
            "<h2>Faults by night</h2>",
            _chart(summary.nights[-_NIGHTS:]),
            "<h2>Faults</h2>",
            _faults(summary),
            _groups(summary),
            _gaps(summary),
            _idle(summary),
            _unchecked(summary),
            "</body></html>",
            "",
        ]
    )


def _figures(night: Night) -> str:
    def figure(value: str, words: str, kind: str = "") -> str:
        return f'<li class="{kind}"><b>{value}</b>{words}</li>'

    return "".join(
        [
            '<ul class="figures">',
            figure(grouped(night.traces), "traces"),
            figure(grouped(night.failed), "not checked", "bad" if night.failed else ""),
            figure(grouped(len(night.faults)), "faults"),
            figure(grouped(len(night.new)), "new", "bad" if night.new else ""),
            figure(grouped(len(night.gone)), "gone", "good" if night.gone else ""),
            figure(grouped(night.events), "events"),
            "</ul>",
        ]
    )


def _chart(nights: list[Night]) -> str:
    """A column for each night: faults that were known before, and new ones above."""
    width, height, left, foot = 1080, 220, 44, 26
    most = max([len(night.faults) for night in nights] + [1])
    step = (width - left) / len(nights)
    bar = min(step * 0.7, 48)
    scale = (height - foot - 18) / most
    base = height - foot
    parts = [f'<figure><svg viewBox="0 0 {width} {height}" role="img" aria-label="faults by night">']
    for value in sorted({0, most // 2, most}):
        y = base - value * scale
        parts.append(f'<line class="axis" x1="{left}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{value}</text>')
    every = -(-len(nights) // 12)
    for place, night in enumerate(nights):
        x = left + place * step + (step - bar) / 2
        old, new = len(night.faults) - len(night.new), len(night.new)
        title = f"{night.day}: {len(night.faults)} faults, {new} new, {len(night.gone)} gone"
        parts.append(f"<g><title>{markup(title)}</title>")
        for kind, top, count in (("old", old, old), ("new", old + new, new)):
            if count:
                parts.append(
                    f'<rect class="{kind}" x="{x:.1f}" y="{base - top * scale:.1f}" width="{bar:.1f}" '
                    f'height="{count * scale:.1f}" rx="1"/>'
                )
        parts.append("</g>")
        if (len(nights) - 1 - place) % every == 0:
            middle = x + bar / 2
            parts.append(
                f'<text x="{middle:.1f}" y="{height - 6}" text-anchor="middle">{markup(night.day[5:])}</text>'
            )
    key = '<i style="background:var(--old)"></i>known before<i style="background:var(--new)"></i>new'
    return "".join(parts) + f'</svg></figure><p class="key">{key}</p>'


def _spark(fault: Fault, nights: list[Night]) -> str:
    """In how many traces the fault was, night by night."""
    counts = [len(fault.traces.get(night.run, ())) for night in nights]
    most = max([*counts, 1])
    step = min(8.0, 160 / len(counts))
    bars = "".join(
        f'<rect class="old" x="{place * step:.1f}" y="{22 - 20 * count / most:.1f}" '
        f'width="{step * 0.75:.1f}" height="{20 * count / most:.1f}"/>'
        for place, count in enumerate(counts)
        if count
    )
    width = step * len(counts)
    axis = f'<line class="axis" x1="0" x2="{width:.1f}" y1="22.5" y2="22.5"/>'
    words = ", ".join(map(str, counts))
    label = f"traces by night: {words}"
    return f'<svg width="{width:.0f}" height="24" role="img" aria-label="{label}">{bars}{axis}</svg>'


def _faults(summary: Summary) -> str:
    if not summary.faults:
        return "<p>No fault was found.</p>"
    nights = summary.nights[-_NIGHTS:]
    last = summary.nights[-1]
    rows = [_row(fault, last, nights) for fault in summary.faults[:_FAULTS]]
    left = len(summary.faults) - len(rows)
    more = f"<p>and {grouped(left)} more; the table of findings has them all</p>" if left > 0 else ""
    head = (
        '<tr><th>what</th><th>where</th><th class="number">traces</th>'
        '<th class="number">findings</th><th>by night</th></tr>'
    )
    return f"<figure><table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table></figure>{more}"


def _row(fault: Fault, last: Night, nights: list[Night]) -> str:
    mark = ""
    if fault.fault in last.new:
        mark = ' <span class="mark">new</span>'
    elif last.run not in fault.findings:
        mark = ' <span class="mark gone">not found any more</span>'
    if fault.severity == "warning":
        mark += ' <span class="mark warning">warning</span>'
    where = "".join(f"<p>{markup(part)}</p>" for part in (fault.driver, fault.place) if part)
    return (
        f"<tr><td><code>{markup(fault.rule)}</code>{mark}<p>{markup(fault.message)}</p></td><td>{where}</td>"
        f'<td class="number">{grouped(len(fault.traces.get(last.run, ())))}</td>'
        f'<td class="number">{grouped(fault.findings.get(last.run, 0))}</td>'
        f"<td>{_spark(fault, nights)}</td></tr>"
    )


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], count: int) -> str:
    """A table of which numbers stand behind the first column, with what is left out."""
    heads = f"<th>{head[0]}</th>" + "".join(f'<th class="number">{word}</th>' for word in head[1:])
    body = "".join(
        f"<tr><td>{row[0]}</td>" + "".join(f'<td class="number">{cell}</td>' for cell in row[1:]) + "</tr>"
        for row in rows
    )
    more = f"<p>and {grouped(count - len(rows))} more</p>" if count > len(rows) else ""
    return (
        f"<h2>{title}</h2><figure><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
        f"</figure>{more}"
    )


def _groups(summary: Summary) -> str:
    if summary.by is None:
        return ""
    rows = [
        (markup(group.value), grouped(len(group.faults)), grouped(len(group.traces)))
        for group in summary.groups[:_GROUPS]
    ]
    by = markup(summary.by)
    return _table(f"The last night's faults by {by}", (by, "faults", "traces"), rows, len(summary.groups))


def _gaps(summary: Summary) -> str:
    if not summary.gaps:
        return ""
    rows = [
        (f"<code>{markup(gap.path)}</code>", grouped(gap.lost), grouped(gap.malformed))
        for gap in summary.gaps[:_GAPS]
    ]
    return _table("Traces with gaps", ("trace", "gaps", "malformed events"), rows, len(summary.gaps))


def _idle(summary: Summary) -> str:
    if not summary.idle:
        return ""
    names = ", ".join(f"<code>{markup(rule)}</code>" for rule in summary.idle)
    return f"<h2>Rules that no trace exercised</h2><p>{len(summary.idle)}: {names}</p>"


def _unchecked(summary: Summary) -> str:
    if not summary.unchecked:
        return ""
    rows = "".join(
        f"<tr><td><code>{markup(path)}</code></td><td>{markup(why[:300])}</td></tr>"
        for path, why in summary.unchecked[:_UNCHECKED]
    )
    left = len(summary.unchecked) - _UNCHECKED
    more = f"<p>and {grouped(left)} more</p>" if left > 0 else ""
    return (
        "<h2>Traces that could not be checked</h2><figure><table><thead><tr><th>trace</th><th>why</th></tr>"
        f"</thead><tbody>{rows}</tbody></table></figure>{more}"
    )
