"""Text of traces, made safe for a terminal, a build system and a page; and the summary as text."""

from __future__ import annotations

import html
import textwrap
import unicodedata

from ddi_fleet.summary import Summary

_HIDDEN = {"Cc", "Cf", "Zl", "Zp", "Co", "Cs"}


def safe(text: str) -> str:
    """The text with what acts on a terminal or a build system written out."""
    shown = "".join(
        f"\\u{{{ord(letter):x}}}" if unicodedata.category(letter) in _HIDDEN else letter for letter in text
    )
    shown = shown.replace("##", "#\\u{23}")
    return "\\u{3a}" + shown[1:] if shown.lstrip().startswith("::") else shown


def markup(text: str) -> str:
    """The text as it may stand anywhere in HTML."""
    return html.escape(safe(text), quote=True)


def grouped(number: float) -> str:
    """A number with its thousands apart."""
    return f"{number:,.0f}".replace(",", "\u2009")


def describe(summary: Summary, limit: int = 20) -> str:
    """The summary for a person at a terminal."""
    lines = [f"{'night':<12}{'traces':>10}{'unchecked':>11}{'faults':>8}{'new':>6}{'gone':>6}"]
    for night in summary.nights:
        lines.append(
            f"{night.day:<12}{night.traces:>10}{night.failed:>11}{len(night.faults):>8}"
            f"{len(night.new):>6}{len(night.gone):>6}"
        )
    last = summary.nights[-1]
    lines += ["", f"faults of {last.day}, those in the most traces first:"]
    current = [fault for fault in summary.faults if last.run in fault.findings]
    for fault in current[:limit]:
        mark = "new  " if fault.fault in last.new else "     "
        where = ", ".join(part for part in (fault.driver, fault.place) if part)
        told = f"{len(fault.traces[last.run]):>6} traces  "
        if summary.by is not None:
            told += f"{summary.by} {len(fault.values)}  "
        told += f"{fault.severity}  {fault.rule}: {fault.message}"
        lines.append(mark + safe(told + (f" ({where})" if where else "")))
    if len(current) > limit:
        lines.append(f"and {len(current) - limit} more")
    if not current:
        lines.append("none")
    if summary.by is not None:
        lines += ["", f"faults of {last.day} by {safe(summary.by)}:"]
        lines += [
            f"{len(group.faults):>6} faults in {len(group.traces)} traces  {safe(group.value)}"
            for group in summary.groups[:limit]
        ]
        if len(summary.groups) > limit:
            lines.append(f"and {len(summary.groups) - limit} more")
    lines += _missing(summary, limit)
    if summary.unchecked:
        lines += ["", "traces that could not be checked:"]
        lines += [safe(f"  {path}: {why}")[:300] for path, why in summary.unchecked[:limit]]
        if len(summary.unchecked) > limit:
            lines.append(f"  and {len(summary.unchecked) - limit} more")
    return "\n".join(lines) + "\n"


def _missing(summary: Summary, limit: int) -> list[str]:
    """What the last night does not tell."""
    lines: list[str] = []
    if summary.gaps:
        lines += ["", f"traces with gaps: {len(summary.gaps)}"]
        for gap in summary.gaps[:limit]:
            lines.append(safe(f"  {gap.path}: {gap.lost} gaps, {gap.malformed} malformed events"))
        if len(summary.gaps) > limit:
            lines.append(f"  and {len(summary.gaps) - limit} more")
    if summary.idle:
        lines += ["", f"rules that no trace exercised: {len(summary.idle)}"]
        lines += textwrap.wrap(", ".join(summary.idle), 110, initial_indent="  ", subsequent_indent="  ")
    return lines
