"""Imported by the process that workers are forked from: they begin with every kernel loaded."""

from tinhso.infrastructure.solvers.steiner.warm import warm_up

warm_up()
