"""Every sentence about a study (verdict, advice, groups, fixes, limits), and every number as text."""
