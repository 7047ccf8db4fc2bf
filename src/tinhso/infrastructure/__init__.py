"""The fibre pillar, floor by floor: graphs, solvers, network, resilience, planning and outages, coverage."""
