"""How often the verdict is right: shares of "supported" on tables whose truth is known.

``python -m benchmarks.verdict_calibration --tables 200 --out verdicts.jsonl`` draws that many tables of every
kind, appends a line for each as soon as it is judged, and prints the share of each level with its 95% Wilson
interval and the median time. One-group kinds should be "supported" on at most 5%, tables with groups on at
least 95%; where s says nothing of the groups, they should be "findable" on at most 5%. ``--kinds`` and
``--sizes`` pick some, ``--jobs`` uses more processes, ``--first`` starts from another table. Tables that the
file holds already are not judged again; ``--tables 0`` prints what it holds.

``--nulls real --data FOLDER`` makes one-group tables from the real ones of a folder
(:mod:`benchmarks.real_nulls`), of at most ``--rows`` rows, and prints how often *rules* are supported, with
two groups asked for and with the number left to the data, by how the outcome was made; and how often levels.
``--power`` judges tables with groups instead: the paper's simulation, two slopes one SD apart and, with
``--data``, insurance without its hidden column.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
from scipy.stats import binomtest, norm

from benchmarks import real_nulls
from benchmarks.real_nulls import NullTable
from rome.datasets import paper_simulation
from rome.evidence import Problem, assess_groups, choose_n_groups, select, sweep
from rome.results.verdict import CONFIDENCE, Verdict
from rome.runtime.threads import one_thread
from rome.text.verdict import null_model_words

ONE_GROUP = ("gaussian", "t3", "growing variance", "quadratic", "skewed")
SILENT = "two slopes, s says nothing"
GROUPS = ("paper, misspecified", "paper, well specified", "two slopes", SILENT)
SIZES = {
    **dict.fromkeys(ONE_GROUP, (200, 500, 1000, 2000, 5000)),
    **dict.fromkeys(GROUPS[:2], (2000,)),
    "two slopes": (1000, 2000),
    SILENT: (2000,),
}


def one_group(kind: str, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw X (n, 5), three features and two sensitive columns, and an outcome of one group."""
    X = rng.standard_normal((n, 5))
    X[:, 4] = X[:, 4] > 0
    mean = 1 + X @ np.array([1.0, -0.5, 0.3, 0.3, 0.0])
    noise = rng.standard_normal(n)
    if kind == "t3":
        noise = rng.standard_t(3, n)
    elif kind == "growing variance":
        noise = noise * np.exp(0.5 * X[:, 0])
    elif kind == "quadratic":
        mean = mean + 0.7 * X[:, 0] ** 2
    elif kind == "skewed":
        noise = rng.lognormal(0, 0.8, n)
    return X, mean + noise


def two_slopes(n: int, pull: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw two groups, told apart by s with log-odds ``pull`` per SD, whose slopes differ by one residual SD
    (by three where s says nothing, since the slopes alone must then tell that there are two)."""
    X = rng.standard_normal((n, 5))
    X[:, 4] = X[:, 4] > 0
    second = rng.random(n) < 1 / (1 + np.exp(-pull * X[:, 3]))
    slope = np.where(second, 1.5, 0.5 if pull else -1.5)
    return X, 1 + slope * X[:, 0] - 0.5 * X[:, 1] + 0.3 * X[:, 2] + rng.standard_normal(n)


def problem_of(kind: str, n: int, seed: int) -> tuple[Problem, int]:
    """Return a drawn table and the number of groups to judge."""
    if kind.startswith("paper"):
        gate = "well" if "well" in kind else "misspecified"
        frame = paper_simulation(n, gate=gate, random_state=seed).frame
        X, y = frame.drop(columns="outcome").to_numpy(), frame["outcome"].to_numpy()
        return Problem(X, y, np.ones(n), np.arange(15, 20), np.arange(20), "numeric", seed), 4
    rng = np.random.default_rng([seed, n, len(kind)])
    pull = {"two slopes": 2.0, SILENT: 0.0}.get(kind)
    X, y = one_group(kind, n, rng) if pull is None else two_slopes(n, pull, rng)
    return Problem(X, y, np.ones(n), np.arange(3, 5), np.arange(3), "numeric", seed), 2


@dataclass(frozen=True)
class Judged:
    """What one table was found to be; ``errors`` is the gain in standard errors."""

    kind: str
    n: int
    table: int
    level: str
    findable: bool
    errors: float
    stability: float
    best_account: str
    suggested: int
    seconds: float


def one_table(kind: str, n: int, seed: int) -> Judged:
    """Draw a table, judge it, and choose K for it."""
    problem, n_groups = problem_of(kind, n, seed)
    started = time.perf_counter()
    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore")
        swept = sweep(problem, (1, n_groups))
        verdict = assess_groups(swept, n_groups, beside=False)
    error = (verdict.gain.high - verdict.gain.low) / (2 * norm.ppf((1 + CONFIDENCE) / 2))
    return Judged(
        kind,
        n,
        seed,
        verdict.level,
        verdict.findable,
        round(verdict.gain.value / error, 3),
        round(verdict.stability, 3),
        null_model_words(verdict.hardest),
        choose_n_groups(select(swept)[1], verdict).n_groups,
        round(time.perf_counter() - started, 2),
    )


def read(path: Path) -> list[Judged]:
    """Return what a file of results holds."""
    if not path.exists():
        return []
    return [Judged(**json.loads(line)) for line in path.read_text().splitlines()]


def share(count: int, total: int) -> str:
    """Return a share with its 95% Wilson interval."""
    limits = binomtest(count, total).proportion_ci(method="wilson")
    return f"{count / total:6.1%} ({limits.low:.1%} to {limits.high:.1%})"


HEADER = f"{'kind':28s} {'n':>5s} {'tables':>6s} {'supported (95%)':>24s} {'findable (95%)':>24s} " + (
    f"{'weak':>6s} {'not':>6s} {'K>1':>6s} {'gain, SE':>8s} {'seconds':>7s}"
)


def line(judged: list[Judged]) -> str:
    """Return one row of the table: results of one kind and size."""
    levels = [item.level for item in judged]
    total = len(levels)
    rest = [levels.count(level) / total for level in ("weak", "not supported")]
    several = sum(item.suggested > 1 for item in judged) / total
    middle, seconds = (np.median([getattr(item, name) for item in judged]) for name in ("errors", "seconds"))
    supported = share(levels.count("supported"), total)
    findable = share(sum(item.findable for item in judged), total)
    return (
        f"{judged[0].kind:28s} {judged[0].n:5d} {total:6d} {supported:>24s} {findable:>24s} "
        f"{rest[0]:6.1%} {rest[1]:6.1%} {several:6.1%} {middle:8.2f} {seconds:7.1f}"
    )


def run(options: argparse.Namespace, pool: ProcessPoolExecutor) -> None:
    """Judge every table that the file doesn't hold yet, and print each kind and size when it is done."""
    known = {(item.kind, item.n, item.table) for item in read(options.out)}
    for n in options.sizes or sorted({size for sizes in SIZES.values() for size in sizes}):
        for kind in options.kinds:
            if n not in (options.sizes or SIZES[kind]):
                continue
            tables = range(options.first, options.first + options.tables)
            todo = [table for table in tables if (kind, n, table) not in known]
            for judged in pool.map(partial(one_table, kind, n), todo):
                with options.out.open("a") as file:
                    file.write(json.dumps(asdict(judged)) + "\n")
            same = [item for item in read(options.out) if (item.kind, item.n) == (kind, n)]
            if same:
                print(line(same), flush=True)


@dataclass(frozen=True)
class JudgedTwice:
    """One table with two groups asked for and with the number left to the data: kinds with their levels, such
    as "supported rules", the numbers of groups, and the largest gain of rules in standard errors."""

    kind: str
    real: str
    n: int
    table: int
    two: str
    auto: str
    suggested: int
    said: int
    errors: float
    hardest: str
    cpu_seconds: float


def judge_twice(kind: str, real: str, number: int, problem: Problem) -> JudgedTwice:
    """Judge one table; the number of groups goes up to 8."""
    started = time.process_time()
    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore")
        numbers = [k for k in range(1, 9) if k < 3 or problem.n_parameters(k) <= len(problem.y) // 2]
        swept = sweep(problem, numbers, stop=True)
        suggested = select(swept)[1].n_groups
        auto = assess_groups(swept, max(2, suggested), beside=False)
        tested_two = auto.tried[-1].n_groups == 2
        two = auto.tried[-1] if tested_two else assess_groups(swept, 2, beside=False).tried[-1]
    return JudgedTwice(
        kind,
        real,
        len(problem.y),
        number,
        _said(two.level, two.kind),
        _said(auto.level, auto.kind),
        suggested,
        auto.n_groups,
        round(_most_errors(auto), 3),
        auto.hardest,
        round(time.process_time() - started, 1),
    )


def _said(level: str, kind: str) -> str:
    return "none" if kind == "none" else f"{level} {kind}"


def _most_errors(verdict: Verdict) -> float:
    """Return the largest gain of any number that was tried, in standard errors."""
    reach = float(norm.ppf((1 + CONFIDENCE) / 2))
    return max(item.gain.value * reach / (item.gain.value - item.gain.low) for item in verdict.tried)


def twice_line(judged: list[JudgedTwice], kind: str) -> str:
    """Return one row of the table: shares over tables of one kind."""
    total = len(judged)
    counts = [sum(said == "supported rules" for said in saids) for saids in _columns(judged)]
    levels = sum(item.auto == "supported levels" for item in judged)
    weak = sum(item.auto.startswith("weak") for item in judged)
    several = sum(item.said > 1 and item.auto != "none" for item in judged)
    seconds = np.median([item.cpu_seconds for item in judged])
    return (
        f"{kind:28s} {total:6d} {share(counts[0], total):>24s} {share(counts[1], total):>24s} "
        f"{levels / total:6.1%} {weak / total:6.1%} {several / total:6.1%} "
        f"{max(item.errors for item in judged):8.2f} {seconds:7.1f}"
    )


def _columns(judged: list[JudgedTwice]) -> tuple[list[str], list[str]]:
    return [item.two for item in judged], [item.auto for item in judged]


TWICE_HEADER = f"{'kind':28s} {'tables':>6s} {'rules, K=2 (95%)':>24s} {'rules, auto (95%)':>24s} " + (
    f"{'levels':>6s} {'weak':>6s} {'K>1':>6s} {'most, SE':>8s} {'CPU s':>7s}"
)


def judge_all(todo: list[tuple[str, str, int]], draw, out: Path) -> None:
    """Judge tables one by one, append each to ``out``, and print shares by kind of all that it holds."""
    known = {(item.kind, item.table) for item in read_twice(out)}
    for kind, real, number in todo:
        if (kind, number) not in known:
            judged = judge_twice(kind, real, number, draw(kind, number))
            with out.open("a") as file:
                file.write(json.dumps(asdict(judged)) + "\n")
    found = read_twice(out)
    print(TWICE_HEADER)
    for kind in dict.fromkeys(item.kind for item in found):
        print(twice_line([item for item in found if item.kind == kind], kind))
    print(twice_line(found, "all"))


def read_twice(path: Path) -> list[JudgedTwice]:
    """Return what a file of such results holds."""
    if not path.exists():
        return []
    return [JudgedTwice(**json.loads(line)) for line in path.read_text().splitlines()]


def judge_nulls(options: argparse.Namespace) -> None:
    """Judge tables of one group made from real ones."""
    planned = {
        (table.construction, table.seed): table
        for table in real_nulls.plan(options.data, options.tables, options.first, options.rows)
    }

    def draw(kind: str, number: int) -> Problem:
        return real_nulls.problem_of(options.data, planned[kind, number])

    judge_all([_named(table) for table in planned.values()], draw, options.out)


def _named(table: NullTable) -> tuple[str, str, int]:
    return table.construction, table.real, table.seed


def judge_power(options: argparse.Namespace) -> None:
    """Judge tables with groups."""
    numbers = range(options.first, options.first + options.tables)
    kinds = [kind for kind in (GROUPS[0], "two slopes") if kind in options.kinds]
    todo = [(kind, "drawn", number) for kind in kinds for number in numbers]
    if options.data is not None:
        todo.append(("insurance without smoker", "insurance", 0))

    def draw(kind: str, number: int) -> Problem:
        if kind.startswith("insurance"):
            return real_nulls.insurance_without_smoker(options.data)
        return problem_of(kind, SIZES[kind][0], number)[0]

    judge_all(todo, draw, options.out)


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--kinds", nargs="*", default=[*ONE_GROUP, *GROUPS])
    parser.add_argument("--sizes", nargs="*", type=int)
    parser.add_argument("--rows", type=int, default=max(real_nulls.SIZES))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("verdict_calibration.jsonl"))
    parser.add_argument("--nulls", choices=("drawn", "real"), default="drawn")
    parser.add_argument("--power", action="store_true")
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    if options.nulls == "real" and options.data is None:
        parser.error("--nulls real needs --data, the folder of real tables")
    if options.power or options.nulls == "real":
        (judge_power if options.power else judge_nulls)(options)
        return
    print(HEADER, flush=True)
    with ProcessPoolExecutor(options.jobs) as pool:
        run(options, pool)


if __name__ == "__main__":
    main()
