"""Plain values to files and back: dataclasses as JSON, tables as CSV, writes that are whole or nothing."""
