"""Samples and the simulation: drawn as they are described, and the same every time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax

from rome.datasets import SAMPLES, load_sample, paper_simulation
from rome.datasets.simulation import GAMMA, ORDINARY, SENSITIVE
from rome.errors import SettingError
from rome.serialize.csv_json import to_csv
from rome.settings.study import MAX_GROUPS
from rome.table import check_table, read_table

N = 60_000


@pytest.fixture(scope="module", params=["well", "misspecified"])
def simulation(request):
    return request.param, paper_simulation(N, gate=request.param, random_state=3)


def gate_probabilities(gate: str, s: np.ndarray) -> np.ndarray:
    if gate == "well":
        scores = s @ GAMMA.T
    else:
        scores = (
            np.outer(np.sin(s[:, 0]), GAMMA[:, 0])
            + np.outer(s[:, 1], GAMMA[:, 1])
            + np.outer(s[:, 2] * s[:, 3], GAMMA[:, 2])
        )
    return softmax(scores, axis=1)


def test_columns_are_those_of_the_paper(simulation):
    _, drawn = simulation
    assert list(drawn.frame.columns) == ["outcome", *ORDINARY, *SENSITIVE]
    assert drawn.frame.shape == (N, 21)


def test_ordinary_columns_are_independent_standard_normals(simulation):
    _, drawn = simulation
    columns = drawn.frame[[*ORDINARY, "S1", "S2", "S3"]].to_numpy()
    assert np.abs(columns.mean(axis=0)).max() < 0.02
    assert np.abs(np.cov(columns.T) - np.eye(18)).max() < 0.03


def test_rates_of_the_two_binary_columns(simulation):
    _, drawn = simulation
    assert set(drawn.frame["S4"].unique()) == {0.0, 1.0}
    assert drawn.frame["S4"].mean() == pytest.approx(0.05, abs=0.005)
    assert drawn.frame["S5"].mean() == pytest.approx(0.10, abs=0.006)


def test_groups_are_drawn_from_the_gate(simulation):
    gate, drawn = simulation
    probabilities = gate_probabilities(gate, drawn.frame[list(SENSITIVE)].to_numpy())
    # Where the gate says p, a share p of the rows is in the group: in tenths of the range, for each group.
    for k in range(4):
        tenth = np.minimum((probabilities[:, k] * 10).astype(int), 9)
        for part in range(10):
            rows = tenth == part
            if rows.sum() < 30:
                continue
            expected = probabilities[rows, k].mean()
            error = np.sqrt(expected * (1 - expected) / rows.sum())
            assert abs((drawn.group[rows] == k).mean() - expected) < 4.5 * error, (k, part)


def test_the_outcome_is_linear_with_the_groups_coefficients_and_noise(simulation):
    _, drawn = simulation
    X = np.column_stack([np.ones(N), drawn.frame.drop(columns="outcome").to_numpy()])
    residual = drawn.frame["outcome"].to_numpy() - (X * drawn.coefficients[drawn.group]).sum(axis=1)
    assert drawn.mean + residual == pytest.approx(drawn.frame["outcome"].to_numpy())
    assert residual.std() == pytest.approx(0.1, rel=0.02)
    assert abs(residual.mean()) < 0.002
    for k in range(4):
        rows = drawn.group == k
        fitted = np.linalg.lstsq(X[rows], drawn.frame["outcome"][rows], rcond=None)[0]
        assert fitted == pytest.approx(drawn.coefficients[k], abs=0.02)


def test_coefficients_are_the_published_ones(shared_folder):
    published = pd.read_csv(shared_folder / "data" / "paper_beta.csv", header=None)
    assert paper_simulation(1).coefficients == pytest.approx(published.to_numpy(), rel=1e-14)


def test_noise_and_the_sensitive_part_can_be_changed():
    plain = paper_simulation(5000, sensitive_in_outcome=False, noise=0.0, random_state=1)
    assert (plain.coefficients[:, 16:] == 0).all()
    assert np.array_equal(plain.frame["outcome"].to_numpy(), plain.mean)
    full = paper_simulation(5000, random_state=1)
    assert np.array_equal(full.group, plain.group)
    assert not np.allclose(full.mean, plain.mean)


def test_a_seed_gives_the_same_rows_and_another_gives_others():
    first, again, other = (paper_simulation(50, random_state=seed).frame for seed in (4, 4, 5))
    assert first.equals(again)
    assert not first.equals(other)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"n": 0}, "n is 0"), ({"n": 10, "gate": "wel"}, '"well"'), ({"n": 10, "noise": -1}, "noise is -1")],
)
def test_wrong_arguments_are_refused_by_name(arguments, words):
    with pytest.raises(SettingError, match=words):
        paper_simulation(**arguments)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_the_same_every_time_and_fits_its_roles(name):
    sample = SAMPLES[name]
    frame = load_sample(name)
    assert frame.equals(load_sample(name))
    assert sample.name == name
    assert 1 <= sample.n_groups <= MAX_GROUPS
    table = read_table(to_csv(frame), name=name)
    sample.roles.validate(table.frame.columns)
    assert not [finding for finding in check_table(table.frame, sample.roles) if finding.severity == "error"]


@pytest.mark.parametrize(("name", "rows"), [("hiring", "3,000"), ("diabetes", "442"), ("paper", "8,000")])
def test_the_sentence_of_a_sample_counts_its_rows_rightly(name, rows):
    assert SAMPLES[name].sentence.startswith(rows)
    assert f"{len(load_sample(name)):,}" == rows


def test_the_hiring_sample_holds_two_rules_that_origin_tells_apart():
    frame = load_sample("hiring")
    design = np.column_stack([np.ones(3000), frame[["years_experience", "work_sample"]]])

    def slopes(rows: pd.Series) -> np.ndarray:
        return np.linalg.lstsq(design[rows], frame["rating"][rows], rcond=None)[0]

    assert slopes(frame["origin"] == "moved as adult")[2] > slopes(frame["origin"] == "born here")[2] + 0.3
    assert frame["applicant"].is_unique


def test_an_unknown_sample_names_the_nearest():
    with pytest.raises(SettingError, match='nearest name is "hiring"'):
        load_sample("hirring")
