"""Writes of planning: price lists, candidate sets, questions and their runs, decisions, works, surveys."""
