"""The Score page: new rows against a stored study."""
