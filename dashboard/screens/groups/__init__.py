"""The Groups page: the `map` and the rows picked on it, what the selection holds, cards of groups."""
