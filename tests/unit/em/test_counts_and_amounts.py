"""Counts and positive amounts: one group equals other programs', several equal their own definitions."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from sklearn import config_context
from sklearn.base import clone
from sklearn.linear_model import GammaRegressor, PoissonRegressor
from sklearn.model_selection import cross_val_score

from rome.em import ArrayRows, ParquetRows, RomeEM
from rome.errors import OutcomeError, OverdispersionWarning, SeparationWarning, SettingError

KINDS = ("count", "positive")
#: Without their exposures these counts scatter further than Poisson counts, and RomeEM says so.
unexplained = pytest.mark.filterwarnings("ignore::rome.errors.OverdispersionWarning")


def table(kind: str, n: int = 500, seed: int = 0):
    """Return X (n, 3) of uneven scales, an outcome of two groups, weights and exposures."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 3)) * [1, 5, 0.1] + [0, 10, 3]
    second = rng.random(n) < 1 / (1 + np.exp(-2 * X[:, 2] * 10 + 60))
    eta = np.where(second, 1.5 + 0.5 * X[:, 0], -0.6 * X[:, 0]) - 0.02 * X[:, 1]
    exposure = rng.uniform(0.5, 4, n) if kind == "count" else np.ones(n)
    mean = exposure * np.exp(eta)
    y = rng.poisson(mean).astype(float) if kind == "count" else 300 * rng.gamma(4, mean / 4)
    return X, y, rng.integers(1, 4, n).astype(float), exposure


def fitted(kind: str, n_groups: int = 2, exposed: bool = True, **parameters):
    """Return a fit on the table with its X, y, weights and the keywords that hold its exposures."""
    X, y, weights, exposure = table(kind)
    given = {"exposure": exposure} if kind == "count" and exposed else {}
    model = RomeEM(n_groups, gate_features=[2], outcome=kind, n_init=3, random_state=0, **parameters)
    return model.fit(X, y, sample_weight=weights, **given), X, y, weights, given


def test_one_group_of_counts_is_a_poisson_regression_with_an_offset():
    X, y, weights, exposure = table("count")
    model = RomeEM(1, outcome="count", tol=1e-13)
    with pytest.warns(OverdispersionWarning):
        model.fit(X, y, sample_weight=weights, exposure=exposure)
    glm = sm.GLM(
        y, sm.add_constant(X), family=sm.families.Poisson(), offset=np.log(exposure), freq_weights=weights
    ).fit(tol=1e-14)
    rates = PoissonRegressor(alpha=0, tol=1e-10, max_iter=1000, solver="newton-cholesky")
    rates.fit(X, y / exposure, sample_weight=weights * exposure)
    for coef, intercept in ((glm.params[1:], glm.params[0]), (rates.coef_, rates.intercept_)):
        assert model.coef_[0] == pytest.approx(coef, abs=1e-6)
        assert model.intercept_[0] == pytest.approx(intercept, abs=1e-6)
    assert model.log_likelihood_ == pytest.approx(glm.llf, abs=1e-6)
    assert model.dispersion_[0] == pytest.approx(glm.pearson_chi2 / glm.df_resid, rel=1e-6)
    errors = model.standard_errors(X, y, weights, exposure=exposure)
    assert errors.coef_se[0] == pytest.approx(glm.bse[1:], rel=1e-6)
    assert errors.intercept_se[0] == pytest.approx(glm.bse[0], rel=1e-6)


def test_one_group_of_amounts_is_a_gamma_regression_with_a_log_link():
    X, y, weights, _ = table("positive")
    model = RomeEM(1, outcome="positive", tol=1e-13).fit(X, y, sample_weight=weights)
    family = sm.families.Gamma(sm.families.links.Log())
    glm = sm.GLM(y, sm.add_constant(X), family=family, freq_weights=weights).fit(tol=1e-14)
    other = GammaRegressor(alpha=0, tol=1e-10, max_iter=1000, solver="newton-cholesky")
    other.fit(X, y, sample_weight=weights)
    for coef, intercept in ((glm.params[1:], glm.params[0]), (other.coef_, other.intercept_)):
        assert model.coef_[0] == pytest.approx(coef, abs=1e-6)
        assert model.intercept_[0] == pytest.approx(intercept, abs=1e-6)
    own = [
        float(weights @ stats.gamma.logpdf(y, 1 / phi, scale=glm.mu * phi))
        for phi in model.dispersion_[0] * np.array([0.99, 1.0, 1.01])
    ]
    assert own[1] > max(own[0], own[2])
    assert model.log_likelihood_ == pytest.approx(own[1], abs=1e-6)
    assert model.scale_[0] == pytest.approx(np.sqrt(model.dispersion_[0]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_log_likelihood_and_responsibilities_are_those_of_the_mixture(kind):
    model, X, y, weights, given = fitted(kind)
    means, membership = model.group_predictions(X, **given), model.membership(X)
    if kind == "count":
        density = stats.poisson.pmf(y[:, None], means)
    else:
        density = stats.gamma.pdf(y[:, None], 1 / model.dispersion_, scale=means * model.dispersion_)
    joint = membership * density
    assert model.log_likelihood_of_rows(X, y, **given) == pytest.approx(np.log(joint.sum(axis=1)))
    assert model.log_likelihood_ == pytest.approx(weights @ np.log(joint.sum(axis=1)))
    shares = joint / joint.sum(axis=1, keepdims=True)
    assert model.responsibilities(X, y, **given) == pytest.approx(shares, abs=1e-9)
    assert model.shares_ == pytest.approx(np.average(shares, axis=0, weights=weights), abs=1e-4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("predictor", ["gated", "aggregate"])
def test_a_prediction_is_a_weighted_mean_of_the_groups_means(kind, predictor):
    model, X, y, weights, given = fitted(kind, predictor=predictor, dro_strength=0.5)
    means, predicted = model.group_predictions(X, **given), model.predict(X, **given)
    assert (predicted >= means.min(axis=1) - 1e-9).all()
    assert (predicted <= means.max(axis=1) + 1e-9).all()
    path = model.path(X, y, strengths=(0.5,), sample_weight=weights, **given)
    assert path.priors[0] == pytest.approx(model.prior_)


def test_counts_grow_in_proportion_to_the_exposure():
    model, X, _, _, given = fitted("count")
    rate = model.predict(X)
    assert model.predict(X, exposure=given["exposure"]) == pytest.approx(rate * given["exposure"])
    eta = model.intercept_ + X[:, :2] @ model.coef_.T
    assert model.group_predictions(X) == pytest.approx(np.exp(eta))


@unexplained
def test_an_exposure_of_one_is_none():
    X, y, weights, _ = table("count")
    plain = RomeEM(2, outcome="count", random_state=0).fit(X, y, weights)
    exposed = RomeEM(2, outcome="count", random_state=0).fit(X, y, weights, exposure=np.ones(len(y)))
    assert exposed.log_likelihood_ == pytest.approx(plain.log_likelihood_, rel=1e-9)
    assert exposed.coef_ == pytest.approx(plain.coef_, abs=1e-6)


def test_outcomes_are_not_held_against_predictions_without_their_exposure():
    model, X, y, _, _ = fitted("count")
    for ask in (model.responsibilities, model.log_likelihood_of_rows, model.path, model.score):
        with pytest.raises(SettingError, match="Give the exposure"):
            ask(X, y)
    with pytest.raises(SettingError, match="Give the exposure"):
        model.standard_errors(X, y)


@unexplained
def test_an_exposure_where_there_is_none_is_refused():
    X, y, _, exposure = table("count")
    with pytest.raises(SettingError, match='outcome is "numeric"'):
        RomeEM().fit(X, y, exposure=exposure)
    plain = fitted("count", exposed=False)[0]
    with pytest.raises(SettingError, match="fitted without exposures"):
        plain.predict(X, exposure=exposure)


@pytest.mark.parametrize("odd", [0.0, -2.0, np.nan, np.inf])
def test_an_odd_exposure_is_named(odd):
    X, y, _, exposure = table("count")
    exposure[7] = odd
    with pytest.raises(OutcomeError, match=f"above 0, but {odd:g} was seen"):
        RomeEM(outcome="count").fit(X, y, exposure=exposure)


@pytest.mark.parametrize(
    ("kind", "odd", "remedy"),
    [
        ("count", -1.0, 'outcome="numeric"'),
        ("count", 2.5, "exposure"),
        ("positive", 0.0, "binary"),
        ("positive", -3.0, 'outcome="numeric"'),
    ],
)
def test_an_outcome_that_its_kind_can_not_hold_is_named_with_a_remedy(kind, odd, remedy):
    X, y, _, _ = table(kind)
    y[11] = odd
    model = RomeEM(outcome=kind)
    for fit in (lambda: model.fit(X, y), lambda: model.fit_blocks(ArrayRows(X, y))):
        with pytest.raises(OutcomeError, match=f"{odd:g} was seen") as caught:
            fit()
        assert remedy in str(caught.value)


def test_counts_that_are_all_zero_are_refused():
    with pytest.raises(OutcomeError, match="All counts are 0"):
        RomeEM(outcome="count").fit(np.arange(20.0)[:, None], np.zeros(20))


@pytest.mark.parametrize("kind", KINDS)
def test_a_weight_of_two_is_a_row_twice(kind):
    X, y, weights, exposure = table(kind)
    given = {"exposure": exposure} if kind == "count" else {}
    twice = {"exposure": np.repeat(exposure, weights.astype(int))} if kind == "count" else {}
    whole = weights.astype(int)
    settings = {"gate_features": [2], "outcome": kind, "n_init": 3, "random_state": 0}
    first = RomeEM(2, **settings).fit(X, y, sample_weight=weights, **given)
    second = RomeEM(2, **settings).fit(np.repeat(X, whole, axis=0), np.repeat(y, whole), **twice)
    assert second.log_likelihood_ == pytest.approx(first.log_likelihood_, rel=1e-9)
    assert second.coef_ == pytest.approx(first.coef_, abs=1e-6)


def test_the_unit_of_an_amount_changes_only_the_level():
    X, y, _, _ = table("positive")
    first = RomeEM(2, outcome="positive", random_state=0).fit(X, y)
    second = RomeEM(2, outcome="positive", random_state=0).fit(X, 1e6 * y)
    assert second.coef_ == pytest.approx(first.coef_, abs=1e-9)
    assert second.intercept_ == pytest.approx(first.intercept_ + np.log(1e6))
    assert second.dispersion_ == pytest.approx(first.dispersion_)
    assert second.log_likelihood_ == pytest.approx(first.log_likelihood_ - len(y) * np.log(1e6))


@pytest.mark.parametrize("kind", KINDS)
def test_the_next_fit_can_begin_where_the_last_ended(kind):
    model, X, y, weights, given = fitted(kind, warm_start=True)
    end = model.history_[-1]
    model.fit(X, y, sample_weight=weights, **given)
    assert model.history_[0] == pytest.approx(end, abs=1e-6)


def test_a_warm_start_needs_exposures_again():
    model, X, y, weights, _ = fitted("count", warm_start=True)
    with pytest.raises(SettingError, match="exposure"):
        model.fit(X, y, sample_weight=weights)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("options", [{"slopes": "shared"}, {"curves": True}, {"gate": "flexible"}])
def test_every_option_of_the_mixture_climbs(kind, options):
    model, X, _, _, given = fitted(kind, **options)
    assert model.converged_
    assert np.diff(model.history_).min() > -1e-7
    assert np.isfinite(model.predict(X, **given)).all()
    if "slopes" in options:
        assert model.coef_[0] == pytest.approx(model.coef_[1])


def test_a_group_that_is_never_counted_stays_finite():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((600, 1))
    y = np.where(rng.random(600) < 0.4, 0, rng.poisson(np.exp(1.5 + 0.3 * X[:, 0]))).astype(float)
    model = RomeEM(2, outcome="count", random_state=0).fit(X, y)
    assert np.isfinite(model.coef_).all()
    expected = model.group_predictions(X)[:, 1]
    assert np.median(expected) < 1e-3
    assert expected.max() < y.max()
    assert model.shares_ == pytest.approx([0.6, 0.4], abs=0.06)


def test_a_level_that_was_never_counted_is_named():
    rng = np.random.default_rng(3)
    X = np.column_stack([rng.standard_normal(300), rng.random(300) < 0.2])
    y = np.where(X[:, 1] > 0, 0, rng.poisson(np.exp(1 + 0.3 * X[:, 0])))
    with pytest.warns(SeparationWarning, match='coefficient of "column 1"') as caught:
        RomeEM(1, outcome="count").fit(X, y)
    assert len(caught) == 1


def test_counts_in_files_are_fitted_and_checked_as_those_in_memory(tmp_path):
    X, y, _, _ = table("positive")
    y = np.random.default_rng(0).poisson(np.exp(1 + 0.4 * X[:, 0]), len(X)).astype(float)
    frame = pd.DataFrame(X, columns=["a", "b", "c"]).assign(y=y)
    frame.to_parquet(tmp_path / "rows.parquet", row_group_size=100)
    model = RomeEM(1, outcome="count", random_state=0)
    expected = clone(model).fit(X, y).coef_
    found = model.fit_blocks(ParquetRows(tmp_path / "rows.parquet", outcome="y")).coef_
    assert found == pytest.approx(expected, abs=1e-6)
    frame.loc[450, "y"] = 1.5
    frame.to_parquet(tmp_path / "broken.parquet", row_group_size=100)
    with pytest.raises(OutcomeError, match=r"1\.5 was seen"):
        model.fit_blocks(ParquetRows(tmp_path / "broken.parquet", outcome="y"))


def test_poisson_counts_are_not_called_overdispersed_and_others_are(recwarn):
    rng = np.random.default_rng(2)
    X = rng.standard_normal((800, 2))
    mean = np.exp(1 + 0.5 * X[:, 0])
    model = RomeEM(1, outcome="count").fit(X, rng.poisson(mean))
    assert not recwarn.list
    assert model.dispersion_[0] == pytest.approx(1, abs=0.15)
    with pytest.warns(OverdispersionWarning, match="scatter"):
        model.fit(X, rng.poisson(mean * rng.gamma(1, 1, 800)))
    assert model.dispersion_[0] > 2


def test_exposures_are_routed_through_a_search():
    X, y, _, exposure = table("count")
    with config_context(enable_metadata_routing=True):
        model = RomeEM(2, outcome="count", n_init=1, random_state=0)
        model = model.set_fit_request(exposure=True).set_score_request(exposure=True)
        scores = cross_val_score(model, X, y, cv=3, params={"exposure": exposure})
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_fit_survives_pickle_and_clone(kind):
    model, X, _, _, given = fitted(kind)
    again = pickle.loads(pickle.dumps(model))
    assert again.predict(X, **given) == pytest.approx(model.predict(X, **given))
    assert clone(model).outcome == kind


def test_cross_fitted_gamma_takes_counts_with_exposures():
    model = fitted("count", predictor="aggregate", gamma="cross_fitted", dro_strength=0.5)[0]
    assert model.prior_.sum() == pytest.approx(1)
