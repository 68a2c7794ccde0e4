"""What several pages have in common: each part owns its widgets' keys and returns a plain value."""
