"""Which rows count more, for one network that guards against a bad day: known groups, tails, an adversary.

Every rule answers with a coefficient a row, c (m,), such that Σ c ℓ has the gradient of its robust loss at
the batch. By Danskin's theorem the maximiser over the weights may be taken as given. Batches carry expert
columns, outcome and weights; ``KnownGroups`` reads the groups, as 0/1 columns, where a mixture has its gate
columns.
"""

from __future__ import annotations

from typing import Protocol

import torch

from rome.moe.adam import Adam
from rome.moe.training import Data


class Emphasis(Protocol):
    """A rule that weighs rows by their losses."""

    def coefficients(self, loss: torch.Tensor, batch: Data) -> torch.Tensor:
        """Return c (m,) for the losses (m,) of a training batch; they sum to the batch's mean weight."""
        ...

    def objective(self, loss: torch.Tensor, data: Data) -> float:
        """Return what validation rows with losses (n,) are judged by."""
        ...


def mean_loss(loss: torch.Tensor, weights: torch.Tensor) -> float:
    """Return the weighted mean of losses (n,)."""
    return float(torch.dot(loss, weights) / weights.sum())


class KnownGroups:
    """Group DRO with groups that are known (Sagawa, Koh, Hashimoto & Liang 2020, arXiv:1911.08731).

    Parameters
    ----------
    shares : Tensor of shape (G,)
        Share of each group in the weight of the training rows.
    rows : Tensor of shape (G,)
        How many training rows each group has.
    step : float
        Step of the exponentiated-gradient weights on the groups, taken at every batch.
    adjustment : float
        C of C/√rows, which is added to a group's loss when the groups are weighed: small groups generalise
        worse than their training loss says.
    """

    def __init__(self, shares: torch.Tensor, rows: torch.Tensor, step: float, adjustment: float) -> None:
        self._shares, self._step = shares.clamp_min(torch.finfo(shares.dtype).tiny), step
        self._extra = adjustment / rows.clamp_min(1.0).sqrt()
        # A group without training rows can't be trained for, and never gets any weight.
        self._log_weights = torch.zeros_like(shares).masked_fill_(shares == 0, -torch.inf)

    def coefficients(self, loss: torch.Tensor, batch: Data) -> torch.Tensor:
        # Over the group's share of all rows, not of the batch, the estimate has no bias, and a row that is
        # alone of its group in a batch doesn't weigh more than the same row elsewhere.
        even = batch.weights / len(loss)
        losses = ((even * loss) @ batch.Z).div_(self._shares)
        self._log_weights.add_(losses + self._extra, alpha=self._step)
        focus = torch.softmax(self._log_weights, 0) / self._shares
        return even * (batch.Z @ focus)

    def objective(self, loss: torch.Tensor, data: Data) -> float:
        sums, sizes = (data.weights * loss) @ data.Z, data.weights @ data.Z
        there = sizes > 0
        return float((sums[there] / sizes[there]).max())


class WorstShare:
    """Conditional value at risk: the mean loss of the worst ``share`` of the rows, batch by batch.

    Rockafellar & Uryasev (2000), Journal of Risk 2; as a robust loss Duchi & Namkoong (2021), Annals of
    Statistics 49; batches as in Levy, Carmon, Duchi & Sidford (2020), arXiv:2010.05893.
    """

    def __init__(self, share: float) -> None:
        self._share = share

    def coefficients(self, loss: torch.Tensor, batch: Data) -> torch.Tensor:
        return worst_share_weights(loss, batch.weights, self._share) * batch.weights.mean()

    def objective(self, loss: torch.Tensor, data: Data) -> float:
        return float(torch.dot(worst_share_weights(loss, data.weights, self._share), loss))


def worst_share_weights(loss: torch.Tensor, weights: torch.Tensor, share: float) -> torch.Tensor:
    """Return q (m,), summing to 1: even over the worst ``share`` of the weight, the last row in part."""
    order = torch.argsort(loss, descending=True)
    part = weights[order] / weights.sum()
    before = part.cumsum(0) - part
    taken = torch.minimum((share - before).clamp_(min=0.0), part)
    return torch.empty_like(loss).index_copy_(0, order, taken / taken.sum())


class ChiSquareBall:
    """The worst mean loss over weights q with ½ Σ p (q/p − 1)² ≤ ``radius``, batch by batch.

    Namkoong & Duchi (2017), arXiv:1610.02581; Hashimoto, Srivastava, Namkoong & Liang (2018),
    arXiv:1806.08010.
    """

    def __init__(self, radius: float) -> None:
        self._radius = radius

    def coefficients(self, loss: torch.Tensor, batch: Data) -> torch.Tensor:
        return chi_square_weights(loss, batch.weights, self._radius) * batch.weights.mean()

    def objective(self, loss: torch.Tensor, data: Data) -> float:
        return float(torch.dot(chi_square_weights(loss, data.weights, self._radius), loss))


def chi_square_weights(loss: torch.Tensor, weights: torch.Tensor, radius: float) -> torch.Tensor:
    """Return q (m,), summing to 1: the worst weights of the χ² ball around the rows' shares p.

    q_i ∝ p_i max(ℓ_i − η, 0), with η such that the ball's edge is reached. If the k worst rows have
    ℓ > η, with total share P, mean μ and variance v of their losses, the edge Σ q²/p = 1 + 2·radius is
    reached at η = μ − √(v / (P (1 + 2·radius) − 1)); k is the one for which η lies below the k-th loss and
    not below the next. Where even the worst rows alone stay inside the ball, they get everything.
    """
    order = torch.argsort(loss, descending=True)
    share, sorted_loss = (weights[order] / weights.sum()).double(), loss[order].double()
    # Means and variances of the k worst, from differences to the worst, which keeps their digits.
    below = sorted_loss - sorted_loss[0]
    total = share.cumsum(0)
    mean = (share * below).cumsum(0) / total
    variance = ((share * below**2).cumsum(0) / total - mean**2).clamp_(min=0.0)
    reach = total * (1 + 2 * radius) - 1
    eta = torch.where(reach > 0, mean - torch.sqrt(variance / reach.clamp_min(1e-300)), -torch.inf)
    following = torch.cat([below[1:], below.new_full((1,), -torch.inf)])
    rounding = -1e-12 * below[-1]
    fits = (reach > 0) & (eta < below) & (eta >= following - rounding)
    if bool(fits.any()):
        excess = share * (below - eta[fits.int().argmax()]).clamp_(min=0.0)
    else:
        excess = share * (below >= 0)
    return torch.empty_like(loss).index_copy_(0, order, (excess / excess.sum()).to(loss.dtype))


class Adversary:
    """Adversarially reweighted learning (Lahoti et al. 2020, arXiv:2006.13114), with a linear adversary.

    λ_i ∝ 1 + m f_i / Σ f, f = logit⁻¹ of a linear function of the row's columns and outcome, which climbs
    the weighted loss while the network descends it. The paper's weights sum to 2m; half of them sum to m,
    like everybody else's, and have the same minimiser.
    """

    def __init__(self, n_columns: int, learning_rate: float, device: torch.device) -> None:
        self._slopes = torch.zeros(n_columns + 2, device=device)
        self._gradient = torch.zeros_like(self._slopes)
        self._adam = Adam(self._slopes, self._gradient, 0, 0.0)
        self._rate = learning_rate

    def coefficients(self, loss: torch.Tensor, batch: Data) -> torch.Tensor:
        columns = torch.column_stack([batch.X, batch.y, torch.ones_like(batch.y)])
        attention = torch.sigmoid(columns @ self._slopes)
        weighted, total = batch.weights * attention, batch.weights.sum()
        added = weighted / weighted.sum()
        self._climb(columns, attention, added, loss)
        return (batch.weights + total * added) / (2 * len(loss))

    def _climb(
        self, columns: torch.Tensor, attention: torch.Tensor, added: torch.Tensor, loss: torch.Tensor
    ) -> None:
        """Take the adversary's step: ∂(Σ added ℓ)/∂score_i = added_i (1 − f_i)(ℓ_i − Σ added ℓ)."""
        pull = added * (1 - attention) * (loss - torch.dot(added, loss))
        torch.mv(columns.t(), pull, out=self._gradient)
        self._gradient.neg_()
        self._adam.step(self._rate)

    def objective(self, loss: torch.Tensor, data: Data) -> float:
        return mean_loss(loss, data.weights)
