"""Samples to try ROME on, the simulation of the paper, and one that is not linear."""

from rome.datasets.nonlinear import NonlinearSimulation, nonlinear_simulation
from rome.datasets.samples import SAMPLES, Sample, load_sample
from rome.datasets.simulation import Simulation, paper_simulation

__all__ = [
    "SAMPLES",
    "NonlinearSimulation",
    "Sample",
    "Simulation",
    "load_sample",
    "nonlinear_simulation",
    "paper_simulation",
]
