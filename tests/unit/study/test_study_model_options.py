"""Noise, gate, intervals and weak spots of a study: from settings to findings and to disk."""

from __future__ import annotations

import shlex

import numpy as np
import pytest
import statsmodels.api as sm
from study_runs import ROLES, as_table, hiring, run

from rome import store
from rome.errors import SettingError
from rome.report.reproduce import command_line, python_code
from rome.study.coefficients import INTERCEPT
from rome.study.model import StudyModel


@pytest.fixture(scope="module")
def bent():
    return run(hiring(600), noise="t", gate="flexible", assess_groups=False, advise=False)


def test_a_study_with_t_noise_and_a_flexible_gate_predicts_the_same_from_disk(bent, tmp_path):
    folder = store.write_folder(bent, tmp_path / "study")
    model = StudyModel.load(folder / "model")
    frame = as_table(hiring(600)).frame.iloc[bent.result.rows.row - 1]
    assert model.groups.gate_expansion is not None
    assert model.membership(frame) == pytest.approx(bent.result.rows.membership, abs=1e-12)
    assert model.predict(frame, bent.result.dro.strength) == pytest.approx(bent.result.rows.rome)
    back = store.read_folder(folder)
    assert back.settings.noise == "t"
    assert back.settings.gate == "flexible"
    assert back.groups[0].gate == bent.result.groups[0].gate


@pytest.fixture(scope="module")
def curved():
    return run(hiring(600), curves=True, gate_sees="as", assess_groups=False, advise=False)


def test_a_study_with_curves_and_a_gate_on_all_columns_predicts_the_same_from_disk(curved, tmp_path):
    folder = store.write_folder(curved, tmp_path / "study")
    model = StudyModel.load(folder / "model")
    frame = as_table(hiring(600)).frame.iloc[curved.result.rows.row - 1]
    assert model.groups.expert_expansion is not None
    assert model.membership(frame) == pytest.approx(curved.result.rows.membership, abs=1e-12)
    assert model.predict(frame, curved.result.dro.strength) == pytest.approx(curved.result.rows.rome)
    back = store.read_folder(folder)
    assert (back.settings.curves, back.settings.gate_sees) == (True, "as")
    assert back.groups[0].coefficients == curved.result.groups[0].coefficients


def test_with_a_gate_on_all_columns_the_rules_see_the_features_alone(curved):
    groups = curved.result.groups
    ruled, moving = ({item.column for item in part} for part in (groups[0].coefficients, groups[0].gate))
    sensitive = set(ROLES.sensitive)
    assert not ruled & (sensitive - set(ROLES.allowed))
    assert sensitive <= moving
    assert moving == ruled | sensitive
    effects = {effect.column for effect in groups[0].description.movers}
    assert effects == moving - {""}


def test_bends_of_rules_are_named_by_their_columns(curved):
    items = curved.result.groups[0].coefficients
    bends = [item for item in items if "bend" in item.term]
    assert bends
    assert all(item.term.startswith(f"{item.column}, ") for item in bends)
    assert all(item.low < item.value < item.high for item in bends)
    assert not any("×" in item.term for item in items)


def test_the_pooled_line_stays_straight_beside_curves(curved):
    assert not any("bend" in item.term for item in curved.result.pooled_coefficients)


def test_the_command_line_of_the_report_repeats_noise_and_gate(bent):
    from rome.cli.main import _parser

    options = _parser().parse_args(shlex.split(command_line(bent.result))[1:])
    assert (options.noise, options.gate) == ("t", "flexible")
    assert "noise='t', gate='flexible'" in python_code(bent.result)


def test_bends_and_products_are_named_by_their_columns(bent):
    gate = bent.result.groups[0].gate
    assert gate[0].term == INTERCEPT
    further = [item for item in gate if "bend" in item.term or "×" in item.term]
    assert further
    assert all(item.column for item in further)
    assert len({item.term for item in gate}) == len(gate)


def test_coefficients_carry_intervals_around_their_values(finished):
    result = finished.result
    for items in (result.pooled_coefficients, *(group.coefficients for group in result.groups)):
        for item in items:
            assert item.low < item.value < item.high
            low, high = item.interval_per_sd
            assert low < item.per_sd < high
    assert any(item.high > item.low for item in result.groups[0].gate)


def test_pooled_intervals_are_the_classical_ones(finished):
    data, result = finished.data, finished.result
    X = data.X[data.train][:, data.design.expert_index]
    fit = sm.WLS(data.y[data.train], sm.add_constant(X), weights=data.weights[data.train]).fit()
    units = np.array([1.0, *(data.design.terms[place].scale for place in data.design.expert_index)])
    low, high = (fit.conf_int() / units[:, None]).T
    assert [item.low for item in result.pooled_coefficients] == pytest.approx(low)
    assert [item.high for item in result.pooled_coefficients] == pytest.approx(high)


def test_group_intervals_are_those_of_the_standard_errors(finished):
    data, mixture = finished.data, finished.fitted.mixture
    errors = mixture.standard_errors(data.X[data.train], data.y[data.train], data.weights[data.train])
    first = finished.result.groups[0].coefficients[1]
    scale = data.design.terms[data.design.expert_index[0]].scale
    half = 1.959964 * errors.coef_se[0, 0] / scale
    assert first.high - first.value == pytest.approx(half, rel=1e-5)


def test_a_weak_spot_becomes_a_finding_that_names_the_column():
    frame = hiring(600)
    number = next(name for name in ROLES.features if frame[name].dtype.kind in "if")
    frame["twice"] = 2 * frame[number]
    roles = type(ROLES)(
        outcome=ROLES.outcome,
        features=(*ROLES.features, "twice"),
        sensitive=ROLES.sensitive,
        allowed=ROLES.allowed,
        weight=ROLES.weight,
        ignored=ROLES.ignored,
    )
    findings = run(frame, roles, assess_groups=False, advise=False).result.findings
    (collinear,) = [item for item in findings if "determine each other" in item.what]
    assert collinear.severity == "warning"
    assert f'"{number}"' in collinear.what
    assert '"twice"' in collinear.what
    assert any("Standard errors" in item.what for item in findings)


def test_t_noise_of_a_binary_outcome_is_refused_in_words():
    frame = hiring(600)
    frame[ROLES.outcome] = (frame[ROLES.outcome] > frame[ROLES.outcome].median()).astype(int)
    with pytest.raises(SettingError, match="this one has two values"):
        run(frame, noise="t", assess_groups=False, advise=False)
