"""What RomeMoE's training costs, against the same network written in the usual way.

    python -m benchmarks.moe_speed [--table train.csv --outcome Y --gate S1 S2 S3] [--rows 1000000]

1. The published demo's table (1,594 rows, 8 features, 3 sensitive columns; the same shape is drawn where no
   table is given), 4 experts of 64, a gate of 32, batches of 64, 30 epochs: seconds, and the loss reached,
   against a list of modules, a loop over groups, a DataLoader and torch's Adam.
   Both run on one thread, in turn.
2. One epoch on a large table with 20 columns, for a small and a large batch.
3. Seconds an epoch for 2 to 32 groups.
4. On a CUDA device, where there is one: rows a second and share of its measured matrix rate.
"""

from __future__ import annotations

import argparse
import math
import time
from statistics import median

import numpy as np
import pandas as pd
import torch

from rome.moe.layout import Shape, initial
from rome.moe.training import Data, Plan, evaluate, train

EPOCHS, GROUPS, WIDTH, GATE_WIDTH, BATCH, RATE = 30, 4, 64, 32, 64, 3e-3


class ListOfModules(torch.nn.Module):
    """The peer: one module an expert, one pass an expert."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width, gate_width = shape.expert_hidden[0], shape.gate_hidden[0]
        self.experts = torch.nn.ModuleList(
            torch.nn.Sequential(
                torch.nn.Linear(shape.n_expert_columns, width), torch.nn.ReLU(), torch.nn.Linear(width, 1)
            )
            for _ in range(shape.n_groups)
        )
        self.gate = torch.nn.Sequential(
            torch.nn.Linear(shape.n_gate_columns, gate_width),
            torch.nn.ReLU(),
            torch.nn.Linear(gate_width, shape.n_groups),
        )
        self.log_sigma = torch.nn.Parameter(torch.zeros(shape.n_groups))

    def loss(self, X: torch.Tensor, Z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        log_gate = torch.log_softmax(self.gate(Z), dim=1)
        terms = []
        for k, expert in enumerate(self.experts):
            residual = (y - expert(X).squeeze(1)) / self.log_sigma[k].exp()
            terms.append(log_gate[:, k] - 0.5 * residual**2 - self.log_sigma[k] - 0.5 * math.log(2 * math.pi))
        return -torch.logsumexp(torch.stack(terms, dim=1), dim=1).mean()


def copied(shape: Shape, flat: torch.Tensor) -> ListOfModules:
    """Return the peer with the weights of ``flat``, so that both start alike."""
    peer, views = ListOfModules(shape), shape.views(flat)
    width = shape.expert_hidden[0]
    with torch.no_grad():
        for k, expert in enumerate(peer.experts):
            columns = slice(k * width, (k + 1) * width)
            expert[0].weight.copy_(views["experts.0.weight"][:, columns].T)
            expert[0].bias.copy_(views["experts.0.bias"][columns])
            expert[2].weight.copy_(views["experts.out"][k].T)
            expert[2].bias.copy_(views["experts.bias"][k])
        peer.gate[0].weight.copy_(views["gate.0.weight"].T)
        peer.gate[0].bias.copy_(views["gate.0.bias"])
        peer.gate[2].weight.copy_(views["gate.out"])
        peer.gate[2].bias.copy_(views["gate.bias"][:, 0])
    return peer


def train_peer(shape: Shape, flat: torch.Tensor, data: Data, epochs: int, seed: int) -> ListOfModules:
    """Train the peer as such code is usually written."""
    peer = copied(shape, flat)
    optimiser = torch.optim.Adam(peer.parameters(), lr=RATE)
    rows = torch.utils.data.TensorDataset(data.X, data.Z, data.y)
    generator = torch.Generator().manual_seed(seed)
    loader = torch.utils.data.DataLoader(rows, batch_size=BATCH, shuffle=True, generator=generator)
    for _ in range(epochs):
        for X, Z, y in loader:
            optimiser.zero_grad()
            loss = peer.loss(X, Z, y)
            loss.backward()
            optimiser.step()
    return peer


def a_plan(epochs: int = EPOCHS, batch_size: int = BATCH) -> Plan:
    return Plan("likelihood", False, "soft", 0.0, epochs, batch_size, RATE, "constant", 0.0, None)


def drawn(n: int, p: int, d: int, seed: int = 0) -> Data:
    """Draw a table: the outcome's slope turns with the first gate column."""
    rng = np.random.default_rng(seed)
    X, Z = rng.standard_normal((n, p), dtype=np.float32), rng.standard_normal((n, d), dtype=np.float32)
    group = rng.random(n) < 1 / (1 + np.exp(-2 * Z[:, 0]))
    y = np.where(group, np.sin(2 * X[:, 0]), X[:, 1] - X[:, 0]) + 0.3 * rng.standard_normal(n)
    y = (y - y.mean()) / y.std()
    return Data(*(torch.from_numpy(part.astype(np.float32)) for part in (X, Z, y, np.ones(n))))


def read(path: str, outcome: str, gate: list[str]) -> Data:
    """Return a numeric CSV table in standardised units."""
    frame = pd.read_csv(path).dropna()
    frame = (frame - frame.mean()) / frame.std(ddof=0)
    features = frame.drop(columns=[outcome, *gate])
    parts = (features, frame[gate], frame[outcome], pd.Series(1.0, frame.index))
    return Data(*(torch.from_numpy(part.to_numpy(dtype=np.float32, copy=True)) for part in parts))


def shape_for(data: Data, groups: int = GROUPS) -> Shape:
    return Shape(groups, data.X.shape[1], data.Z.shape[1], (WIDTH,), (GATE_WIDTH,))


def seconds(work) -> tuple[float, float]:
    """Return wall-clock and CPU seconds of ``work()``."""
    began, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - used


def against_the_usual_way(data: Data, repeats: int) -> None:
    """Time both in turn from the same starts, and report the loss that each reaches."""
    torch.set_num_threads(1)
    shape, plan = shape_for(data), a_plan()
    ours, theirs, our_loss, their_loss = [], [], [], []
    for seed in range(repeats):
        start = initial(shape, torch.Generator().manual_seed(seed))
        found = {}

        def run_ours(start=start, seed=seed, found=found) -> None:
            found["ours"] = train(shape, start, data, None, plan, torch.Generator().manual_seed(seed))

        def run_theirs(start=start, seed=seed, found=found) -> None:
            found["theirs"] = train_peer(shape, start, data, EPOCHS, seed)

        ours.append(seconds(run_ours))
        theirs.append(seconds(run_theirs))
        our_loss.append(evaluate(shape, shape.views(found["ours"].flat), data, plan)[0])
        with torch.no_grad():
            their_loss.append(float(found["theirs"].loss(data.X, data.Z, data.y)))
    setting = f"{GROUPS} experts of {WIDTH}, batches of {BATCH}, {EPOCHS} epochs, one thread"
    print(f"{len(data):,} rows, {setting}; medians of {repeats} runs in turn:")
    for name, times, loss in (("usual way", theirs, their_loss), ("RomeMoE", ours, our_loss)):
        wall, used = (median(part) for part in zip(*times, strict=True))
        print(f"  {name:9s}  {wall:.2f} s, {used:.2f} s of CPU, loss {median(loss):.4f}")
    for place, clock in enumerate(("wall clock", "CPU")):
        ratios = [mine[place] / other[place] for mine, other in zip(ours, theirs, strict=True)]
        print(f"  ratio by {clock}: {median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})")


def large_table(rows: int, threads: int) -> None:
    """Time one epoch on ``rows`` rows of 20 columns (15 for experts, 5 for the gate)."""
    data = drawn(rows, 15, 5)
    torch.set_num_threads(threads)
    for batch_size in (BATCH, 512, 4096):
        shape = shape_for(data)
        start = initial(shape, torch.Generator().manual_seed(0))
        began = time.process_time()
        result = train(shape, start, data, None, a_plan(1, batch_size), torch.Generator().manual_seed(0))
        used, took = time.process_time() - began, result.history[0].seconds
        print(
            f"{rows:,} rows × 20 columns, batches of {batch_size}, {threads} thread(s): an epoch takes "
            f"{took:.1f} s ({used:.1f} s of CPU, {rows / took:,.0f} rows/s)"
        )


def cost_of_groups(rows: int) -> None:
    """Time epochs for 2 to 32 groups and two batch sizes, in CPU seconds: other work is left out."""
    torch.set_num_threads(1)
    data = drawn(rows, 15, 5)
    for batch_size in (BATCH, 1024):
        for groups in (2, 4, 8, 16, 32):
            shape, plan = shape_for(data, groups), a_plan(3, batch_size)
            start = initial(shape, torch.Generator().manual_seed(0))
            began = time.process_time()
            train(shape, start, data, None, plan, torch.Generator().manual_seed(0))
            took = (time.process_time() - began) / plan.epochs
            print(f"{rows:,} rows, batches of {batch_size}, {groups:2d} groups: {took:.3f} s of CPU an epoch")


def on_cuda(rows: int) -> None:
    """Report rows a second and the share of the device's own rate on a large matrix product."""
    if not torch.cuda.is_available():
        print("CUDA: there is no such device here; nothing measured.")
        return
    data = drawn(rows, 15, 5)
    data = Data(*(part.cuda() for part in (data.X, data.Z, data.y, data.weights)))
    shape, batch_size = shape_for(data), 65_536
    start = initial(shape, torch.Generator().manual_seed(0)).cuda()
    result = train(shape, start, data, None, a_plan(4, batch_size), torch.Generator().manual_seed(0))
    took = min(epoch.seconds for epoch in result.history[1:])
    # Forward and twice that backward, a multiplication and an addition each; the epoch also evaluates.
    multiplied = GROUPS * WIDTH * (shape.n_expert_columns + 1) + GATE_WIDTH * (shape.n_gate_columns + GROUPS)
    a_row = 2 * 4 * multiplied
    square = torch.randn(8192, 8192, device="cuda")
    torch.cuda.synchronize()
    began = time.perf_counter()
    for _ in range(10):
        square @ square
    torch.cuda.synchronize()
    rate = 10 * 2 * 8192**3 / (time.perf_counter() - began)
    share = rows * a_row / took / rate
    print(f"CUDA, batches of {batch_size}: {rows / took:,.0f} rows/s, {share:.1%} of its float32 rate")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", help="a numeric CSV; drawn where it is not given")
    parser.add_argument("--outcome", default="Y")
    parser.add_argument("--gate", nargs="+", default=["S1", "S2", "S3"])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1, help="for the large table")
    asked = parser.parse_args()
    data = read(asked.table, asked.outcome, asked.gate) if asked.table else drawn(1594, 8, 3)
    against_the_usual_way(data, asked.repeats)
    large_table(asked.rows, asked.threads)
    cost_of_groups(20_000)
    on_cuda(asked.rows)


if __name__ == "__main__":
    main()
