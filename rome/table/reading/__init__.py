"""From a file to columns: format, encoding, separator, header, and the values of each column."""
