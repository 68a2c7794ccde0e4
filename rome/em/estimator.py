"""RomeEM: the mixture and its robust predictor as one scikit-learn estimator."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from rome._sklearn import one_blas_thread
from rome.config import MAX_GROUPS, STRENGTHS, check_choice, check_criterion, check_number
from rome.em.columns import column_positions
from rome.em.experts import VARIANCE_FLOOR, experts_for
from rome.em.mixture import Mixture
from rome.em.scaling import Scaling, sorted_by_share
from rome.em.starts import race
from rome.em.statistics import Parameters, one_pass
from rome.errors import DegenerateGroupWarning, OutcomeError, TooFewRowsError
from rome.robust import RobustPath, robust_path


class RomeEM(RegressorMixin, BaseEstimator):
    """Mixture of linear experts with a robust predictor (ROME-EM).

    Membership: P(z = k | s) = softmax_k(γ_k'[1, s]), last group as reference. Outcome: y | z = k ~
    N(β_k'[1, x], σ_k²), or Bernoulli(logit⁻¹ β_k'[1, x]). Fitted by EM from raced starts.

    Parameters
    ----------
    n_groups : int, default=2
        Number of latent groups, K.
    gate_features : sequence of str or int, or None
        Columns of X, by name or position, that drive membership (the sensitive attributes). ``None``: no
        column does, and membership is the constant share of each group.
    expert_features : sequence of str or int, or None
        Columns that the experts see; ``None`` takes all columns that are not in ``gate_features``.
    outcome : {"numeric", "binary"}
        Gaussian or Bernoulli experts; a binary outcome is 0/1 and is predicted as a probability.
    predictor : {"gated", "aggregate"}
        ``gated`` weighs the experts by the gate, re-weighted to the least favourable proportions;
        ``aggregate`` uses one weight per group for everybody and never sees the gate columns.
    criterion : {"regret", "risk", "reward"}
        What the weights guard (``reward`` with ``aggregate`` only).
    dro_strength : float in [0, 1], default=0.5
        0 prepares for the average, 1 for every mixture of the groups.
    n_init : int, default=10
        Short starts; the best three run to the end.
    max_iter : int, default=500
    tol : float, default=1e-8
        Gain in log-likelihood per row below which EM has converged.
    random_state : int, RandomState or None

    Attributes
    ----------
    coef_, intercept_ : ndarray of shape (K, p_experts), (K,)
        Experts per unit of X, in units of y (or log-odds).
    sigma_ : ndarray of shape (K,)
        Residual standard deviation of each group, in units of y (NaN for a binary outcome).
    gate_coef_, gate_intercept_ : ndarray of shape (K, d), (K,)
        γ per unit of X; zero for the last group.
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
        outcome="numeric",
        predictor="gated",
        criterion="regret",
        dro_strength=0.5,
        n_init=10,
        max_iter=500,
        tol=1e-8,
        random_state=None,
    ):
        self.n_groups = n_groups
        self.gate_features = gate_features
        self.expert_features = expert_features
        self.outcome = outcome
        self.predictor = predictor
        self.criterion = criterion
        self.dro_strength = dro_strength
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None, progress=None):
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

        Raises
        ------
        SettingError, ColumnError
            A parameter is outside its values, or a column is not in X.
        OutcomeError
            A binary outcome with other values than 0 and 1.
        TooFewRowsError
            Fewer rows than free parameters.
        """
        self._check_settings()
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2)
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        y = np.asarray(y, dtype=np.float64)
        self._check_rows(X, y, weights)
        experts = experts_for(self.outcome)
        gate_index, expert_index = self._column_indices()
        used = weights > 0
        if not used.all():
            X, y, weights = X[used], y[used], weights[used]
        self._scaling = Scaling.fit(X, y, weights, expert_index, gate_index, self.outcome == "binary")
        blocks = self._scaling.blocks(X, y, weights)
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31 - 1))
        with one_blas_thread():
            fit, starts = race(
                blocks,
                int(self.n_groups),
                experts,
                n_init=int(self.n_init),
                max_iter=int(self.max_iter),
                tol=self.tol,
                rng=rng,
                progress=progress,
            )
        self._store(fit, starts, blocks, weights)
        game = self._mixture.game(X, y, weights)
        self._path = robust_path(game, self.predictor, self.criterion, (self.dro_strength,))
        self.prior_ = self._path.priors[0]
        return self

    def _check_settings(self) -> None:
        check_number("n_groups", self.n_groups, 1, MAX_GROUPS, whole=True)
        check_choice("outcome", self.outcome, ("numeric", "binary"))
        check_choice("predictor", self.predictor, ("gated", "aggregate"))
        check_choice("criterion", self.criterion, ("regret", "risk", "reward"))
        check_criterion(self.predictor, self.criterion)
        check_number("dro_strength", self.dro_strength, 0, 1)
        check_number("n_init", self.n_init, 1, 10_000, whole=True)
        check_number("max_iter", self.max_iter, 1, 1_000_000, whole=True)
        check_number("tol", self.tol, 0, 1)

    def _column_indices(self) -> tuple[np.ndarray, np.ndarray]:
        names = getattr(self, "feature_names_in_", None)
        gate = () if self.gate_features is None else self.gate_features
        gate_index = column_positions("gate_features", gate, names, self.n_features_in_)
        if self.expert_features is None:
            expert_index = np.setdiff1d(np.arange(self.n_features_in_), gate_index)
        else:
            expert_index = column_positions(
                "expert_features", self.expert_features, names, self.n_features_in_
            )
        return gate_index, expert_index

    def _check_rows(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        if self.outcome == "binary" and not np.isin(y, (0.0, 1.0)).all():
            odd = y[~np.isin(y, (0.0, 1.0))][0]
            raise OutcomeError(
                f"A binary outcome holds only 0 and 1, but {odd:g} was seen. "
                'Recode it, or use outcome="numeric".'
            )
        gate_index, expert_index = self._column_indices()
        per_group = len(expert_index) + 1 + (self.outcome == "numeric")
        needed = self.n_groups * per_group + (self.n_groups - 1) * (len(gate_index) + 1)
        rows = int((weights > 0).sum())
        # One group is ordinary least squares, which has a minimum-norm answer however few the rows.
        if self.n_groups > 1 and rows < needed:
            raise TooFewRowsError(
                f"{self.n_groups:g} groups on {len(expert_index)} expert and {len(gate_index)} gate columns "
                f"have {needed:g} free parameters, but n_samples = {rows}. "
                "Use fewer groups or fewer columns, or more rows."
            )

    def _store(self, fit, starts, blocks, weights) -> None:
        parameters = sorted_by_share(fit.parameters, fit.counts)
        final = one_pass(blocks, parameters, experts_for(self.outcome))
        units = float(weights.sum()) * np.log(self._scaling.y_scale)
        self._mixture = Mixture(parameters, self._scaling, self.outcome)
        self.shares_ = final.counts / final.counts.sum()
        self.coef_, self.intercept_ = self._scaling.experts.to_units(parameters.beta)
        self.coef_ = self.coef_ * self._scaling.y_scale
        self.intercept_ = self.intercept_ * self._scaling.y_scale + self._scaling.y_mean
        numeric = self.outcome == "numeric"
        self.sigma_ = np.sqrt(parameters.sigma2) * self._scaling.y_scale
        if not numeric:
            self.sigma_ = np.full(len(self.shares_), np.nan)
        self.gate_coef_, self.gate_intercept_ = self._scaling.gate.to_units(parameters.gamma)
        self.log_likelihood_ = float(final.log_likelihood - units)
        self.history_ = np.array(fit.history) - units
        self.start_log_likelihoods_ = np.array(starts) - units
        self.n_iter_ = len(fit.history) - 1
        self.converged_ = fit.converged
        self._warn_of_degenerate_groups(parameters, final.counts)

    def _warn_of_degenerate_groups(self, parameters: Parameters, counts: np.ndarray) -> None:
        for k, count in enumerate(counts):
            if len(counts) > 1 and count < parameters.beta.shape[1] + 1:
                warnings.warn(
                    f"Group {k + 1} holds only {count:.1f} rows, fewer than its expert has coefficients. "
                    f"The data may not bear {len(counts)} groups; try {len(counts) - 1}.",
                    DegenerateGroupWarning,
                    stacklevel=4,
                )
            elif self.outcome == "numeric" and parameters.sigma2[k] <= VARIANCE_FLOOR * (1 + 1e-9):
                warnings.warn(
                    f"Group {k + 1} is fitted without error: its residual spread sits on the floor. "
                    "A column may be computed from the outcome, or many rows may share one outcome value; "
                    "check for both.",
                    DegenerateGroupWarning,
                    stacklevel=4,
                )

    def _checked(self, X) -> np.ndarray:
        check_is_fitted(self)
        return validate_data(self, X, dtype=np.float64, reset=False)

    def _checked_pair(self, X, y) -> tuple[np.ndarray, np.ndarray]:
        check_is_fitted(self)
        X, y = validate_data(self, X, y, dtype=np.float64, reset=False, y_numeric=True)
        return X, np.asarray(y, dtype=np.float64)

    def membership(self, X) -> np.ndarray:
        """Return P(group | s) of shape (n_samples, K), before any outcome is seen."""
        X = self._checked(X)
        return self._mixture.membership(X)

    def responsibilities(self, X, y) -> np.ndarray:
        """Return P(group | x, s, y) of shape (n_samples, K), after the outcome is seen."""
        return self._mixture_posterior(X, y)[0]

    def log_likelihood_of_rows(self, X, y) -> np.ndarray:
        """Return the log-likelihood (n_samples,) of each row's outcome, in units of y."""
        return self._mixture_posterior(X, y)[1]

    def _mixture_posterior(self, X, y) -> tuple[np.ndarray, np.ndarray]:
        X, y = self._checked_pair(X, y)
        return self._mixture.posterior(X, y)

    def group_predictions(self, X) -> np.ndarray:
        """Return each expert's prediction, shape (n_samples, K), in units of y (or probabilities)."""
        X = self._checked(X)
        return self._mixture.group_predictions(X)

    def path(self, X, y, *, strengths=STRENGTHS, sample_weight=None) -> RobustPath:
        """Return the robust proportions for every strength, played on the rows given; nothing is refitted.

        Parameters
        ----------
        X, y : array-like of shape (n_samples, n_features), (n_samples,)
            Usually the training rows.
        strengths : sequence of float in [0, 1]
        sample_weight : array-like of shape (n_samples,) or None

        Raises
        ------
        SettingError
            ``predictor`` and ``criterion``, which are read now, don't go together, or a strength is outside.
        """
        X, y = self._checked_pair(X, y)
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        return robust_path(
            self._mixture.game(X, y, weights), self.predictor, self.criterion, tuple(strengths)
        )

    def predict(self, X) -> np.ndarray:
        """Return the robust prediction (n_samples,) at the fitted ``dro_strength``, in units of y (or
        probabilities); a parameter set since then takes effect with the next ``fit``."""
        X = self._checked(X)
        return self._path.predict(self._mixture.group_predictions(X), self._mixture.membership(X))[:, 0]
