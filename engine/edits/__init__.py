"""Edits made by hand on curves: found by what changed, laid over new curves."""
