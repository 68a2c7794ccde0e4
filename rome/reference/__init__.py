"""What a study's training rows looked like: enough to say whether new rows are like them."""

from rome.reference.columns import ColumnReference
from rome.reference.novelty import Novelty, Strangeness
from rome.reference.reference import REFERENCE_SCHEMA, Reference, reference_of

__all__ = ["REFERENCE_SCHEMA", "ColumnReference", "Novelty", "Reference", "Strangeness", "reference_of"]
