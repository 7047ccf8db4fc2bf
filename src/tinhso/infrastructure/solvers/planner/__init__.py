"""The search for a plan, in a process of its own: `python -m tinhso.infrastructure.solvers.planner PROBLEM.json`.

The problem is one JSON object; points are [latitude, longitude] in 1e-7 degree, money is whole đồng:

    {"need": "reach" | "span" | "node",         what every site is to have (see solvers.double)
     "aim": "all" | "most",                     everyone at least cost, or the most weight within the budgets
     "budgets": [đồng by phase, …],             empty: one phase without limit
     "places": [[lat, lon] | null, …],          nodes of the network and new places, numbered from 0
     "fresh": [place, …],                       those of them that are not in the network yet
     "existing": [[place, place], …],           spans that stand
     "core": [place, …],
     "sites": [{"key", "places": [place, …], "weight"}, …],
     "candidates": {"kind": "generated", "neighbours": 6} | {"kind": "imported", "reach_m": 3000,
        "routes": [{"method", "metres" | null, "points"}, …]},
     "obstacles": [{"crossing": "river" | "road" | "rail", "points"}, …],
     "prices": {"method": {name: đồng per km}, "node": {"site", "junction"}, "crossing": {name: đồng}},
     "method": the usual way of laying, "detour_permille": 1300,
     "seed": 1, "time_limit_s": 60, "memory_mb": 2048,
     "start": [candidate, …] | null,            the best plan of an earlier run, never made worse
     "search": true}                            false: only check `start` and answer with it

It answers on standard output, one JSON object a line: {"event": "candidates", …}, {"event": "progress", "after_ms",
"cost", "value", "bound", "gap_ppm", "edges"}, and last {"event": "done", …} or {"event": "failed", "code", "what",
"sites"}. A plan is told as done only after solvers.verify, which shares no code with the search, found no fault in it.
SIGTERM ends the search with the best plan so far. Equal problems give equal plans, time limits aside.
"""
