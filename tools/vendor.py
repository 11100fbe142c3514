"""Front-end code of others that the pages carry: `python -m tools.vendor` fetches it anew, `--check` compares digests.

`static/vendor/vendor.json` names package, version and files with their SHA-256. Fetching uses npm (`npm pack`, which runs
no script of the package) and refuses a file whose digest differs: to take a new version, write its digest first.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parent.parent / "src/recado/web/static/vendor"


def packages() -> list[dict[str, Any]]:
    """What vendor.json says."""
    found: list[dict[str, Any]] = json.loads((VENDOR / "vendor.json").read_text("utf-8"))
    return found


def check() -> list[str]:
    """What differs from vendor.json, a line each; nothing: all is as it should be."""
    faults = []
    expected = {VENDOR / "vendor.json"}
    for package in packages():
        for name, digest in package["files"].items():
            path = VENDOR / package["folder"] / Path(name).name
            expected.add(path)
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                faults.append(f"{path.name} of {package['package']} is not the one of vendor.json")
    faults += [f"{path.name} is in no package" for path in VENDOR.rglob("*") if path.is_file() and path not in expected]
    return faults


def fetch() -> None:
    """Puts every file there anew. Raises SystemExit for one whose digest differs."""
    for package in packages():
        with tempfile.TemporaryDirectory() as folder:
            name = f"{package['package']}@{package['version']}"
            packed = subprocess.run(
                ["npm", "pack", "--silent", name], cwd=folder, check=True, capture_output=True, text=True
            )
            with tarfile.open(Path(folder) / packed.stdout.split()[-1]) as archive:
                for file, digest in package["files"].items():
                    _put(archive, package["folder"], file, digest)


def _put(archive: tarfile.TarFile, folder: str, file: str, digest: str) -> None:
    member = archive.extractfile(f"package/{file}")
    content = member.read() if member else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise SystemExit(f"{file} is not what vendor.json says. Nothing of it was written.")
    path = VENDOR / folder / Path(file).name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        faults = check()
        print("\n".join(faults) or "All as vendor.json says.")
        sys.exit(bool(faults))
    fetch()
