import random

import pytest

from ddi_fleet.planning import MOST_BATCH_BYTES, TRACES_PER_BATCH, Trace, plan


@pytest.mark.parametrize("seed", range(20))
def test_every_trace_is_in_one_batch(seed: int) -> None:
    dice = random.Random(seed)
    traces = [Trace(f"t{i}", int(10 ** dice.uniform(0, 9))) for i in range(dice.randint(0, 2000))]
    batches = plan(traces, dice.randint(1, 64))
    assert sorted(t.path for b in batches for t in b.traces) == sorted(t.path for t in traces)
    assert [b.cost for b in batches] == sorted((b.cost for b in batches), reverse=True)
    for batch in batches:
        assert len(batch.traces) <= TRACES_PER_BATCH
        assert len(batch.traces) == 1 or batch.cost <= MOST_BATCH_BYTES
    assert len({batch.name for batch in batches}) == len(batches)


def test_the_order_of_traces_changes_nothing() -> None:
    traces = [Trace(f"t{i}", i * i % 997) for i in range(700)]
    assert plan(traces, 4) == plan(traces[::-1], 4)


def test_slots_have_several_batches_each() -> None:
    assert len(plan([Trace(f"t{i}", 10 << 20) for i in range(100)], 4)) >= 32
    assert len(plan([Trace(f"t{i}", 1000) for i in range(10_000)], 4)) < 60


def test_many_terabytes_have_larger_batches() -> None:
    traces = [Trace(f"t{i}", 10**10) for i in range(50_000)]
    assert 10_000 < len(plan(traces, 1000)) <= 50_000
    small = [Trace(f"t{i}", 10**9) for i in range(100_000)]
    assert len(plan(small, 1000)) <= 25_000
