"""The About page: what the program is, its method, versions and licence."""
