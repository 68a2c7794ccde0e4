"""The command line: ``rome run``, ``compare``, ``score``, ``sample`` and ``report``."""
