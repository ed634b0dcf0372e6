"""What is installed, and how a version makes room for another."""

import importlib
import importlib.metadata
import json
import pathlib
import sys


def installed_json() -> str:
    """Every installed distribution: name, version and Requires-Dist lines."""
    return json.dumps(
        [
            {"name": dist.name, "version": dist.version, "requires": dist.requires or []}
            for dist in importlib.metadata.distributions()
            if dist.name
        ]
    )


def remove(name: str) -> list[str]:
    """Removes an installed distribution's files. Gives the modules of it that were imported already."""
    dist = importlib.metadata.distribution(name)
    tops = set()
    for file in dist.files or []:
        tops.add(file.parts[0].removesuffix(".py"))
        pathlib.Path(str(dist.locate_file(file))).unlink(missing_ok=True)
    importlib.invalidate_caches()
    return sorted(top for top in tops if top in sys.modules)
