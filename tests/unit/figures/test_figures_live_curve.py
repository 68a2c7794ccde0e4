"""The curve of a fit that still runs."""

from __future__ import annotations

from rome.figures import ACCENT, alt_text, is_empty, live_curve
from rome.settings.study import Settings

_POINTS = ((1, 1, -9.0), (1, 2, -7.0), (2, 1, -8.0), (2, 2, -6.0), (2, 3, -5.5))


def test_every_run_is_a_line_and_the_last_one_has_the_colour():
    figure = live_curve(_POINTS)
    assert [list(line.y) for line in figure.data] == [[-9.0, -7.0], [-8.0, -6.0, -5.5]]
    assert [line.line.color == ACCENT for line in figure.data] == [False, True]


def test_the_words_say_how_many_runs_and_where_the_last_stands():
    said = alt_text(live_curve(_POINTS))
    assert "2 runs" in said
    assert "5.50 after 3 iterations" in said
    assert "1 run of" in alt_text(live_curve(_POINTS[:2]))


def test_before_the_first_iteration_the_figure_says_what_will_come():
    assert is_empty(live_curve(()))


def test_networks_have_epochs_and_an_objective_in_place_of_iterations_and_a_likelihood():
    settings = Settings(family="moe", moe={"objective": "squared"})
    figure = live_curve(_POINTS, settings)
    assert figure.layout.xaxis.title.text == "Epoch"
    assert figure.layout.yaxis.title.text == "Squared error (scaled)"
    assert "after 3 epochs" in alt_text(figure)
    assert live_curve(_POINTS, Settings()).layout.xaxis.title.text == "Iteration"
