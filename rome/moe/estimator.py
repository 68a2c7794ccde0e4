"""RomeMoE: neural experts and gate, and their robust predictor, as one scikit-learn estimator."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from rome.errors import StoreError
from rome.moe import files
from rome.moe.fitting import FitResult, Table, fit_mixture
from rome.moe.requirements import check_rows, check_settings, column_indices, plan_of
from rome.moe.training import Progress
from rome.robust import robust_path
from rome.robust.fitted import FittedMixture


class RomeMoE(FittedMixture):
    """Mixture of neural experts with a robust predictor (ROME-MoE).

    Membership: P(z = k | s) = softmax of a small network (or a linear function) of the gate columns.
    Outcome: y | z = k ~ N(e_k(a), σ_k²), or Bernoulli(logit⁻¹ e_k(a)), with a network e_k for each group.
    Trained by Adam on standardised columns, ended early on validation rows by the objective itself.

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
        A binary outcome is 0/1 and is predicted as a probability.
    gate : {"s", "as"}
        The gate sees ``gate_features`` only, or the experts' columns as well.
    gate_network : {"mlp", "linear"}
        A network with ``gate_hidden_sizes``, or a multinomial logit.
    objective : {"likelihood", "squared"}
        −log Σ g_k p(y | k), under which experts compete for rows; or the squared error of Σ g_k e_k, for
        which groups are only a way to bend the mean.
    group_loss : {"soft", "hard", "online"}
        How a group's loss is taken for ``training_strength``: weighted by the gate, by the gate's largest
        entry, or weighted by the gate with exponentiated-gradient weights on the groups.
    training_strength : float in [0, 1], default=0
        α of the objective (1 − α) · mean + α · worst group while training; another value asks for new
        training.
    predictor, criterion : as in ``RomeEM``
    dro_strength : float in [0, 1], default=0
        Shifts the groups' proportions after training: 0 is the mixture as it was trained. A strength that was
        not tested on rows of its own can do harm, also in the worst group.
    hidden_sizes, gate_hidden_sizes : tuple of int, default=(64,), (32,)
        Widths of the hidden layers (rectifiers); ``()`` makes linear experts.
    epochs : int, default=200
        Epochs at most.
    batch_size : int, default=64
    learning_rate : float, default=3e-3
    schedule : {"cosine", "constant"}
        The learning rate falls along a half cosine to 1% at the last epoch, or stays.
    weight_decay : float, default=1e-3
        Decoupled decay of weights, not of biases.
    validation_fraction : float in [0, 0.5], default=0.15
        Rows held back to end training and to solve for the robust proportions on; 0 trains on all rows,
        every epoch.
    patience : int or None, default=25
        Epochs without a better validation objective before training ends; ``None`` runs them all. The best
        epoch's parameters are kept either way.
    n_init : int, default=3
        Random starts, all trained to their end; the one with the best objective is kept. A mixture has local
        optima, and one start in several ends in one.
    warm_start_from : fitted or unfitted mixture, such as ``RomeEM``, or None
        Start at its gate and experts, exactly if it is linear in the same columns, and let networks add to
        them; ``n_init`` is not used then. One that isn't fitted (a clone, in a grid search) is fitted to the
        training rows first, and so never sees the validation rows.
    device : str, default="auto"
        "auto" trains on a CUDA device where there is one; predictions are made on the CPU.
    random_state : int, RandomState or None

    Attributes
    ----------
    sigma_ : ndarray of shape (K,)
        Residual standard deviation of each group, in units of y (NaN for a binary outcome).
    shares_ : ndarray of shape (K,)
        Mean responsibilities over the rows on which the robust proportions are solved, decreasing.
    prior_ : ndarray of shape (K,)
        The robust proportions q at ``dro_strength``.
    log_likelihood_ : float
        Observed log-likelihood of the training rows, with every constant, in units of y.
    history_ : tuple of Epoch
        Objective on training and validation rows, learning rate, seconds and group losses of each epoch.
    best_epoch_, n_iter_ : int
        The epoch whose parameters are kept (0 is the start), and how many epochs ran.
    start_objectives_ : tuple of float
        The objective that each start reached, on validation rows where there are any; the least is kept.
    validation_rows_ : ndarray of int
        Positions in X of the rows that were held back. The robust proportions are solved on them (on the
        training rows without any): a network's error on rows that it was trained on says too little about
        noise.

    References
    ----------
    Li, Liu, Tian, Hong & Liu (2025), arXiv:2509.17411 (squared objective); Jacobs, Jordan, Nowlan & Hinton
    (1991), Neural Computation 3 (likelihood); Sagawa, Koh, Hashimoto & Liang (2020), arXiv:1911.08731
    (online group weights).
    """

    def __init__(
        self,
        n_groups=2,
        *,
        gate_features=None,
        expert_features=None,
        outcome="numeric",
        gate="s",
        gate_network="mlp",
        objective="likelihood",
        group_loss="soft",
        training_strength=0.0,
        predictor="gated",
        criterion="regret",
        dro_strength=0.0,
        hidden_sizes=(64,),
        gate_hidden_sizes=(32,),
        epochs=200,
        batch_size=64,
        learning_rate=3e-3,
        schedule="cosine",
        weight_decay=1e-3,
        validation_fraction=0.15,
        patience=25,
        n_init=3,
        warm_start_from=None,
        device="auto",
        random_state=None,
    ):
        self.n_groups = n_groups
        self.gate_features = gate_features
        self.expert_features = expert_features
        self.outcome = outcome
        self.gate = gate
        self.gate_network = gate_network
        self.objective = objective
        self.group_loss = group_loss
        self.training_strength = training_strength
        self.predictor = predictor
        self.criterion = criterion
        self.dro_strength = dro_strength
        self.hidden_sizes = hidden_sizes
        self.gate_hidden_sizes = gate_hidden_sizes
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.weight_decay = weight_decay
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.n_init = n_init
        self.warm_start_from = warm_start_from
        self.device = device
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None, progress: Progress | None = None):
        """Train gate and experts together, keeping the best epoch.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Expert and gate columns together, numeric and finite.
        y : array-like of shape (n_samples,)
            Outcome, in its own units; 0/1 for ``outcome="binary"``.
        sample_weight : array-like of shape (n_samples,) or None
            Weights of rows in every loss; rows of weight 0 are left out.
        progress : callable or None
            Called with (number, Epoch) after every epoch, counted over all starts; may raise to stop.

        Raises
        ------
        SettingError, ColumnError
            A parameter is outside its values, a column is not in X, or training diverges.
        OutcomeError
            A binary outcome with other values than 0 and 1.
        TooFewRowsError
            Too few rows to train on and to hold some back.
        """
        check_settings(self)
        seen = X
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2)
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        y = np.asarray(y, dtype=np.float64)
        check_rows(self, y, weights)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        table = Table(seen, X, y, weights)
        result = fit_mixture(self, table, column_indices(self), plan_of(self), seed, progress)
        self._store(result, X, y, weights)
        return self

    def _store(self, result: FitResult, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        self._mixture = result.mixture
        self.validation_rows_ = result.validation_rows
        self.history_, self.best_epoch_ = result.history, result.best_epoch
        self.start_objectives_ = result.start_objectives
        self.n_iter_ = len(result.history)
        rows = result.dro_rows
        problem = self._mixture.dro_problem(X[rows], y[rows], weights[rows])
        self._path = robust_path(problem, self.predictor, self.criterion, (self.dro_strength,))
        trained = result.training_rows
        self.log_likelihood_ = float(weights[trained] @ self._mixture.posterior(X[trained], y[trained])[1])
        self._publish()

    def _publish(self) -> None:
        """Show what the mixture and the path hold."""
        self.sigma_ = self._mixture.sigma
        self.shares_ = self._path.shares
        self.prior_ = self._path.priors[0]

    def save(self, folder: Path | str) -> None:
        """Write the trained model into ``folder`` as ``moe.json`` and ``moe.safetensors``.

        ``warm_start_from`` is not written, nor a ``random_state`` that is not a number.
        """
        check_is_fitted(self)
        names = getattr(self, "feature_names_in_", None)
        files.write(
            Path(folder),
            files.Stored(
                files.plain_parameters(self.get_params(deep=False)),
                None if names is None else tuple(str(name) for name in names),
                self.n_features_in_,
                self._mixture,
                self._path,
                self.validation_rows_,
                self.history_,
                self.best_epoch_,
                self.log_likelihood_,
                self.start_objectives_,
            ),
        )

    @classmethod
    def load(cls, folder: Path | str) -> Self:
        """Return the model that ``save`` wrote, ready to predict.

        Raises
        ------
        StoreError
            A file is missing, or holds something else.
        """
        stored = files.read(Path(folder))
        if {*stored.parameters, "warm_start_from"} != set(cls._get_param_names()):
            raise StoreError(f'The model in "{folder}" was saved with other parameters; train it again.')
        model = cls(**stored.parameters)
        model.n_features_in_ = stored.n_features
        if stored.columns is not None:
            model.feature_names_in_ = np.array(stored.columns, dtype=object)
        model._mixture, model._path = stored.mixture, stored.path
        model.validation_rows_ = stored.validation_rows
        model.history_, model.best_epoch_ = stored.history, stored.best_epoch
        model.start_objectives_ = stored.start_objectives
        model.n_iter_, model.log_likelihood_ = len(stored.history), stored.log_likelihood
        model._publish()
        return model
