"""What is kept of each split and model: one small file, named by everything that decides it.

A comparison that was cut off goes on where it stopped, and one with other models, or more splits, takes
over what is there. Files are written beside their place and moved there, so that a kill leaves none half.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from rome.compare.registry import ModelSpec, chosen_specs
from rome.runtime.versions import versions
from rome.serialize.document import content_hash, damage_to, disk_refuses, read_npz, write_npz
from rome.settings.comparison import CompareSettings
from rome.table.roles import Roles

#: What is not the fits' concern.
_FREE = ("models", "n_splits", "latent_groups")
LATENT = "latent groups"


@dataclass(frozen=True)
class Kept:
    """One file: arrays, and a description in plain values."""

    arrays: dict[str, np.ndarray]
    description: dict[str, object]


def part_key(fingerprint: str, roles: Roles, settings: CompareSettings, spec: ModelSpec, split: int) -> str:
    """Return the name of a split and model: the same rows, settings and search, the same name."""
    decided = {name: value for name, value in asdict(settings).items() if name not in _FREE}
    space = {name: repr(values) for name, values in spec.space.items()}
    return _digest(fingerprint, roles.as_dict(), decided, spec.name, space, split)


def latent_key(fingerprint: str, roles: Roles, settings: CompareSettings, split: int) -> str:
    """Return the name of a split's latent groups."""
    decided = {name: getattr(settings, name) for name in ("test_size", "latent_groups", "random_state")}
    return _digest(fingerprint, roles.as_dict(), decided, LATENT, split)


def comparison_id(fingerprint: str, roles: Roles, settings: CompareSettings) -> str:
    """Return the identity of a comparison, 16 hex digits: the same content and settings, the same id.

    Raises
    ------
    SettingError
        A model of the settings is unknown, or its package is missing.
    """
    specs = chosen_specs(settings.models)
    spaces = {spec.name: {name: repr(values) for name, values in spec.space.items()} for spec in specs}
    return _digest(fingerprint, roles.as_dict(), asdict(settings), spaces)[:16]


def _digest(*content: object) -> str:
    return content_hash(*content, versions(), digits=32)


def write_part(folder: Path, key: str, kept: Kept) -> None:
    """Write a file at once or not at all.

    Raises
    ------
    StoreError
        It can't be written.
    """
    description = np.array(json.dumps(kept.description))
    remedy = "What is there stays; make room and run it again."
    with disk_refuses(f'The comparison can\'t be kept in "{folder}"', remedy):
        write_npz(folder / f"{key}.npz", description=description, **kept.arrays)


def has_part(folder: Path, key: str) -> bool:
    """Whether the file is there."""
    return (folder / f"{key}.npz").is_file()


def read_part(folder: Path, key: str) -> Kept:
    """Return what ``write_part`` wrote.

    Raises
    ------
    StoreError
        The file is missing or damaged.
    """
    path = folder / f"{key}.npz"
    with damage_to(f'"{path}"', "delete it and run the comparison again."):
        arrays = read_npz(path)
        return Kept(arrays, json.loads(str(arrays.pop("description"))))
