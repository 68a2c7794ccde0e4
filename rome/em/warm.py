"""A warm start: the next fit begins where the last one ended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rome.em.flexible import Expansion, FlexibleColumns
from rome.em.mixture import Mixture
from rome.em.scaling import Columns, Scaling
from rome.em.sufficient_statistics import Parameters
from rome.errors import SettingError


def parameters_for(mixture: Mixture, scaling: Scaling, n_groups: int, family: tuple[str, str]) -> Parameters:
    """Return the parameters of a fitted ``mixture`` in the standard units of other rows.

    Parameters
    ----------
    scaling : Scaling
        Of the rows that the next fit sees.
    n_groups : int
        Groups of the next fit.
    family : (outcome, noise)
        Of the next fit.

    Raises
    ------
    SettingError
        The next fit has other groups, columns or experts than the fitted mixture.
    """
    old, parameters = mixture.scaling, mixture.parameters
    changed = [
        name
        for name, same in (
            ("n_groups", len(parameters.beta) == n_groups),
            ("outcome or noise", (mixture.outcome, mixture.noise) == family),
            ("expert_features", np.array_equal(old.experts.index, scaling.experts.index)),
            ("gate or gate_features", _same_terms(old.gate, scaling.gate)),
        )
        if not same
    ]
    if changed:
        raise SettingError(
            f"warm_start continues the last fit, but {' and '.join(changed)} differ from it. "
            "Set warm_start=False to start anew."
        )
    slopes, intercepts = old.experts.to_units(parameters.beta)
    beta = _standardised(scaling.experts, slopes * old.y_scale, intercepts * old.y_scale + old.y_mean)
    beta[:, 0] -= scaling.y_mean
    stretch = old.y_scale / scaling.y_scale
    return replace(
        parameters,
        beta=beta / scaling.y_scale,
        sigma2=parameters.sigma2 * stretch**2,
        gamma=_standardised(scaling.gate, *old.gate.to_units(parameters.gamma)),
    )


def last_expansion(mixture: Mixture) -> Expansion | None:
    """Return the gate's bends and products, which a continued fit keeps."""
    gate = mixture.scaling.gate
    return gate.expansion if isinstance(gate, FlexibleColumns) else None


def _same_terms(old: Columns, new: Columns) -> bool:
    flexible = isinstance(old, FlexibleColumns)
    if flexible != isinstance(new, FlexibleColumns) or not np.array_equal(old.index, new.index):
        return False
    return not flexible or np.array_equal(old.expansion.index, new.expansion.index)


def _standardised(columns: Columns, slopes: np.ndarray, intercepts: np.ndarray) -> np.ndarray:
    """Return coefficients (K, 1 + p) per standard deviation from those per unit."""
    return np.column_stack([intercepts + slopes @ columns.mean, slopes * columns.scale])
