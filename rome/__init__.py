"""ROME: find the latent groups that one model fails, and predict well for the worst of them."""

__version__ = "0.2.0"
