"""What stands beside every figure."""

from __future__ import annotations

TABLE_AND_FILES = "Table and downloads"
DOWNLOAD_TABLE = "Table (CSV)"
DOWNLOAD_FIGURE = "Figure (HTML)"
