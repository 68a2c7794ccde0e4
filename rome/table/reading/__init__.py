"""From a file to columns: format, encoding, dialect (separator and quotes), header, values."""
