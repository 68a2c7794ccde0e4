"""The two ways to form cross-products agree, and which one is taken depends on the rows alone."""

import numpy as np
import pytest

from rome.em import grams


@pytest.mark.parametrize("weightings", [1, 3, 4, 6, 9])
@pytest.mark.parametrize("rows", [1, 255, 256, 257, 1000])
def test_compiled_products_equal_the_sum_over_rows(weightings, rows):
    rng = np.random.default_rng(rows + weightings)
    columns, weights = rng.standard_normal((5, rows)), rng.standard_normal((weightings, rows))
    by_hand = np.einsum("qi,ai,bi->qab", weights, columns, columns)
    for way in (grams.compiled_grams, grams.weighted_grams):
        np.testing.assert_allclose(way(columns, weights), by_hand, rtol=1e-11, atol=1e-11)


def test_compiled_products_take_columns_in_any_memory_order():
    rng = np.random.default_rng(0)
    weights = rng.random((2, 700))
    plain = rng.standard_normal((4, 700))
    for columns in (np.asfortranarray(plain), plain[:, :], np.repeat(plain, 2, axis=0)[::2]):
        np.testing.assert_allclose(
            grams.compiled_grams(columns, weights), grams.weighted_grams(plain, weights), rtol=1e-11
        )


def test_compiled_products_are_symmetric_to_the_last_digit():
    rng = np.random.default_rng(1)
    found = grams.compiled_grams(rng.standard_normal((6, 300)), rng.random((3, 300)))
    assert (found == found.transpose(0, 2, 1)).all()


def test_the_number_of_rows_alone_decides_how_products_are_formed():
    assert grams.grams_for(grams.COMPILED_FROM - 1) is grams.weighted_grams
    assert grams.grams_for(grams.COMPILED_FROM) is grams.compiled_grams
