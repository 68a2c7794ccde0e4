"""Write the golden files anew: ``python -m tests.golden.make``, after a change that is meant to move them.

``python -m tests.golden.make --folders FOLDER`` writes whole studies instead, each with its table, as a zip
file: that is how ``studies_0_2_0`` was made. Files of a version that was released are never made again.
"""

from __future__ import annotations

import argparse
import tempfile
import zipfile
from pathlib import Path

from rome import store

from .digest import kept
from .studies import STUDIES

GOLDEN = Path(__file__).resolve().parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folders", type=Path)
    folders = parser.parse_args().folders
    for name, golden in STUDIES.items():
        finished = golden.run()
        with tempfile.TemporaryDirectory() as place:
            folder = store.write_folder(finished, Path(place) / "study")
            if folders is not None:
                _write_zip(folders / f"{name}.zip", golden.source(), folder)
                continue
            (GOLDEN / name).mkdir(exist_ok=True)
            for file, text in kept(finished.result, folder).items():
                (GOLDEN / name / file).write_bytes(text.encode("utf-8"))


def _write_zip(target: Path, source: bytes, folder: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    contents = {"table.csv": source}
    contents |= {
        f"study/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in contents.items():
            # The same date always, so that the same study is the same file.
            about = zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0))
            archive.writestr(about, content, zipfile.ZIP_LZMA)


if __name__ == "__main__":
    main()
