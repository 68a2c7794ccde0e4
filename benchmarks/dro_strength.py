"""Does more strength mean less error in the worst group? The dial, and training, on rows that nothing saw.

    python -m benchmarks.dro_strength [--data FOLDER --tables law_school insurance …] [--keep FOLDER]
        [--splits 20] [--seeds 8] [--rows 5000] [--models em moe] [--training 0]
        [--groups 2] [--noise normal]

The non-linear simulation: 3,000 rows a seed, 4 groups, the worst true group on 20,000 fresh rows. Every
table: 2 groups, 70% of the rows for fitting, on the rest the worst latent group (the model's own
responsibilities, the same at every strength), the worst observed group, everybody, and what ``regret``
guards: the most by which a latent group's error exceeds that of its own expert. A fit is done once and the
dial turned on it, ``gated`` by ``regret`` and by ``risk`` and ``aggregate`` by ``reward``, plain and with a
cross-fitted Γ. With ``--training N`` a ROME-MoE is also trained on N seeds or splits at five strengths of the
objective itself, its dial at 0.

Printed are errors at some strengths over that at 0 (means over seeds or splits), the slope from 0 to 1 in
per cent of the error at 0 and the change at 1, with 95% intervals (seeds: t-test; splits: corrected resampled
t-test), what the slope says, and for ``gated`` by ``regret`` what could explain it
(``benchmarks.strength_curves.Reasons``; medians, of ``is_worst`` the mean).
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.kept import file_of, keep, made_with, read_kept
from benchmarks.real_tables import fingerprint_of, real_table
from benchmarks.strength_curves import Reasons, Rows, answers, reasons, slope, worst_errors, worst_regret
from rome.datasets import nonlinear_simulation
from rome.datasets.nonlinear import N_GROUPS, ORDINARY, SENSITIVE
from rome.em import RomeEM
from rome.errors import RomeWarning
from rome.groups.groupings import Grouped, from_labels, latent
from rome.moe import RomeMoE
from rome.runtime.random import stream_seed
from rome.runtime.threads import one_thread
from rome.settings.study import STRENGTHS, Settings
from rome.stats.tests import corrected_t_test
from rome.study.prepare import prepare

SIMULATION = "simulation"
TABLES = ("law_school", "insurance", "student", "wages", "acs_mobility", "communities")
DIALS = (("gated", "regret"), ("gated", "risk"), ("aggregate", "reward"))
TRAINED = (0.0, 0.2, 0.5, 0.75, 1.0)
#: A slope of less than this many per cent is none.
STILL = 0.05
SHOWN = (0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
TRAINING_ROWS, FRESH_ROWS = 3000, 20_000


@dataclass(frozen=True)
class Problem:
    """Rows to fit on and rows to score on, groupings of the latter, and where gate and experts look."""

    fit: Rows
    scored: Rows
    groupings: Mapping[str, Grouped]
    experts: list[int]
    gate: list[int]
    n_groups: int
    seed: int


@dataclass(frozen=True)
class Course:
    """One seed or split: ``curves`` by grouping, of the worst group's error at ``strengths``."""

    case: str
    model: str
    dial: str
    number: int
    strengths: tuple[float, ...]
    curves: Mapping[str, list[float]]
    reasons: Mapping[str, float] | None
    n_fit: int
    n_scored: int


def simulated(seed: int) -> Problem:
    """Return the non-linear simulation with its true groups as the grouping."""
    drawn = nonlinear_simulation(TRAINING_ROWS + FRESH_ROWS, seed)
    columns = [*ORDINARY, *SENSITIVE]
    X, y = drawn.frame[columns].to_numpy(copy=True), drawn.frame["outcome"].to_numpy(copy=True)
    every, first = Rows(X, y, np.ones(len(y))), np.arange(len(y)) < TRAINING_ROWS
    truth = Grouped(tuple(f"true {k}" for k in range(N_GROUPS)), np.eye(N_GROUPS)[drawn.group[~first]])
    gate = list(range(len(ORDINARY), len(columns)))
    groupings = {"true": truth, "everybody": everybody(FRESH_ROWS)}
    return Problem(
        every.take(first), every.take(~first), groupings, list(range(len(ORDINARY))), gate, N_GROUPS, seed
    )


def split_of(folder: Path, name: str, rows: int, split: int, n_groups: int = 2) -> Problem:
    """Return a split of a real table; the latent grouping is the fitted model's and comes later."""
    real, seed = real_table(folder, name, rows), stream_seed(split, "strength")
    data = prepare(real.frame, real.roles, Settings(random_state=seed))
    every = Rows(data.X, data.y, data.weights)
    groupings = {
        "observed": from_labels(data.observed_group[data.test]),
        "everybody": everybody(len(data.test)),
    }
    places = (data.design.expert_index.tolist(), data.design.gate_index.tolist())
    return Problem(every.take(data.train), every.take(data.test), groupings, *places, n_groups, seed)


def everybody(n: int) -> Grouped:
    return Grouped(("everybody",), np.ones((n, 1)))


def fitted(
    problem: Problem, kind: str, gamma: str = "plain", training: float = 0.0, noise: str = "normal"
) -> RomeEM | RomeMoE:
    """Return a model with its defaults, fitted; of RomeEM in the simulation with a gate that may bend."""
    shared = {"gate_features": problem.gate, "expert_features": problem.experts, "random_state": problem.seed}
    if kind == "moe":
        model = RomeMoE(problem.n_groups, **shared, training_strength=training, device="cpu")
    else:
        gate = "flexible" if "true" in problem.groupings else "linear"
        predictor = "gated" if gamma == "plain" else "aggregate"
        model = RomeEM(problem.n_groups, **shared, gate=gate, gamma=gamma, predictor=predictor, noise=noise)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RomeWarning)
        return model.fit(problem.fit.X, problem.fit.y, sample_weight=problem.fit.weights)


def groupings_for(problem: Problem, model: RomeEM | RomeMoE) -> dict[str, Grouped]:
    """Return the groupings to score by; where no truth is known the model's latent groups come first."""
    if "true" in problem.groupings:
        return dict(problem.groupings)
    held = model.responsibilities(problem.scored.X, problem.scored.y)
    names = [f"Group {k + 1}" for k in range(problem.n_groups)]
    return {"latent": latent(held, names), **problem.groupings}


def dial_courses(
    case: str, number: int, problem: Problem, kind: str, noise: str = "normal"
) -> Iterator[Course]:
    """Yield the course of every dial of one fit; ``noise`` is RomeEM's."""
    model = fitted(problem, kind, noise=noise)
    # Networks are too sure on rows that they were trained on: their dial is played on the rows held back.
    played = problem.fit.take(model.validation_rows_) if kind == "moe" else problem.fit
    by = groupings_for(problem, model)
    for dial in DIALS:
        path, found = answers(model, dial, played, problem.scored)
        why = reasons(model, path, played, problem.scored, found) if dial == DIALS[0] else None
        more = None
        if "latent" in by and dial[0] == "gated":
            more = {"regret": worst_regret(model, found, problem.scored, by["latent"])}
        yield course(case, number, kind, " ".join(dial), problem, found, by, STRENGTHS, why, more)
    if kind == "em":
        corrected = fitted(problem, kind, "cross_fitted", noise=noise)
        _, found = answers(corrected, ("aggregate", "reward"), problem.fit, problem.scored)
        yield course(case, number, kind, "aggregate reward, Γ cross-fitted", problem, found, by, STRENGTHS)


def training_course(case: str, number: int, problem: Problem) -> Course:
    """Return the course of a ROME-MoE that is trained anew at every strength; groups are those at 0."""
    models = [fitted(problem, "moe", training=strength) for strength in TRAINED]
    plain = (
        (model.membership(problem.scored.X) * model.group_predictions(problem.scored.X)).sum(axis=1)
        for model in models
    )
    by = groupings_for(problem, models[0])
    return course(case, number, "moe", "training", problem, np.column_stack(list(plain)), by, TRAINED)


def course(
    case: str,
    number: int,
    model: str,
    dial: str,
    problem: Problem,
    found: np.ndarray,
    groupings: Mapping[str, Grouped],
    strengths: tuple[float, ...],
    why: Reasons | None = None,
    more: Mapping[str, np.ndarray] | None = None,
) -> Course:
    """Return the scored course of predictions ``found`` (n, S), with ``more`` curves."""
    curves = worst_errors(found, problem.scored, groupings) | (more or {})
    told = None if why is None else asdict(why)
    n_fit, n_scored = len(problem.fit.y), len(problem.scored.y)
    plain = {name: values.tolist() for name, values in curves.items()}
    return Course(case, model, dial, number, strengths, plain, told, n_fit, n_scored)


def done(asked: argparse.Namespace, case: str, number: int) -> list[Course]:
    """Return one seed's or split's courses, from its file where it was kept by the same program and table."""
    path, made = None, None
    if asked.keep is not None:
        table = SIMULATION if case == SIMULATION else fingerprint_of(asked.data, case)
        made = made_with(table, **decided(asked, case, number))
        path = file_of(asked.keep, f"{case}-{number}", made)
        known = read_kept(path, made)
        if known is not None:
            return [Course(**one) for one in known]
    if case == SIMULATION:
        problem = simulated(number)
    else:
        problem = split_of(asked.data, case, asked.rows, number, asked.groups)
    found = [one for kind in asked.models for one in dial_courses(case, number, problem, kind, asked.noise)]
    if number < asked.training:
        found.append(training_course(case, number, problem))
    if path is not None:
        keep(path, made, [asdict(one) for one in found])
    return found


def decided(asked: argparse.Namespace, case: str, number: int) -> dict[str, object]:
    """Return what was chosen that a seed's or split's courses come from."""
    chosen = {"models": asked.models, "noise": asked.noise, "trained": number < asked.training}
    chosen |= {"strengths": (STRENGTHS, TRAINED), "dials": DIALS}
    simulated = {"rows": (TRAINING_ROWS, FRESH_ROWS)}
    return chosen | (simulated if case == SIMULATION else {"rows": asked.rows, "groups": asked.groups})


def sentence(low: float, high: float) -> str:
    """Return what an interval of the slope, in per cent, says."""
    if max(abs(low), abs(high)) < STILL:
        return "does not move"
    if high < 0:
        return "falls"
    return "rises" if low > 0 else "neither falls nor rises surely"


def show(courses: Sequence[Course]) -> None:
    """Print the courses of one case."""
    for key in dict.fromkeys((one.model, one.dial) for one in courses):
        own = [one for one in courses if (one.model, one.dial) == key]
        print(f"  {key[0]}, {key[1]} ({len(own)} {'seeds' if own[0].case == SIMULATION else 'splits'})")
        for grouping in own[0].curves:
            print(f"    {curve_line(own, grouping)}")
        if own[0].reasons is not None:
            medians = {name: np.median([one.reasons[name] for one in own]) for name in own[0].reasons}
            medians["is_worst"] = np.mean([one.reasons["is_worst"] for one in own])
            print("    " + ", ".join(f"{name} {value:.2f}" for name, value in medians.items()))


def curve_line(own: Sequence[Course], grouping: str) -> str:
    """Return the mean course of a grouping at some strengths, its slope and what that says."""
    curves = np.array([one.curves[grouping] for one in own])
    usable = np.isfinite(curves).all(axis=1)
    if usable.sum() < 2:
        return f"{grouping:<10} too few groups of {len(own)} could be ranked"
    curves = curves[usable]
    strengths = own[0].strengths
    relative = (curves / curves[:, :1]).mean(axis=0)
    shown = [place for place, strength in enumerate(strengths) if strength in (*SHOWN, *TRAINED)]
    course = " ".join(f"{strengths[place]:g}:{relative[place]:.3f}" for place in shown)
    shared = 0 if own[0].case == SIMULATION else own[0].n_scored
    slopes = [100 * slope(curve, strengths) for curve in curves]
    ends = list(100 * (curves[:, -1] / curves[:, 0] - 1))
    fall, whole = (corrected_t_test(values, own[0].n_fit, shared) for values in (slopes, ends))
    return (
        f"{grouping:<10} {course}\n{'':15}slope {fall.mean:+.1f}% (95% {fall.low:+.1f} to {fall.high:+.1f}), "
        f"at 1 {whole.mean:+.1f}% ({whole.low:+.1f} to {whole.high:+.1f}): {sentence(fall.low, fall.high)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="without it, the simulation alone")
    parser.add_argument("--tables", nargs="*", default=list(TABLES))
    parser.add_argument("--keep", type=Path, help="folder of finished seeds and splits, read if made alike")
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--models", nargs="+", choices=("em", "moe"), default=["em", "moe"])
    parser.add_argument("--training", type=int, default=0)
    parser.add_argument("--groups", type=int, default=2, help="of the tables; the simulation has 4")
    parser.add_argument("--noise", choices=("normal", "t"), default="normal", help="of RomeEM")
    asked = parser.parse_args()
    if asked.keep is not None:
        asked.keep.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    counts = {SIMULATION: asked.seeds} if asked.seeds else {}
    counts.update(dict.fromkeys(asked.tables if asked.data is not None else (), asked.splits))
    for case, count in counts.items():
        courses = []
        with one_thread():
            for number in range(count):
                courses.extend(done(asked, case, number))
                print(f"\r{case} {number + 1}/{count}   ", end="", file=sys.stderr, flush=True)
        print(f"\n{case}: fitted on {courses[0].n_fit:,} rows, scored on {courses[0].n_scored:,}")
        show(courses)
        sys.stdout.flush()
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
