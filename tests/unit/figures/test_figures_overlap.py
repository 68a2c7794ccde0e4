"""The heat map of observed and latent groups, its table, and its sentence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from results_factory import HOSTILE, make_result

from rome import figures
from rome.groups.overlap import overlap, overlap_of_study

NAMES = ("Group 1", "Group 2")


def made(observed, latent):
    observed = np.asarray(observed, dtype=str)
    return overlap(np.asarray(latent), NAMES, observed, np.arange(len(observed)) % 2 == 0)


def test_every_line_adds_to_the_whole_and_has_its_counts():
    result = make_result(3)
    found = overlap_of_study(result)
    figure = figures.overlap(result, found)
    np.testing.assert_allclose(np.asarray(figure.data[0].z).sum(axis=1), 100)
    table = figures.overlap_table(found)
    assert table["observed group"].tolist()[0] == "Everybody"
    assert table["n"].iloc[0] == result.rows.is_test.sum() == table["n"].iloc[1:].sum()
    written = [note.text for note in figure.layout.annotations]
    assert len(written) == 5 * 3
    assert written[0] == f"<b>{table['share Group 1'][0]:.0%}</b> · {table['rows Group 1'][0]}"
    assert "Every line adds to 100%" in figures.caption(figure)


def test_one_of_many_is_neither_nobody_nor_are_the_others_everybody():
    latent = np.zeros(4000, dtype=int)
    latent[0] = 1
    found = made(np.arange(4000) // 2 % 2, latent)
    written = [note.text for note in figures.overlap(make_result(2), found).layout.annotations]
    assert "<b>&lt;0.1%</b> · 1" in written
    assert any(text.startswith("<b>&gt;99.9%</b>") for text in written)
    assert "<b>100%</b> · 1,000" in written


def test_many_observed_groups_are_cut_and_the_table_has_all():
    result = make_result(2, observed_levels=30, rows=2000)
    found = overlap_of_study(result)
    figure = figures.overlap(result, found)
    assert len(figure.data[0].z) == 21
    assert "The 20 largest of 30" in figures.caption(figure)
    assert len(figures.overlap_table(found)) == 31


def test_one_latent_group_says_that_there_is_nothing_to_lay_over():
    result = make_result(1)
    assert figures.is_empty(figures.overlap(result, overlap_of_study(result)))


def test_names_from_the_table_are_never_markup():
    result = make_result(2, hostile=True)
    figure = figures.overlap(result, overlap_of_study(result))
    assert "<script>" not in figure.to_json()
    assert HOSTILE[0] in figures.overlap_sentence(result, overlap_of_study(result))


@pytest.mark.parametrize(
    ("follows", "word"),
    [(1.0, "under another name"), (0.9, "largely"), (0.6, "in part"), (0.3, "hardly say")],
)
def test_the_sentence_says_how_far_the_columns_tell_the_group(follows, word):
    rng = np.random.default_rng(0)
    observed = rng.integers(0, 2, 4000)
    latent = np.where(rng.random(4000) < follows, observed, rng.integers(0, 2, 4000))
    sentence = figures.overlap_sentence(make_result(2), made(observed, latent))
    assert sentence.startswith("Knowing age × sex tells ")
    assert word in sentence
    assert "right for" in sentence


def test_nothing_beyond_chance_is_called_so():
    rng = np.random.default_rng(0)
    sentence = figures.overlap_sentence(
        make_result(2), made(rng.integers(0, 3, 900), rng.integers(0, 2, 900))
    )
    assert "tells nothing about a person's latent group that chance would not" in sentence


def test_what_can_not_be_said_has_its_reason_in_the_sentence():
    result = make_result(2)
    rows = replace(result.rows, observed_group=np.array(["all"] * result.data.used))
    result = replace(result, rows=rows)
    assert "only one observed group" in figures.overlap_sentence(result, overlap_of_study(result))


def test_the_measures_have_their_intervals():
    result = make_result(2)
    measures = figures.overlap_measures(result, overlap_of_study(result))
    assert len(measures) == 4
    assert (measures["low"] <= measures["share"]).all()
    assert (measures["share"] <= measures["high"]).all()
