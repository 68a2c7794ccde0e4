"""The Report page: what goes into the report, its preview, its download."""
