"""How traces are shared out among tasks: the largest first and alone, small ones together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

TRACES_PER_BATCH = 256
"""So many traces at most are given to one process of the checker."""

LEAST_BATCH_BYTES = 8 << 20
"""A batch should be worth a task and the start of a process."""

MOST_BATCH_BYTES = 256 << 20
"""What is lost, at most and for the most part, where a machine dies."""

MOST_BATCHES = 20_000
"""A run of many terabytes has larger batches instead, since each of them leaves four files."""

TRACE_COST_BYTES = 96 << 10
"""What an empty trace costs, in bytes that are checked in the same time."""


@dataclass(frozen=True)
class Trace:
    """A trace to be checked."""

    path: str
    size: int
    extra: tuple[object, ...] = ()
    """The user's columns."""


@dataclass(frozen=True)
class Batch:
    """Traces that one process of the checker goes through."""

    traces: tuple[Trace, ...]

    @property
    def cost(self) -> int:
        """About how long it takes, in bytes."""
        return sum(trace.size + TRACE_COST_BYTES for trace in self.traces)

    @property
    def name(self) -> str:
        """The same whenever and wherever the same traces are shared out so."""
        words = "\n".join(f"{trace.path}\t{trace.size}" for trace in self.traces)
        return hashlib.sha256(words.encode("utf-8", "surrogateescape")).hexdigest()[:24]


def plan(traces: Sequence[Trace], slots: int) -> list[Batch]:
    """Shares traces out among batches, the most expensive first.

    There are several batches for each slot, so that the slots end together although traces differ; and
    a trace that is larger than a batch has one to itself.
    """
    total = sum(trace.size + TRACE_COST_BYTES for trace in traces)
    most = max(MOST_BATCH_BYTES, total // MOST_BATCHES)
    target = min(max(total // (8 * max(slots, 1)), LEAST_BATCH_BYTES), most)
    batches: list[Batch] = []
    group: list[Trace] = []
    cost = 0
    for trace in sorted(traces, key=lambda trace: (-trace.size, trace.path)):
        own = trace.size + TRACE_COST_BYTES
        if group and (cost + own > target or len(group) == TRACES_PER_BATCH):
            batches.append(Batch(tuple(group)))
            group, cost = [], 0
        group.append(trace)
        cost += own
    if group:
        batches.append(Batch(tuple(group)))
    return sorted(batches, key=lambda batch: -batch.cost)
