"""How much memory a fit on files takes: 20 million rows of 20 columns, which are 3.4 gigabytes as numbers.

Run: ``python -m benchmarks.em_memory [--rows 20000000] [--passes 3] [--folder FOLDER]``. The file is written
in chunks to a temporary folder and removed at the end; the fit runs in a process of its own, whose largest
resident size is printed with the time of a pass over all rows. It fails if that size reaches 2 GB.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

N_EXPERT, N_GATE = 15, 5
#: Rows of a row group.
CHUNK_ROWS = 500_000
LIMIT_BYTES = 2_000_000_000


def names() -> list[str]:
    """Return the columns of X."""
    return [f"x{j}" for j in range(N_EXPERT)] + [f"s{j}" for j in range(N_GATE)]


def write(path: Path, n_rows: int) -> None:
    """Write rows of two latent groups, chunk by chunk."""
    import pyarrow as pa
    from pyarrow import parquet

    rng = np.random.default_rng(0)
    beta = rng.standard_normal((2, N_EXPERT))
    schema = pa.schema([(name, pa.float64()) for name in [*names(), "y"]])
    with parquet.ParquetWriter(path, schema, compression="none", use_dictionary=False) as writer:
        for start in range(0, n_rows, CHUNK_ROWS):
            X = rng.standard_normal((N_EXPERT + N_GATE, min(CHUNK_ROWS, n_rows - start)))
            group = (2 * X[N_EXPERT] + rng.logistic(size=X.shape[1]) > 0).astype(int)
            y = np.einsum("np,pn->n", beta[group], X[:N_EXPERT]) + rng.standard_normal(X.shape[1])
            writer.write_table(pa.table([*X, y], schema=schema), row_group_size=CHUNK_ROWS)


def fit(path: Path, passes: int) -> None:
    """Fit on the file and print, as JSON, the peak size, the time of a pass and what was found."""
    import resource

    from rome.em import ParquetRows, RomeEM

    rows = ParquetRows(path, outcome="y", features=names())
    model = RomeEM(2, gate_features=names()[N_EXPERT:], n_init=2, max_iter=passes, tol=1e-12, random_state=0)
    started = time.perf_counter()
    with warnings.catch_warnings():
        # So few iterations need not converge.
        warnings.simplefilter("ignore")
        model.fit_blocks(rows)
    whole = time.perf_counter() - started
    started = time.perf_counter()
    rows.add_up(lambda chunk: float(chunk[1].sum()))
    reading = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    # One walk measures, one draws the rows at hand, one more takes the race's, then the first sums, one an
    # iteration, and the last sums.
    walks = model.n_iter_ + 5
    print(
        json.dumps(
            {
                "peak": peak,
                "whole": whole,
                "walk": whole / walks,
                "reading": reading,
                "iterations": model.n_iter_,
                "shares": model.shares_.tolist(),
                "log_likelihood": model.log_likelihood_,
            }
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--passes", type=int, default=3, help="iterations of EM at most")
    parser.add_argument("--folder", type=Path, help="where the file is written")
    parser.add_argument("--fit", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fit is not None:
        fit(options.fit, options.passes)
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder, "rows.parquet")
        started = time.perf_counter()
        write(path, options.rows)
        size = path.stat().st_size / 1e9
        print(
            f"Wrote {options.rows:,} rows, {size:.2f} GB, in {time.perf_counter() - started:.0f} s.",
            flush=True,
        )
        command = [sys.executable, "-m", "benchmarks.em_memory", "--fit", str(path)]
        done = subprocess.run(
            [*command, "--passes", str(options.passes)], stdout=subprocess.PIPE, text=True, check=True
        )
    found = json.loads(done.stdout)
    print(f"Peak resident memory {found['peak'] / 1e9:.2f} GB (limit {LIMIT_BYTES / 1e9:.0f} GB).")
    print(
        f"Fit of {found['iterations']} iterations in {found['whole']:.0f} s: {found['walk']:.1f} s a walk "
        f"over all rows, of which reading alone takes {found['reading']:.1f} s."
    )
    print(f"Shares {np.round(found['shares'], 3)}, log-likelihood {found['log_likelihood']:.1f}.")
    if found["peak"] >= LIMIT_BYTES:
        sys.exit("The fit took 2 GB or more.")


if __name__ == "__main__":
    main()
