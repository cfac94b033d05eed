"""Text of traces, made safe for a terminal, a build system and a page; and the summary as text."""

from __future__ import annotations

import html
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
        told = f"{len(fault.traces[last.run]):>6} traces  {fault.severity}  {fault.rule}: {fault.message}"
        lines.append(mark + safe(told + (f" ({where})" if where else "")))
    if len(current) > limit:
        lines.append(f"and {len(current) - limit} more")
    if not current:
        lines.append("none")
    if summary.unchecked:
        lines += ["", "traces that could not be checked:"]
        lines += [safe(f"  {path}: {why}")[:300] for path, why in summary.unchecked[:limit]]
        if len(summary.unchecked) > limit:
            lines.append(f"  and {len(summary.unchecked) - limit} more")
    return "\n".join(lines) + "\n"
