"""Every sentence about a study, and every number as text."""
