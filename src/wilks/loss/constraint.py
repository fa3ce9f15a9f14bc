"""Constraint terms with explicit global observables."""
