"""Measures speed and memory against baselines on the same work: `python -m bench`."""
