"""The Compare page: errors by group, the DRO strength, other models."""
