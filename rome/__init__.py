"""ROME: find the latent groups that one model fails, and predict well for the worst of them."""

__version__ = "0.1.0"
