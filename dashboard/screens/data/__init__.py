"""The Data page: opening a file or sample, columns and their roles, findings."""
