"""The What-if page: one person, changed column by column."""
