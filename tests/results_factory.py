"""Studies built by hand for tests of figures, report and pages: consistent numbers, nothing fitted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from groups_factory import coefficients, failures, summary

from rome.results import (
    Comparison,
    DataSummary,
    DroSummary,
    Evaluation,
    FitSummary,
    GroupScore,
    GroupSummary,
    PathPoint,
    RowArrays,
    StudyResult,
)
from rome.results.advice import Advice, Candidate, CandidateModel, Standing
from rome.settings.study import STRENGTHS, Settings
from rome.stats.estimate import Estimate
from rome.table.finding import Finding
from rome.table.roles import Roles

HOSTILE = (
    "<script>alert(1)</script>",
    "=1+1",
    "العمر بالسنوات",
    "$\\alpha$ %{x} \"quoted\" 'single' & <b>bold</b>",
    "a column name that is so long that no axis in the world has the room to show all of it, x",
)
PLAIN = ("age", "sex", "region", "bmi", "years of schooling")
NAN = float("nan")


def make_result(
    n_groups: int = 2,
    outcome: str = "numeric",
    *,
    rows: int = 600,
    hostile: bool = False,
    recommended: float | str = 0.3,
    strength: float = 0.3,
    weights: bool = False,
    observed_levels: int = 4,
    seed: int = 0,
) -> StudyResult:
    """Return a study with ``n_groups`` latent groups in which ROME helps the last, smallest group most."""
    generator = np.random.default_rng(seed)
    names = HOSTILE if hostile else PLAIN
    groups = tuple(summary(index, n_groups, names) for index in range(n_groups))
    arrays = _rows(generator, rows, n_groups, outcome, weights, _levels(names, observed_levels))
    metric = "brier" if outcome == "binary" else "mse"
    evaluations = tuple(_evaluation(value, groups, arrays, metric, n_groups) for value in STRENGTHS)
    n_test = int(arrays.is_test.sum())
    return StudyResult(
        study_id="3f9c2a7d10be",
        data=_data(names, rows, n_test, outcome),
        roles=Roles("outcome" if not hostile else HOSTILE[0] + " y", names[3:], names[:3]),
        settings=Settings(n_groups=n_groups, dro_strength=strength, random_state=seed),
        versions={"rome": "0.1.0", "python": "3.12.4", "numpy": "2.4.6"},
        fit=_fit(n_groups, generator),
        groups=groups,
        pooled_coefficients=coefficients(names[3:], 1.0),
        dro=DroSummary(
            strength=strength,
            recommended=recommended,
            criterion="regret",
            guard="latent",
            predictor="gated",
            prior=tuple(np.full(n_groups, 1 / n_groups)),
        ),
        path=tuple(_path_point(evaluation) for evaluation in evaluations) if n_groups > 1 else (),
        evaluations=evaluations,
        findings=(
            Finding("warning", names[0], f'12 of the values in "{names[0]}" are not numbers.', "Check them."),
            Finding("note", None, "Booleans were spelled in 3 ways.", "Nothing to do."),
        ),
        rows=arrays,
        advice=_advice(recommended, n_groups, evaluations[6]),
        failed=failures(names, _levels(names, observed_levels), n_groups),
    )


def with_comparison(result: StudyResult, key: str, **changes: object) -> StudyResult:
    """Return ``result`` with one comparison changed at every strength."""
    evaluations = tuple(
        replace(
            stored,
            comparison=dict(stored.comparison) | {key: replace(stored.comparison[key], **changes)},
        )
        for stored in result.evaluations
    )
    return replace(result, evaluations=evaluations)


def not_comparable() -> dict[str, object]:
    """Return the changes that make a comparison NaN because no group is large enough."""
    numbers = [name for name, kind in Comparison.__annotations__.items() if kind == "float"]
    return dict.fromkeys(numbers, NAN) | {
        "reason": "no group ranked",
        "worst_pooled": None,
        "worst_rome": None,
    }


def _levels(names: tuple[str, ...], count: int) -> list[str]:
    return [f"{names[1]} = level {index}, {names[0]} over {20 * index}" for index in range(count)]


def _advice(recommended: float | str, n_groups: int, evaluation: Evaluation) -> Advice:
    """Return the advice of the study's own groups at a strength, or of one line."""
    own = CandidateModel("groups", n_groups)
    gains = recommended != "pooled" and n_groups > 1
    model, strength = (own, recommended) if gains else (CandidateModel("line"), 0.0)
    candidates = [
        _candidate(CandidateModel("line"), "reference" if gains else "advised", 0.0),
        _candidate(CandidateModel("curve"), "no gain", 0.01),
    ]
    if n_groups > 1:
        candidates.append(_candidate(own, "advised" if gains else "no gain", -0.2))
    candidates.append(_candidate(CandidateModel("line", sees="as"), "sees sensitive", -0.25))
    return Advice(
        model=model,
        dro_strength=strength,
        study_model=own,
        basis="both" if gains else None,
        candidates=tuple(candidates),
        held_out=dict(evaluation.comparison) if gains else {},
        n_rows=400,
    )


def _candidate(model: CandidateModel, standing: Standing, change: float) -> Candidate:
    loss, changed = 20 * (1 + change), Estimate(change, change - 0.05, change + 0.05)
    error = Estimate(loss, loss - 2, loss + 2)
    return Candidate(model, 0.0, error, error, changed, changed, standing)


def _rows(
    generator: np.random.Generator, n: int, k: int, outcome: str, weights: bool, levels: list[str]
) -> RowArrays:
    share = np.arange(k, 0, -1) / np.arange(1, k + 1).sum()
    group = generator.choice(k, size=n, p=share)
    centres = 3.0 * np.column_stack([np.cos(np.arange(k) * 2.2), np.sin(np.arange(k) * 2.2)])
    membership = _soft(np.eye(k)[group] * 2 + generator.normal(size=(n, k)) * 0.8)
    responsibilities = _soft(np.log(membership) + np.eye(k)[group] * 2)
    level = group * 2.0 + generator.normal(size=n)
    values = (level > 1).astype(float) if outcome == "binary" else level * 4 + 20
    centre = float(values.mean())
    return RowArrays(
        row=np.arange(1, n + 1) * 2,
        is_test=np.arange(n) % 3 == 0,
        outcome=values,
        weight=generator.uniform(0.5, 2.0, size=n) if weights else np.ones(n),
        membership=membership,
        responsibilities=responsibilities,
        group_predictions=np.tile(values.mean() + np.arange(k), (n, 1)),
        pooled=np.full(n, centre),
        pooled_with_sensitive=0.7 * centre + 0.3 * values,
        rome=0.5 * centre + 0.5 * values,
        observed_group=np.array(levels)[generator.integers(0, len(levels), size=n)],
        pca=centres[group] + generator.normal(size=(n, 2)),
    )


def _soft(logits: np.ndarray) -> np.ndarray:
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def _loss(scale: float) -> Estimate:
    return Estimate(scale, 0.88 * scale, 1.15 * scale)


def _score(name: str, n: int, total: int, base: float, factor: float, metric: str) -> GroupScore:
    other = "log_loss" if metric == "brier" else "mae"
    up = "accuracy" if metric == "brier" else "r2"
    scores = {
        model: {
            metric: _loss(base * scale),
            other: _loss(base * scale / 3),
            up: Estimate(0.9 - base * scale / 40, 0.85 - base * scale / 40, 0.93 - base * scale / 40),
        }
        for model, scale in (("pooled", 1.0), ("rome", factor), ("pooled_with_sensitive", 0.9))
    }
    return GroupScore(name, n, n / total, n < 30, scores)


def _base(metric: str) -> float:
    return 0.08 if metric == "brier" else 9.0


def _evaluation(
    strength: float, groups: tuple[GroupSummary, ...], rows: RowArrays, metric: str, k: int
) -> Evaluation:
    held_out, base = rows.is_test, _base(metric)
    total = int(held_out.sum())
    factors = [1.0 - 0.5 * strength * index / max(k - 1, 1) + 0.06 * strength for index in range(k)]
    counted = {
        "latent": np.round(rows.responsibilities[held_out].sum(axis=0)).astype(int),
        "predicted": np.bincount(rows.predicted_group[held_out], minlength=k),
    }
    groupings = {
        grouping: tuple(
            _score(group.name, int(n[index]), total, base * (1 + index), factors[index], metric)
            for index, group in enumerate(groups)
        )
        for grouping, n in counted.items()
    }
    names, n = np.unique(rows.observed_group[held_out], return_counts=True)
    groupings["observed"] = tuple(
        _score(str(name), int(count), total, base * (1 + 0.3 * index), 1 - 0.2 * strength, metric)
        for index, (name, count) in enumerate(zip(names, n, strict=True))
    )
    comparison = {f"worst_{key}": _worst(scores, metric) for key, scores in groupings.items()}
    comparison["overall"] = _compare(base * 1.4, base * 1.4 * (1 + 0.1 * strength**2 - 0.02 * strength))
    overall = _score("everybody", total, total, base * 1.4, 1 + 0.1 * strength**2 - 0.02 * strength, metric)
    return Evaluation(strength, tuple(np.full(k, 1 / k)), groupings, comparison, overall)


def _worst(scores: tuple[GroupScore, ...], metric: str) -> Comparison:
    ranked = [score for score in scores if not score.too_small]
    if not ranked:
        return Comparison(*[NAN] * 13, reason="no group ranked")
    pooled, rome = (
        max(ranked, key=lambda score: score.scores[model][metric].value) for model in ("pooled", "rome")
    )
    return _compare(
        pooled.scores["pooled"][metric].value, rome.scores["rome"][metric].value, pooled.group, rome.group
    )


def _compare(
    pooled: float, rome: float, worst: str | None = None, worst_rome: str | None = None
) -> Comparison:
    difference, reach = rome - pooled, 0.06 * pooled
    return Comparison(
        pooled=pooled,
        rome=rome,
        difference=difference,
        low=difference - reach,
        high=difference + reach,
        p_value=0.0004 if abs(difference) > reach else 0.4,
        relative=difference / pooled,
        relative_low=(difference - reach) / pooled,
        relative_high=(difference + reach) / pooled,
        pooled_low=0.88 * pooled,
        pooled_high=1.15 * pooled,
        rome_low=0.88 * rome,
        rome_high=1.15 * rome,
        worst_pooled=worst,
        worst_rome=worst_rome,
    )


def _path_point(evaluation: Evaluation) -> PathPoint:
    worst, overall = evaluation.comparison["worst_latent"], evaluation.comparison["overall"]
    return PathPoint(
        strength=evaluation.strength,
        worst_group=worst.rome,
        overall=overall.rome,
        validation_worst_group=1.02 * worst.rome,
        validation_overall=1.01 * overall.rome,
        validation_difference=Estimate(worst.difference, worst.low, worst.high),
    )


def _fit(n_groups: int, generator: np.random.Generator) -> FitSummary:
    steps = 38
    history = tuple(-2100.0 - 400.0 * np.exp(-0.25 * np.arange(steps))) if n_groups > 1 else ()
    starts = tuple(-2100.0 - np.abs(generator.normal(size=10)) * 12) if n_groups > 1 else ()
    return FitSummary(
        n_groups=n_groups,
        log_likelihood={"train": -2100.0, "test": -905.0},
        one_group_log_likelihood={"train": -2300.0, "test": -960.0},
        gain=Estimate(0.274, 0.181, 0.366) if n_groups > 1 else Estimate(0.0, 0.0, 0.0),
        n_iter=steps,
        converged=True,
        seconds=1.4,
        history=history,
        starts=starts,
    )


def _data(names: tuple[str, ...], rows: int, n_test: int, outcome: str) -> DataSummary:
    return DataSummary(
        name="people & places.csv",
        fingerprint="9b1d" * 16,
        rows=rows + 12,
        used=rows,
        n_train=rows - n_test,
        n_test=n_test,
        left_out={"outcome missing": 12},
        columns=(*names, "outcome"),
        outcome_kind=outcome,
        positive="yes" if outcome == "binary" else None,
        observed_columns=names[:2],
        reading={"Separator": "semicolon", "Encoding": "UTF-8"},
    )
