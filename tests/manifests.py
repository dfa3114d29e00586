"""What `deploy/` holds, as whoever deploys it gets it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[1] / "deploy"
KUBERNETES = DEPLOY / "kubernetes"

Manifest = dict[str, Any]


def written() -> Iterator[Manifest]:
    """Every manifest that is no kustomize's own, before it is built."""
    for path in sorted(KUBERNETES.rglob("*.yaml")):
        if path.name not in {"kustomization.yaml", "references.yaml"}:
            yield from yaml.safe_load_all(path.read_text())


def built(folder: Path) -> list[Manifest]:
    """What kustomize makes of a folder."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is absent: what kustomize makes of the overlays is not checked")
    done = subprocess.run(
        [kubectl, "kustomize", folder], capture_output=True, text=True, check=True
    )
    assert done.stderr == "", "nothing is deprecated"
    return list(yaml.safe_load_all(done.stdout))


def pods(manifests: list[Manifest]) -> dict[str, Mapping[str, Any]]:
    """The specification of each kind of pod, by what it is called."""
    found = {}
    for one in manifests:
        spec = one.get("spec", {})
        template = spec.get("template") or spec.get("jobTargetRef", {}).get("template")
        if template is not None:
            found[one["metadata"]["name"]] = template["spec"]
    return found


def compose() -> Manifest:
    """The compose file, its merges made."""
    read: Manifest = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return read
