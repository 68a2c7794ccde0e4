"""Samples to try ROME on, and the simulation of the paper."""

from rome.datasets.samples import SAMPLES, Sample, load_sample
from rome.datasets.simulation import Simulation, paper_simulation

__all__ = ["SAMPLES", "Sample", "Simulation", "load_sample", "paper_simulation"]
