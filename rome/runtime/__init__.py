"""What every run depends on: seeds, thread limits and the versions of its libraries."""
