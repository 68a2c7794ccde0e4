"""A study as one self-contained HTML file, and the sentences that say what it found."""
