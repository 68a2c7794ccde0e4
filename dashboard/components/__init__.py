"""What pages share: each owns its widgets' keys and returns a plain value."""
