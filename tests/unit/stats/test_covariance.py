"""The inverse of an information matrix says which parameters it determines."""

import numpy as np
import pytest

from rome.stats.covariance import covariance


def test_a_positive_definite_matrix_is_inverted_and_determines_everything():
    information = np.array([[4.0, 1.0], [1.0, 9.0]])
    inverse, known = covariance(information)
    assert inverse == pytest.approx(np.linalg.inv(information))
    assert known.all()


@pytest.mark.parametrize("diagonal", [0.0, -1e-3, -5e7])
def test_a_direction_without_information_leaves_the_others_as_they_are(diagonal):
    information = np.array([[4.0, 1.0, 0.0], [1.0, 9.0, 0.0], [0.0, 0.0, diagonal]])
    inverse, known = covariance(information)
    assert known.tolist() == [True, True, False]
    assert inverse[:2, :2] == pytest.approx(np.linalg.inv(information[:2, :2]))


def test_scales_that_differ_by_many_orders_are_no_fault():
    information = np.diag([1e-18, 1.0, 1e18])
    inverse, known = covariance(information)
    assert known.all()
    assert np.diag(inverse) == pytest.approx([1e18, 1.0, 1e-18])
