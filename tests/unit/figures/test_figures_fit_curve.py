"""Curves of fits: networks that were trained, and fits that still run."""

from __future__ import annotations

from rome.figures import ACCENT, alt_text, caption, is_empty, live_curve
from rome.figures.fit_curve import training_curve, training_curve_table
from rome.results.study import TrainingRecord
from rome.settings.study import Settings

NAN = float("nan")


def _record(**changed) -> TrainingRecord:
    plain = {
        "objective": "likelihood",
        "train": (1.4, 1.0, 0.8, 0.7),
        "validation": (1.3, 1.1, 1.2, 1.25),
        "best_epoch": 2,
        "epoch_limit": 200,
        "validation_rows": 94,
        "starts": (1.1, 1.15, 1.12),
        "from_em": False,
    }
    return TrainingRecord(**plain | changed)


def test_the_kept_epoch_is_marked_where_it_stands():
    training, held, kept = training_curve(_record()).data
    assert list(training.y) == [1.4, 1.0, 0.8, 0.7]
    assert list(held.x) == [1, 2, 3, 4]
    assert (list(kept.x), list(kept.y)) == ([2], [1.1])


def test_the_caption_says_why_training_ended_and_where_the_starts_did():
    said = caption(training_curve(_record()))
    assert "after 4 of at most 200 epochs" in said
    assert "94 training rows held back" in said
    assert "epoch 2 is kept" in said
    assert "The best of 3 starts is shown; they ended between 1.10 and 1.15." in said
    assert "All 4 epochs ran" in caption(training_curve(_record(epoch_limit=4)))


def test_a_start_from_lines_is_said():
    said = caption(training_curve(_record(from_em=True, starts=(1.1,), best_epoch=0)))
    assert "where groups of lines (ROME-EM) end" in said
    assert len(training_curve(_record(from_em=True, best_epoch=0)).data) == 2


def test_without_rows_held_back_there_is_one_line():
    record = _record(validation=(NAN,) * 4, validation_rows=0, best_epoch=4, epoch_limit=4)
    figure = training_curve(record)
    assert len(figure.data) == 1
    assert "No rows were held back" in caption(figure)
    assert "training rows by epoch" in alt_text(figure)


def test_the_table_holds_both_lines():
    table = training_curve_table(_record())
    assert list(table.columns) == ["epoch", "training", "validation"]
    assert table.validation.tolist() == [1.3, 1.1, 1.2, 1.25]


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
