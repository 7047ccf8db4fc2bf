"""Compiled kernels and optimisers (numba, scipy, HiGHS): loaded by command-line runs and planner processes only."""
