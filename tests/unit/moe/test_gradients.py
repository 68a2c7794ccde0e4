"""The written-out backward pass, the optimiser and a plain network, each against torch's own."""

from __future__ import annotations

import pytest
import torch

from rome.moe.adam import Adam
from rome.moe.layout import Shape, initial, reordered, with_linear_paths
from rome.moe.network import forward
from rome.moe.objective import Focus, Rows
from rome.moe.training import Data, Plan, gradients_of, train


def a_plan(**changes) -> Plan:
    values = {
        "objective": "likelihood",
        "binary": False,
        "group_loss": "soft",
        "training_strength": 0.0,
        "epochs": 3,
        "batch_size": 16,
        "learning_rate": 1e-2,
        "schedule": "constant",
        "weight_decay": 0.0,
        "patience": None,
    }
    return Plan(**(values | changes))


def some_rows(n: int = 24, p: int = 3, d: int = 2, binary: bool = False) -> Data:
    generator = torch.Generator().manual_seed(0)
    X, Z = (torch.randn(n, width, generator=generator, dtype=torch.float64) for width in (p, d))
    y = torch.randn(n, generator=generator, dtype=torch.float64)
    weights = torch.rand(n, generator=generator, dtype=torch.float64) + 0.5
    return Data(X, Z, (y > 0).double() if binary else y, weights / weights.mean())


def a_start(shape: Shape) -> torch.Tensor:
    flat = initial(shape, torch.Generator().manual_seed(1)).double()
    shape.views(flat)["log_sigma"].copy_(torch.linspace(-0.5, 0.3, shape.n_groups)[:, None])
    return flat


def written_gradient(shape: Shape, flat: torch.Tensor, data: Data, plan: Plan) -> torch.Tensor:
    gradient = torch.zeros_like(flat)
    focus = Focus(plan.group_loss, plan.training_strength, shape.n_groups, flat.device)
    focus._sums, focus._log_weights = focus._sums.double(), focus._log_weights.double()
    gradients_of(shape, shape.views(flat), shape.views(gradient), data, plan, focus)
    return gradient


def row_loss(shape: Shape, flat: torch.Tensor, data: Data, plan: Plan) -> tuple[torch.Tensor, torch.Tensor]:
    """The loss of each row and the gate, written with torch's distributions."""
    views = shape.views(flat)
    done = forward(shape, views, data.X, data.Z)
    gate = torch.softmax(done.logits, 0)
    if plan.objective == "squared":
        means = torch.sigmoid(done.outputs) if plan.binary else done.outputs
        return (data.y - (gate * means).sum(0)) ** 2, gate
    if plan.binary:
        density = torch.distributions.Bernoulli(logits=done.outputs).log_prob(data.y.expand_as(gate))
    else:
        density = torch.distributions.Normal(done.outputs, views["log_sigma"].exp()).log_prob(data.y)
    return -torch.logsumexp(torch.log(gate) + density, 0), gate


def automatic_gradient(shape: Shape, flat: torch.Tensor, data: Data, plan: Plan) -> torch.Tensor:
    """(1 − α) · mean + α · Σ λ_k L_k with the group losses of this one batch, by torch's autograd."""
    leaf = flat.clone().requires_grad_(True)
    loss, gate = row_loss(shape, leaf, data, plan)
    part = gate.detach()
    if plan.group_loss == "hard":
        part = torch.nn.functional.one_hot(part.argmax(0), shape.n_groups).T.to(part)
    counts = (part * data.weights).sum(1)
    of_groups = (part * data.weights * loss).sum(1)[counts > 0] / counts[counts > 0]
    if plan.group_loss == "online":
        focus = torch.softmax(0.01 * of_groups.detach(), 0)
    else:
        focus = torch.nn.functional.one_hot(of_groups.argmax(), len(of_groups)).to(of_groups)
    mean = (data.weights * loss).mean()
    objective = (1 - plan.training_strength) * mean + plan.training_strength * (focus * of_groups).sum()
    return torch.autograd.grad(objective, leaf, allow_unused=True)[0]


_SHAPES = (
    Shape(1, 3, 2, (5,), (4,)),
    Shape(3, 3, 2, (), ()),
    Shape(3, 3, 2, (5,), (4,)),
    with_linear_paths(Shape(2, 3, 2, (5, 4, 3), (4, 3))),
)


@pytest.mark.parametrize("shape", _SHAPES)
@pytest.mark.parametrize("objective", ["likelihood", "squared"])
@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize(
    ("group_loss", "strength"), [("soft", 0.0), ("soft", 0.6), ("hard", 1.0), ("online", 0.5)]
)
def test_written_gradients_are_those_of_autograd(shape, objective, binary, group_loss, strength):
    plan = a_plan(objective=objective, binary=binary, group_loss=group_loss, training_strength=strength)
    data, flat = some_rows(binary=binary), a_start(shape)
    expected = automatic_gradient(shape, flat, data, plan)
    assert torch.allclose(written_gradient(shape, flat, data, plan), expected, rtol=1e-9, atol=1e-12)


def test_a_gate_without_columns_is_constant_and_has_its_gradient():
    shape = Shape(2, 3, 0, (5,), (4,))
    data, flat = some_rows(d=0), a_start(shape)
    assert shape.gate_hidden == ()
    gradient = written_gradient(shape, flat, data, a_plan())
    assert torch.allclose(gradient, automatic_gradient(shape, flat, data, a_plan()))


def test_adam_steps_as_torch_does():
    generator = torch.Generator().manual_seed(0)
    start = torch.randn(7, generator=generator)
    mine, gradient = start.clone(), torch.zeros(7)
    adam = Adam(mine, gradient, 4, 0.1)
    decayed, free = (part.clone().requires_grad_(True) for part in (start[:4], start[4:]))
    theirs = torch.optim.AdamW(
        [{"params": [decayed], "weight_decay": 0.1}, {"params": [free], "weight_decay": 0.0}], lr=0.01
    )
    for _ in range(20):
        gradient.copy_(torch.randn(7, generator=generator))
        decayed.grad, free.grad = gradient[:4].clone(), gradient[4:].clone()
        adam.step(0.01)
        theirs.step()
    assert torch.allclose(mine, torch.cat([decayed, free]), atol=1e-6)


def plain_network(shape: Shape, flat: torch.Tensor) -> torch.nn.Sequential:
    """The same single network as anybody would write it."""
    views, width = shape.views(flat), shape.expert_hidden[0]
    net = torch.nn.Sequential(
        torch.nn.Linear(shape.n_expert_columns, width), torch.nn.ReLU(), torch.nn.Linear(width, 1)
    )
    with torch.no_grad():
        net[0].weight.copy_(views["experts.0.weight"].T)
        net[0].bias.copy_(views["experts.0.bias"])
        net[2].weight.copy_(views["experts.out"][0].T)
        net[2].bias.copy_(views["experts.bias"][0])
    return net


def test_one_group_trains_exactly_as_a_plain_network():
    shape, plan = Shape(1, 3, 2, (8,), (4,)), a_plan(objective="squared", epochs=5)
    wide = some_rows(n=60)
    data = Data(wide.X.float(), wide.Z.float(), wide.y.float(), wide.weights.float())
    start = initial(shape, torch.Generator().manual_seed(3))
    net, orders = plain_network(shape, start), torch.Generator().manual_seed(4)
    optimiser = torch.optim.AdamW(net.parameters(), lr=plan.learning_rate, weight_decay=0.0)
    for _ in range(plan.epochs):
        for rows in torch.randperm(len(data), generator=orders).split(plan.batch_size):
            optimiser.zero_grad()
            loss = (data.weights[rows] * (data.y[rows] - net(data.X[rows])[:, 0]) ** 2).mean()
            loss.backward()
            optimiser.step()
    trained = train(shape, start, data, None, plan, torch.Generator().manual_seed(4))
    mine = forward(shape, shape.views(trained.flat), data.X, data.Z).outputs[0]
    assert torch.allclose(mine, net(data.X)[:, 0], atol=1e-4)


def test_reordering_groups_permutes_outputs_and_changes_nothing_else():
    for shape in _SHAPES[1:]:
        data, flat = some_rows(), a_start(shape)
        order = torch.arange(shape.n_groups).flip(0)
        before = forward(shape, shape.views(flat), data.X, data.Z)
        after = forward(shape, shape.views(reordered(shape, flat, order)), data.X, data.Z)
        assert torch.allclose(after.outputs, before.outputs[order])
        assert torch.allclose(after.logits, before.logits[order])


def test_worst_group_is_chosen_by_running_averages_not_by_one_batch():
    focus = Focus("soft", 1.0, 2, torch.device("cpu"))
    gate = torch.tensor([[1.0, 0.0], [0.0, 1.0]])

    def coefficients(first: float, second: float) -> torch.Tensor:
        rows = Rows(torch.tensor([first, second]), gate, gate.clone(), gate.clone(), None)
        return focus.coefficients(rows, torch.ones(2))

    for _ in range(20):
        coefficients(2.0, 1.0)
    chosen = coefficients(1.0, 2.0)
    assert chosen[0] > 0
    assert chosen[1] == 0
