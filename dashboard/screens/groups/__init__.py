"""The Groups page: the map and what is selected on it, cards of groups, their rows."""
