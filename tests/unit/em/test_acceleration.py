"""Extrapolations shorten the way of a stalling climb, and change nothing else about it."""

from __future__ import annotations

import numpy as np
import pytest

from rome.datasets import paper_simulation
from rome.em import loop
from rome.em.acceleration import Extrapolation
from rome.em.experts import HIGHEST_DF, LOWEST_DF, VARIANCE_FLOOR
from rome.em.mixture import experts_for
from rome.em.scaling import Scaling
from rome.em.starts import parameters_from_labels
from rome.em.sufficient_statistics import Parameters


class Plain(Extrapolation):
    """A climb of plain steps."""

    def guess(self):
        return None


def stalling(outcome: str, noise: str):
    """Two groups far from apart: EM needs hundreds of steps."""
    frame = paper_simulation(1500, random_state=0, noise=3.0).frame
    X, y = frame.drop(columns="outcome").to_numpy(), frame["outcome"].to_numpy()
    if outcome == "binary":
        y = (y > np.median(y)).astype(float)
    scaling = Scaling.fit(X, y, np.ones(1500), np.arange(20), np.arange(15, 20), outcome)
    blocks, experts = scaling.blocks(X, y, np.ones(1500)), experts_for(outcome, noise)
    labels = np.random.default_rng(0).integers(0, 3, 1500)
    return blocks, parameters_from_labels(blocks, labels, 3, experts), experts


def climb(given, **limits):
    return loop.run(*given, **{"max_iter": 3000, "tol": 1e-10} | limits)


@pytest.mark.parametrize(
    ("outcome", "noise"), [("numeric", "normal"), ("numeric", "t"), ("binary", "normal")]
)
def test_extrapolations_reach_at_least_the_same_height_in_fewer_iterations(monkeypatch, outcome, noise):
    given = stalling(outcome, noise)
    accelerated = climb(given)
    monkeypatch.setattr(loop, "Extrapolation", Plain)
    plain = climb(given)
    assert accelerated.converged
    assert len(accelerated.history) < 0.75 * len(plain.history)
    assert accelerated.objective > plain.objective - 1e-6 * len(given[0].y)


def test_the_penalised_likelihood_never_falls():
    history = np.array(climb(stalling("numeric", "normal")).history)
    assert np.all(np.diff(history) > -1e-8 * np.abs(history[1:]))


def test_a_guess_that_is_lower_leaves_the_climb_as_it_was(monkeypatch):
    given = stalling("numeric", "normal")
    sound = Extrapolation.guess

    def absurd(self):
        guess = sound(self)
        return guess if guess is None else Parameters(guess.beta + 50, guess.sigma2, guess.gamma, guess.df)

    monkeypatch.setattr(Extrapolation, "guess", absurd)
    refused = climb(given, max_iter=60)
    monkeypatch.setattr(loop, "Extrapolation", Plain)
    assert refused.history == climb(given, max_iter=60).history


def test_iterations_and_what_progress_hears_count_extrapolations():
    heard = []
    found = climb(stalling("numeric", "normal"), max_iter=50, progress=lambda *given: heard.append(given))
    assert [iteration for iteration, _ in heard] == list(range(1, 51))
    assert [height for _, height in heard] == list(found.history[1:])


def line(start: float, factor: float, steps: int = 3) -> list[Parameters]:
    """Parameters whose steps shrink by one factor towards start + 1 / (1 − factor)."""
    heights = start + np.cumsum(np.r_[0.0, factor ** np.arange(steps - 1)])
    return [Parameters(np.full((2, 1), h), np.ones(2), np.zeros((2, 1))) for h in heights]


def test_a_geometric_approach_is_guessed_exactly():
    first, second, third = line(0.0, 0.6)
    extrapolation = Extrapolation(first)
    extrapolation.stepped(second, 1e-6)
    extrapolation.stepped(third, 1e-6)
    assert extrapolation.guess().beta == pytest.approx(np.full((2, 1), 1 / (1 - 0.6)))


def test_no_extrapolation_before_the_optimiser_stalls():
    first, second, third = line(0.0, 0.6)
    extrapolation = Extrapolation(first)
    extrapolation.stepped(second, 0.5)
    extrapolation.stepped(third, 0.5)
    assert extrapolation.guess() is None


def test_spread_and_tails_stay_within_their_bounds():
    def at(sigma2: float, df: float) -> Parameters:
        return Parameters(np.zeros((1, 1)), np.array([sigma2]), np.zeros((1, 1)), np.array([df]))

    extrapolation = Extrapolation(at(1e-2, 20.0))
    extrapolation.stepped(at(1e-4, 60.0), 1e-6)
    extrapolation.stepped(at(2 * VARIANCE_FLOOR, 150.0), 1e-6)
    guess = extrapolation.guess()
    assert guess.sigma2 >= VARIANCE_FLOOR
    assert LOWEST_DF <= guess.df <= HIGHEST_DF
