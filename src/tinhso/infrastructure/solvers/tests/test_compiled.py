"""Compiled kernels say what the same functions say uncompiled."""

import numpy as np

from tinhso.infrastructure.graphs.chains import ringed
from tinhso.infrastructure.graphs.kernels import plain
from tinhso.infrastructure.graphs.rooted import ARRAYS
from tinhso.infrastructure.graphs.tests.oracle import case
from tinhso.infrastructure.solvers.compiled import compiled


def test_compiled_and_plain_runs_agree():
    for seed in range(100):
        made = case(seed, nodes=60, spans=90)
        one, two = made.prepared(run=plain), made.prepared(run=compiled)
        for name in ARRAYS:
            np.testing.assert_array_equal(getattr(one.rooted, name), getattr(two.rooted, name))
        here, there = ringed(one), ringed(two)
        np.testing.assert_array_equal(here.chains.span, there.chains.span)
        np.testing.assert_array_equal(here.below["people"], there.below["people"])
        np.testing.assert_array_equal(here.service, there.service)
