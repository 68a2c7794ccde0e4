"""Every hostile file that lies beside the checkout: it opens, or is refused in a sentence; nothing breaks."""

from __future__ import annotations

import pytest
from page_driver import go, start, upload, words

_NOT_TABLES = {".json", ".md"}


def test_every_hostile_file_opens_or_is_refused_in_plain_words(shared_folder):
    folder = shared_folder / "hostile"
    if not folder.is_dir():
        pytest.skip("the folder of hostile tables is not beside this checkout")
    for path in sorted(folder.iterdir()):
        if path.suffix in _NOT_TABLES or not path.is_file():
            continue
        at = upload(start(), path.name, path.read_bytes())
        opened = "is open:" in words(at)
        assert opened != bool(at.error), path.name
        if opened:
            go(at, "train")
        else:
            assert len(at.error[0].value) > 40, path.name
