"""Tests that make an instance smaller while at least one optimal tree stays, each edge knowing what it stands for.

C. W. Duin, A. Volgenant, "Reduction tests for the Steiner problem in graphs", Networks 19 (1989); T. Polzin,
S. Vahdati Daneshmand, "Improved algorithms for the Steiner problem in networks", Discrete Appl. Math. 112 (2001).
"""
