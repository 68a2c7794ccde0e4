"""Every setting of a study: its kind, limits and default, declared once."""
