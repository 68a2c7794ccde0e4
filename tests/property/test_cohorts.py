"""Whatever cohorts hold and whatever is done with them, what is on disk is what was kept."""

from __future__ import annotations

import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st

from rome.cohorts import CohortBook, Origin

_NAMES = st.text(min_size=1, max_size=30).filter(lambda text: text.split())
_ORIGINS = st.builds(
    Origin,
    st.sampled_from(["drawn", "group", "columns"]),
    st.text(max_size=60),
    st.sampled_from(["nothing", "outcome", "training errors"]),
)
_COHORTS = st.lists(
    st.tuples(_NAMES, st.sets(st.integers(1, 2**40), min_size=1, max_size=30), _ORIGINS),
    max_size=6,
    unique_by=lambda cohort: " ".join(cohort[0].split()).casefold(),
)


@settings(max_examples=60, deadline=None)
@given(_COHORTS, st.data())
def test_cohorts_come_back_as_they_were_kept_after_any_deletion_and_undo(wanted, data):
    with tempfile.TemporaryDirectory() as folder:
        book = CohortBook(folder)
        kept = tuple(book.add(*cohort) for cohort in wanted)
        assert CohortBook(folder).all() == kept
        for cohort, (name, rows, origin) in zip(kept, wanted, strict=True):
            assert cohort.name == " ".join(name.split())
            assert cohort.rows == tuple(sorted(rows))
            assert cohort.origin == origin
        if kept:
            gone = data.draw(st.sampled_from(kept))
            book.remove(gone.cohort_id)
            assert gone not in CohortBook(folder).all()
            book.restore(gone)
            assert set(CohortBook(folder).all()) == set(kept)
