"""Every setting of a study: its kind, limits and default, declared once."""

from rome.settings.networks import MoESettings
from rome.settings.study import Settings

__all__ = ["MoESettings", "Settings"]
