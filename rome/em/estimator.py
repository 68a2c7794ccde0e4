"""RomeEM: the mixture and its robust predictor as one scikit-learn estimator."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.metrics import r2_score
from sklearn.utils.validation import (
    _check_sample_weight,
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
    validate_data,
)

from rome.em.experts import variance_factor
from rome.em.fitting import FitResult, fit_mixture
from rome.em.flexible import Expansion
from rome.em.loop import Progress
from rome.em.mixture import Mixture
from rome.em.requirements import check_settings, plan_of
from rome.em.rows import ArrayRows, Rows
from rome.em.standard_errors import StandardErrors, standard_errors
from rome.errors import SettingError
from rome.robust import RobustPath, robust_path
from rome.robust.fitted import FittedMixture
from rome.settings.columns import check_exposure, check_outcome
from rome.settings.study import STRENGTHS


class RomeEM(FittedMixture):
    """Mixture of linear experts with a robust predictor (ROME-EM).

    Membership: P(z = k | s) = softmax_k(γ_k'[1, s]), last group as reference. Outcome: y | z = k ~
    N(β_k'[1, x], σ_k²), Bernoulli(logit⁻¹ β_k'[1, x]), Poisson(E e^(β_k'[1, x])) with exposure E, or Gamma
    with mean e^(β_k'[1, x]) and dispersion φ_k. Fitted by EM from raced starts.

    Parameters
    ----------
    n_groups : int, default=2
        Number of latent groups, K.
    gate_features : sequence of str or int, or None
        Columns of X, by name or position, that drive membership (the sensitive attributes). ``None``: no
        column does, and membership is the constant share of each group.
    expert_features : sequence of str or int, or None
        Columns that the experts see; ``None`` takes all columns that are not in ``gate_features``.
    curves : bool, default=False
        Let each expert bend: restricted cubic splines of its columns beside the straight terms, with a light
        ridge. A column of fewer than ten values gets no bend.
    outcome : {"numeric", "binary", "count", "positive"}
        Gaussian, Bernoulli, Poisson or Gamma experts. A binary outcome is 0/1 and is predicted as a
        probability; a count is 0, 1, 2, … and may have an exposure; a positive amount is above 0. The last
        two have a log link and are predicted as means.
    noise : {"normal", "t"}, default="normal"
        Residuals of a numeric outcome. "t" estimates each group's degrees of freedom, so that a few far
        rows neither bend an expert nor make a group of their own.
    slopes : {"own", "shared"}, default="own"
        "shared" gives all groups one set of slopes, each with its own level and spread: one rule with noise
        of any shape that moves with the gate columns, which is what groups with rules of their own are
        held against.
    gate : {"linear", "flexible"}, default="linear"
        "flexible" adds restricted cubic splines and pairwise products of the gate columns, so that
        membership may peak at middle values or turn on combinations.
    predictor : {"gated", "aggregate"}
        ``gated`` weighs the experts by the gate, re-weighted to the least favourable proportions;
        ``aggregate`` uses one weight per group for everybody and never sees the gate columns.
    criterion : {"regret", "risk", "reward"}
        What the weights guard (``reward`` with ``aggregate`` only).
    gamma : {"plain", "cross_fitted"}, default="plain"
        Γ of ``aggregate``: as the experts give it, or with the error of estimating them taken out by fits on
        two halves of the rows (:mod:`rome.robust.correction`).
    dro_strength : float in [0, 1], default=0
        0 prepares for the average, 1 for every mixture of the groups. A strength that was not tested on rows
        of its own can do harm, also in the worst group.
    n_init : int, default=10
        Short starts; the best three run to the end.
    max_iter : int, default=500
    tol : float, default=1e-8
        Gain in log-likelihood per row below which EM has converged.
    warm_start : bool, default=False
        Begin at the last fit's parameters instead of racing new starts. Shared slopes may become the groups'
        own on the way, but not the reverse.
    random_state : int, RandomState or None

    Attributes
    ----------
    coef_, intercept_ : ndarray of shape (K, p), (K,)
        Experts per unit of each expert term, in units of y (log-odds, if binary; log of the mean, of counts
        per unit of exposure, where the link is the log).
    expert_terms_ : tuple of str
        Names of the p expert terms: the expert columns and, with ``curves``, their bends.
    sigma_ : ndarray of shape (K,)
        Residual standard deviation of each group, in units of y (NaN unless the outcome is numeric).
    scale_, df_ : ndarray of shape (K,)
        Scale and degrees of freedom of t residuals: ``sigma_`` = scale √(df / (df − 2)). With normal
        residuals ``scale_`` is ``sigma_`` and ``df_`` infinite. Of a positive amount ``scale_`` is the
        coefficient of variation; otherwise both are NaN.
    dispersion_ : ndarray of shape (K,)
        Of counts the Pearson dispersion, 1 if they are Poisson and more if they scatter further; of positive
        amounts φ, the variance over the squared mean; NaN for other outcomes.
    gate_coef_, gate_intercept_ : ndarray of shape (K, d), (K,)
        γ per unit of each gate term; zero for the last group.
    gate_terms_ : tuple of str
        Names of the d gate terms: the gate columns and, with a flexible gate, their bends and products.
    shares_ : ndarray of shape (K,)
        Mean responsibilities over the training rows, decreasing.
    prior_ : ndarray of shape (K,)
        The robust proportions q at ``dro_strength``.
    log_likelihood_ : float
        Observed log-likelihood of the training rows, with every constant, in units of y.
    history_ : ndarray
        Penalised log-likelihood of every iteration of the winning start.
    start_log_likelihoods_ : ndarray of shape (n_init,)
        Where each start stood when the race was decided.
    n_iter_, converged_ : int, bool

    References
    ----------
    Li, Liu, Tian, Hong & Liu (2025), arXiv:2509.17411, section 3 (model and aggregation). The variance of
    each group, the joint gate step, ``gated``, ``risk`` and ``regret`` are ours; see docs/method.md.
    """

    def __init__(
        self,
        n_groups=2,
        *,
        gate_features=None,
        expert_features=None,
        curves=False,
        outcome="numeric",
        noise="normal",
        slopes="own",
        gate="linear",
        predictor="gated",
        criterion="regret",
        gamma="plain",
        dro_strength=0.0,
        n_init=10,
        max_iter=500,
        tol=1e-8,
        warm_start=False,
        random_state=None,
    ):
        self.n_groups = n_groups
        self.gate_features = gate_features
        self.expert_features = expert_features
        self.curves = curves
        self.outcome = outcome
        self.noise = noise
        self.slopes = slopes
        self.gate = gate
        self.predictor = predictor
        self.criterion = criterion
        self.gamma = gamma
        self.dro_strength = dro_strength
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None, progress=None, exposure=None):
        """Fit the mixture by EM, keeping the best of ``n_init`` starts.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Expert and gate columns together, numeric and finite.
        y : array-like of shape (n_samples,)
            Outcome, in its own units; 0/1 for ``outcome="binary"``.
        sample_weight : array-like of shape (n_samples,) or None
            A weight of 2 counts a row twice.
        progress : callable or None
            Called with (iteration, penalised log-likelihood) after every iteration; may raise to stop.
        exposure : array-like of shape (n_samples,) or None
            Of counts: how long, or over how many, each row was counted. The mean is in proportion to it (its
            log is an offset); ``None`` is 1 for every row.

        Raises
        ------
        SettingError, ColumnError
            A parameter is outside its values, or a column is not in X; an exposure of what is no count.
        OutcomeError
            A binary outcome with other values than 0 and 1, a count that is negative or not whole or 0 in all
            rows, an amount or an exposure that is not above 0.
        TooFewRowsError
            Fewer than two rows a group.

        Warns
        -----
        FewRowsWarning
            Fewer rows than free parameters: there is a fit, but nothing should be concluded from it.
        OverdispersionWarning
            Counts of a group scatter more than Poisson counts.
        """
        check_settings(self.get_params(deep=False))
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2)
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        y = np.asarray(y, dtype=np.float64)
        check_outcome(self.outcome, y)
        if exposure is not None and self.outcome != "count":
            raise SettingError(
                f'exposure is for outcome="count", and outcome is "{self.outcome}". Leave it out, or '
                "make it a column of X."
            )
        if exposure is not None:
            X = _with_exposure(X, exposure)
        self._fit(ArrayRows.checked(X, y, weights), progress, exposed=exposure is not None)
        return self

    def fit_blocks(self, rows, progress=None):
        """Fit the same mixture on rows that may live in files or on other machines.

        The starts race on at most 25,000 rows here; the winner runs over all rows where they live. The
        robust proportions are solved on all rows if they are in memory or at most 200,000, otherwise on
        200,000 drawn at random. Counts have the same exposure in all rows here.

        Parameters
        ----------
        rows : ArrayRows, ParquetRows or ClusterRows
            From :mod:`rome.em`.
        progress : callable or None
            As in ``fit``.

        Raises
        ------
        RomeError
            As in ``fit``; also where a file or the cluster fails, and for ``gamma="cross_fitted"`` on more
            rows than they are solved on.
        """
        check_settings(self.get_params(deep=False))
        self.n_features_in_ = rows.n_features
        if rows.names is not None:
            self.feature_names_in_ = np.array(rows.names, dtype=object)
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        self._fit(rows, progress)
        return self

    def _fit(self, rows: Rows, progress: Progress | None, exposed: bool = False) -> None:
        """Fit on rows whose columns are known, publish the result, and warn of what makes it doubtful."""
        names = getattr(self, "feature_names_in_", None)
        plan = plan_of(self.get_params(deep=False), names, self.n_features_in_, exposed)
        last = getattr(self, "_mixture", None) if self.warm_start else None
        result = fit_mixture(plan, rows, last, progress)
        self._publish(result, plan.names)
        for weak_spot in result.weak_spots:
            warnings.warn(weak_spot, stacklevel=3)

    def _publish(self, result: FitResult, names: tuple[str, ...]) -> None:
        """Set the attributes of a fit, in the user's units."""
        self._mixture, self._path = result.mixture, result.path
        self.shares_, self.prior_ = result.shares, result.path.priors[0]
        self.log_likelihood_, self.history_ = result.log_likelihood, result.history
        self.start_log_likelihoods_ = result.start_log_likelihoods
        self.n_iter_, self.converged_ = len(result.history) - 1, result.converged
        plain = result.mixture.in_units()
        self.coef_, self.intercept_ = plain.parameters.beta[:, 1:], plain.parameters.beta[:, 0]
        self.gate_coef_, self.gate_intercept_ = plain.parameters.gamma[:, 1:], plain.parameters.gamma[:, 0]
        self.expert_terms_, self.gate_terms_ = plain.expert_terms(names), plain.gate_terms(names)
        self.scale_, self.df_ = plain.residual_scale()
        self.sigma_ = self.scale_ * np.sqrt(variance_factor(plain.parameters.df))
        if plain.outcome == "positive":
            self.sigma_ = np.full_like(self.scale_, np.nan)
        self.dispersion_ = result.dispersion

    def in_units(self) -> Mixture:
        """Return the fitted mixture on plain arrays, with coefficients per unit of X and y."""
        check_is_fitted(self)
        return self._mixture.in_units()

    @property
    def gate_expansion(self) -> Expansion | None:
        """Bends and products of a flexible gate; ``None`` for a linear one."""
        check_is_fitted(self)
        return self._mixture.gate_expansion

    @property
    def expert_expansion(self) -> Expansion | None:
        """Bends of experts that bend; ``None`` for lines."""
        check_is_fitted(self)
        return self._mixture.expert_expansion

    def responsibilities(self, X, y, exposure=None) -> np.ndarray:
        """Return P(group | x, s, y) of shape (n_samples, K), after the outcome is seen."""
        X, y, _ = self._checked_rows(X, y, exposure=exposure)
        return self._mixture.posterior(X, y)[0]

    def log_likelihood_of_rows(self, X, y, exposure=None) -> np.ndarray:
        """Return the log-likelihood (n_samples,) of each row's outcome, in units of y."""
        X, y, _ = self._checked_rows(X, y, exposure=exposure)
        return self._mixture.posterior(X, y)[1]

    def group_predictions(self, X, exposure=None) -> np.ndarray:
        """Return each expert's prediction, shape (n_samples, K): means in units of y, or probabilities.

        Counts of a model with exposures are those at ``exposure`` (n_samples,), or per unit of it.
        """
        return self._mixture.group_predictions(self._checked(X, exposure))

    def predict(self, X, exposure=None) -> np.ndarray:
        """Return the robust prediction (n_samples,) at the fitted ``dro_strength``, in units of y (or
        probabilities); a parameter set since then takes effect with the next ``fit``.

        Counts of a model with exposures are those at ``exposure`` (n_samples,), or per unit of it.
        """
        X = self._checked(X, exposure)
        return self._path.predict(self._mixture.group_predictions(X), self._mixture.membership(X))[:, 0]

    def score(self, X, y, sample_weight=None, exposure=None) -> float:
        """Return R² of ``predict`` on rows with outcomes ``y``, as scikit-learn's regressors do."""
        self._require_exposure(exposure)
        return r2_score(y, self.predict(X, exposure), sample_weight=sample_weight)

    def path(self, X, y, *, strengths=STRENGTHS, sample_weight=None, exposure=None) -> RobustPath:
        """Return the robust proportions for every strength, solved on the rows given; nothing is refitted.

        Parameters
        ----------
        X, y : array-like of shape (n_samples, n_features), (n_samples,)
            Usually the training rows.
        strengths : sequence of float in [0, 1]
        sample_weight, exposure : array-like of shape (n_samples,) or None

        Raises
        ------
        SettingError
            ``predictor`` and ``criterion``, which are read now, don't go together, or a strength is outside.
        """
        problem = self._mixture.dro_problem(*self._checked_rows(X, y, sample_weight, exposure))
        return robust_path(problem, self.predictor, self.criterion, tuple(strengths))

    def standard_errors(self, X, y, sample_weight=None, *, exposure=None, kind="louis") -> StandardErrors:
        """Return standard errors of the experts' and the gate's coefficients, from the training rows.

        Parameters
        ----------
        X, y : array-like of shape (n_samples, n_features), (n_samples,)
            The rows that the model was fitted on.
        sample_weight : array-like of shape (n_samples,) or None
            The weights it was fitted with; a weight of 2 counts a row twice.
        exposure : array-like of shape (n_samples,) or None
            The exposures it was fitted with.
        kind : {"louis", "sandwich"}
            From the observed information, or robust to a misspecified model as well.

        Warns
        -----
        StandardErrorWarning
            A group has coefficients that the rows don't determine; theirs are NaN.

        References
        ----------
        Louis (1982), JRSS B 44, 226-233; White (1982), Econometrica 50, 1-25.
        """
        rows = self._checked_rows(X, y, sample_weight, exposure)
        return standard_errors(self._mixture, self._mixture.scaling.blocks(*rows), kind)

    def _checked(self, X, exposure=None) -> np.ndarray:
        """Return X (n, p), with the exposures as a further column where the model has them."""
        X = super()._checked(X)
        if self._mixture.scaling.exposure is not None:
            return _with_exposure(X, np.ones(len(X)) if exposure is None else exposure)
        if exposure is not None:
            raise SettingError("The model was fitted without exposures. Fit it with them, or leave them out.")
        return X

    def _checked_rows(self, X, y, sample_weight=None, exposure=None):
        self._require_exposure(exposure)
        plain, y, weights = super()._checked_rows(X, y, sample_weight)
        check_outcome(self._mixture.outcome, y)
        return plain if exposure is None else self._checked(X, exposure), y, weights

    def _require_exposure(self, exposure) -> None:
        """Raise where counts are to be compared with predictions that are per unit of exposure."""
        check_is_fitted(self)
        if exposure is None and self._mixture.scaling.exposure is not None:
            raise SettingError("The model was fitted with exposures. Give the exposure of these rows too.")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = self.outcome in ("count", "positive")
        return tags


def _with_exposure(X: np.ndarray, exposure) -> np.ndarray:
    """Return X (n, p) and the exposures (n,), checked, as one more column."""
    exposure = column_or_1d(exposure, dtype=np.float64)
    check_consistent_length(X, exposure)
    check_exposure(exposure)
    return np.column_stack([X, exposure])
