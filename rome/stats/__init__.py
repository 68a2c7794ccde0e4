"""Statistics that rooms share: estimates, intervals, tests, and the rule for what is too small."""
