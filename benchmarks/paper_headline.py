"""Every predictor on the paper's simulation, as a ratio to pooled least squares in the same run.

``python -m benchmarks.paper_headline --seeds 12`` draws n training rows and 30,000 fresh ones a seed, fits
once, and prints the median over seeds of mean squared error in the worst true group and overall, over
those of least squares on the same columns (A1–A15 and S1–S5, as in the paper's code). ``--noise`` and
``--n`` change the problem; ``--without-s`` takes the sensitive columns out of outcome and predictors.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings

import numpy as np

from rome.baselines import Pooled
from rome.datasets import Simulation, paper_simulation
from rome.datasets.simulation import N_GROUPS, ORDINARY, SENSITIVE
from rome.em import RomeEM
from rome.errors import RomeWarning
from rome.robust.uncertainty import paper_radius
from rome.settings.study import STRENGTHS

FRESH_ROWS = 30_000
SHOWN = (0.0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.6, 0.8, 1.0)


def group_dro_weights(loss_terms, n_steps: int = 4000, rate: float = 0.05) -> np.ndarray:
    """Return least-squares coefficients under group DRO with the true groups known.

    Exponentiated gradient on the group weights, exact least squares for each (Sagawa et al. 2020, online
    algorithm with an exact inner step); the mean of the iterates.
    """
    weights, mean = np.full(len(loss_terms), 1 / len(loss_terms)), 0.0
    for _ in range(n_steps):
        gram = sum(w * term[0] for w, term in zip(weights, loss_terms, strict=True))
        right = sum(w * term[1] for w, term in zip(weights, loss_terms, strict=True))
        beta = np.linalg.solve(gram, right)
        losses = np.array([beta @ g @ beta - 2 * beta @ r + c for g, r, c in loss_terms])
        weights = weights * np.exp(rate * losses / losses.max())
        weights /= weights.sum()
        mean = mean + beta / n_steps
    return mean


def terms_by_group(design: np.ndarray, y: np.ndarray, group: np.ndarray) -> list[tuple]:
    """Return per-group X'X/n, X'y/n and y'y/n."""
    parts = []
    for k in range(N_GROUPS):
        rows, outcome = design[group == k], y[group == k]
        parts.append((rows.T @ rows / len(rows), rows.T @ outcome / len(rows), float((outcome**2).mean())))
    return parts


def losses(prediction: np.ndarray, fresh: Simulation) -> np.ndarray:
    """Return squared error of the worst true group and overall, (2,)."""
    error = (fresh.frame["outcome"].to_numpy() - prediction) ** 2
    return np.array([max(error[fresh.group == k].mean() for k in range(N_GROUPS)), error.mean()])


def one_seed(seed: int, options: argparse.Namespace) -> dict[str, np.ndarray]:
    """Return (worst, overall) ratios to pooled least squares by predictor."""
    sensitive_in = not options.without_s
    draw = {"gate": options.gate, "noise": options.noise, "sensitive_in_outcome": sensitive_in}
    train = paper_simulation(options.n, random_state=2 * seed, **draw)
    fresh = paper_simulation(FRESH_ROWS, random_state=2 * seed + 1, **draw)
    columns = [*ORDINARY, *SENSITIVE]
    experts = columns if sensitive_in else list(ORDINARY)
    X, y = train.frame[columns], train.frame["outcome"].to_numpy()
    model = RomeEM(N_GROUPS, gate_features=list(SENSITIVE), expert_features=experts, random_state=seed)
    model.fit(X, y)
    held = fresh.frame[columns]
    predictions, membership = model.group_predictions(held), model.membership(held)
    answers = {"soft mixture": (membership * predictions).sum(axis=1)}
    answers["hard gate"] = predictions[np.arange(FRESH_ROWS), membership.argmax(axis=1)]
    for predictor, criterion in (
        ("gated", "regret"),
        ("gated", "risk"),
        ("aggregate", "regret"),
        ("aggregate", "risk"),
        ("aggregate", "reward"),
    ):
        model.set_params(predictor=predictor, criterion=criterion)
        path = model.path(X, y)
        for place, answer in enumerate(path.predict(predictions, membership).T):
            answers[f"{predictor} {criterion} {STRENGTHS[place]:g}"] = answer
    design = np.column_stack([np.ones(len(y)), X[experts]])
    robust = group_dro_weights(terms_by_group(design, y, train.group))
    answers["least squares, group DRO on the true groups"] = robust[0] + held[experts].to_numpy() @ robust[1:]
    reference = losses(Pooled().fit(X[experts], y).predict(held[experts]), fresh)
    return {name: losses(answer, fresh) / reference for name, answer in answers.items()}


def show(gate: str, results: list[dict[str, np.ndarray]], shares: np.ndarray) -> None:
    """Print medians over seeds for one gate."""
    names = list(results[0])
    medians = {name: np.median([result[name] for result in results], axis=0) for name in names}
    print(f"\nGate {gate}: median over {len(results)} seeds, ratio to pooled least squares")
    print(f"{'predictor':46s} {'worst':>7s} {'overall':>8s}")
    for name in names:
        strength = name.rsplit(" ", 1)[-1]
        if not strength.replace(".", "").isdigit() or float(strength) in SHOWN:
            note = ""
            if name.startswith("gated regret"):
                note = f"   (the paper's radius {paper_radius(shares, float(strength)):.2f})"
            print(f"{name:46s} {medians[name][0]:7.3f} {medians[name][1]:8.3f}{note}")
    gated = {name: value for name, value in medians.items() if name.startswith("gated regret")}
    full = gated["gated regret 1"]
    print(f"gated at full strength: worst {full[0]:.3f}, overall {full[1]:.3f}")
    cheap = {name: value for name, value in gated.items() if value[1] <= 0.60}
    best = min(cheap, key=lambda name: cheap[name][0])
    worst, overall = cheap[best]
    print(
        f"gated, best strength with overall at most .60 on these rows ({best.split()[-1]}): "
        f"worst {worst:.3f}, overall {overall:.3f}"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--n", type=int, default=8000)
    parser.add_argument("--noise", type=float, default=0.1)
    parser.add_argument("--gate", choices=("misspecified", "well", "both"), default="both")
    parser.add_argument("--without-s", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore", RomeWarning)
    for gate in ("misspecified", "well") if options.gate == "both" else (options.gate,):
        started, options.gate, results = time.perf_counter(), gate, []
        for seed in range(options.seeds):
            results.append(one_seed(seed, options))
            print(f"\r{gate} seed {seed + 1}/{options.seeds}", end="", file=sys.stderr, flush=True)
        group = paper_simulation(100_000, gate=gate, random_state=0).group
        show(gate, results, np.bincount(group) / len(group))
        print(f"{time.perf_counter() - started:.0f} s for {options.seeds} fits with all their paths")


if __name__ == "__main__":
    main()
