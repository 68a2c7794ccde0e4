"""The corrected t-test and Holm's adjustment against numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t, ttest_1samp

from rome.errors import SettingError
from rome.stats.tests import corrected_t_test, holm


def test_the_variance_is_widened_by_the_rows_that_splits_share():
    # Mean 2, s² = 1; J = 3, n_test/n_train = 1/2: variance (1/3 + 1/2) · 1 = 5/6, t = 2/√(5/6) on 2 df.
    found = corrected_t_test([1.0, 2.0, 3.0], 100, 50)
    error = np.sqrt(5 / 6)
    assert found.mean == 2
    assert found.degrees_of_freedom == 2
    assert found.p_value == pytest.approx(2 * t.sf(2 / error, 2))
    assert (found.low, found.high) == pytest.approx((2 - 4.302653 * error, 2 + 4.302653 * error), rel=1e-6)


def test_without_shared_rows_it_is_the_ordinary_t_test():
    values = [0.3, -0.2, 0.9, 0.4]
    assert corrected_t_test(values, 10**12, 1).p_value == pytest.approx(ttest_1samp(values, 0).pvalue)


def test_the_interval_excludes_zero_just_when_the_test_finds_a_difference():
    for shift in np.linspace(0, 2, 41):
        found = corrected_t_test(np.array([-0.4, 0.1, 0.3, 0.2]) + shift, 70, 30, 0.9)
        assert (found.low > 0) == (found.p_value < 0.1)


def test_equal_losses_everywhere_are_no_difference():
    assert corrected_t_test([0.0, 0.0], 70, 30).p_value == 1


def test_a_difference_that_never_varies_is_certain():
    found = corrected_t_test([-1.0, -1.0, -1.0], 70, 30)
    assert (found.low, found.high, found.p_value) == (-1, -1, 0)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, np.nan]])
def test_too_few_differences_are_refused(values):
    with pytest.raises(SettingError, match="at least two finite differences"):
        corrected_t_test(values, 70, 30)


def test_holm_as_worked_by_hand():
    # Sorted .01 .02 .03 .04: times 4 3 2 1 gives .04 .06 .06 .04, made to rise: .04 .06 .06 .06.
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])


def test_holm_never_exceeds_one_and_leaves_out_what_was_not_asked():
    found = holm([0.6, np.nan, 0.4])
    assert found[[0, 2]] == pytest.approx([0.8, 0.8])
    assert np.isnan(found[1])
    assert holm([0.7, 0.9]).tolist() == [1.0, 1.0]
