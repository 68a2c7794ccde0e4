"""Statistics that rooms share: estimates, intervals, tests, and the one rule for what is too small."""
