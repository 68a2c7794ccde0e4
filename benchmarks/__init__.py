"""Commands that print what the project claims; none of them is a test."""
