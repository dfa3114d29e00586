"""The manifests are Kubernetes' and KEDA's, and pods may do no more than they must."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
from cloudcoil.models.keda import v1alpha1 as keda
from manifests import KUBERNETES, Manifest, built, pods, written

OVERLAYS = [KUBERNETES / "overlays" / "cpu", KUBERNETES / "overlays" / "gpu"]

KEDA = "keda.sh/v1alpha1"


def closed(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """A schema that refuses fields it does not name."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(one) for name, one in schema.items()}
    if inner.get("type") == "object" and "properties" in inner:
        inner.setdefault("additionalProperties", False)
    return inner


def check(manifest: Manifest) -> None:
    """Raise what is wrong with a manifest."""
    if manifest["apiVersion"] == KEDA:
        model = getattr(keda, manifest["kind"])
        jsonschema.validate(manifest, closed(model.model_json_schema()))
    else:
        newest = kubernetes_validate.latest_version()
        kubernetes_validate.validate(manifest, newest, strict=True)


@pytest.fixture(params=OVERLAYS, ids=lambda folder: str(folder.name))
def overlay(request: pytest.FixtureRequest) -> list[Manifest]:
    return built(request.param)


def test_every_manifest_is_as_its_schema_says() -> None:
    manifests = list(written())

    for one in manifests:
        check(one)

    assert {one["kind"] for one in manifests} >= {
        "Deployment",
        "NetworkPolicy",
        "PodDisruptionBudget",
        "ScaledJob",
        "TriggerAuthentication",
    }


def test_what_kustomize_makes_is_as_its_schema_says(overlay: list[Manifest]) -> None:
    for one in overlay:
        check(one)


def test_a_wrong_field_would_be_found() -> None:
    for one in written():
        if "spec" in one:
            wrong = {**one, "spec": {**one["spec"], "replikas": 1}}
            with pytest.raises((jsonschema.ValidationError, kubernetes_validate.ValidationError)):
                check(wrong)


def test_a_worker_s_pod_is_a_job_s() -> None:
    (scaled,) = (one for one in written() if one["kind"] == "ScaledJob")
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "worker"},
        "spec": {
            name: one
            for name, one in scaled["spec"]["jobTargetRef"].items()
            if name in {"parallelism", "completions", "backoffLimit", "template"}
        },
    }

    check(job)


def test_no_pod_is_root_or_may_become_it_or_writes_into_its_image() -> None:
    for name, pod in pods(list(written())).items():
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] >= 1000, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name
            places = {one["mountPath"] for one in container["volumeMounts"]}
            assert places == {"/var/lib/diascribe", "/tmp"}, name  # noqa: S108


def test_every_pod_says_what_it_needs_and_at_most_takes() -> None:
    for name, pod in pods(list(written())).items():
        for container in pod["containers"]:
            assert {"cpu", "memory"} <= container["resources"]["requests"].keys(), name
            assert "memory" in container["resources"]["limits"], name


def test_secrets_are_named_and_never_written_down() -> None:
    manifests = list(written())

    assert "Secret" not in {one["kind"] for one in manifests}
    for name, pod in pods(manifests).items():
        for container in pod["containers"]:
            said = {one["name"]: one for one in container["env"]}
            assert {"DIASCRIBE_DATABASE", "DIASCRIBE_SECRET_KEY"} <= said.keys(), name
            assert all("secretKeyRef" in one["valueFrom"] for one in said.values()), name
            hook = said["DIASCRIBE_WEBHOOK_SECRET"]["valueFrom"]["secretKeyRef"]
            assert hook["optional"], name  # webhooks are refused without it


def test_the_service_s_health_is_asked_for_and_one_of_it_is_always_there() -> None:
    (api,) = pods([one for one in written() if one["metadata"]["name"] == "api"]).values()
    (budget,) = (one for one in written() if one["kind"] == "PodDisruptionBudget")
    (deployment,) = (
        one for one in written() if one["kind"] == "Deployment" and one["metadata"]["name"] == "api"
    )
    (container,) = api["containers"]

    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["startupProbe"]["httpGet"]["path"] == "/healthz"
    assert 1 <= budget["spec"]["minAvailable"] < deployment["spec"]["replicas"]
    assert budget["spec"]["selector"] == deployment["spec"]["selector"]


def test_nobody_speaks_but_who_is_named(overlay: list[Manifest]) -> None:
    policies = {
        one["metadata"]["name"]: one["spec"] for one in overlay if one["kind"] == "NetworkPolicy"
    }

    assert policies["nobody"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert policies["callers"]["policyTypes"] == ["Ingress"]
    for rule in policies["names-database-and-web"]["egress"]:
        for peer in rule.get("to", []):
            if peer.get("ipBlock", {}).get("cidr") == "0.0.0.0/0":
                assert "169.254.0.0/16" in peer["ipBlock"]["except"]


def test_every_pod_reads_the_settings_that_kustomize_makes(overlay: list[Manifest]) -> None:
    (settings,) = (one["metadata"]["name"] for one in overlay if one["kind"] == "ConfigMap")

    for name, pod in pods(overlay).items():
        for container in pod["containers"]:
            assert container["envFrom"][0] == {"configMapRef": {"name": settings}}, name


def test_only_workers_on_gpus_get_one_and_its_libraries() -> None:
    said = {folder.name: pods(built(folder)) for folder in OVERLAYS}
    images = {
        (overlay, name): container["image"]
        for overlay, found in said.items()
        for name, pod in found.items()
        for container in pod["containers"]
    }
    gpus = {
        (overlay, name): container["resources"]["limits"].get("nvidia.com/gpu")
        for overlay, found in said.items()
        for name, pod in found.items()
        for container in pod["containers"]
    }

    assert images == {
        ("cpu", "api"): "diascribe:cpu",
        ("cpu", "worker"): "diascribe:cpu",
        ("gpu", "api"): "diascribe:cpu",
        ("gpu", "worker"): "diascribe:cuda",
    }
    assert {place for place, count in gpus.items() if count == "1"} == {("gpu", "worker")}


def test_the_overlay_of_the_docs_has_its_images_settings_and_namespace(tmp_path: Path) -> None:
    page = (KUBERNETES.parents[1] / "docs" / "how-to" / "deploy.md").read_text()
    overlay = page.partition("```yaml\n")[2].partition("```")[0]
    place = tmp_path / "overlay"
    place.mkdir()
    up = "../" * (len(place.resolve().parts) - 1) + str(KUBERNETES.absolute().relative_to("/"))
    overlay = overlay.replace("../diascribe/deploy/kubernetes", up)
    (place / "kustomization.yaml").write_text(overlay)

    manifests = built(place)

    images = {name: pod["containers"][0]["image"] for name, pod in pods(manifests).items()}
    assert images["api"] == "your/diascribe:cpu"
    assert images["worker"] == "your/diascribe:cuda"
    (settings,) = (one["metadata"]["name"] for one in manifests if one["kind"] == "ConfigMap")
    for pod in pods(manifests).values():
        assert {"configMapRef": {"name": settings}} in pod["containers"][0]["envFrom"]
    for one in manifests:
        if one["kind"] != "Namespace":
            assert one["metadata"]["namespace"] == "diascribe"


def test_events_can_be_added_to_an_overlay(tmp_path: Path) -> None:
    here = KUBERNETES.absolute()
    place = tmp_path / "overlay"
    place.mkdir()
    up = "../" * (len(place.parts) - 1)
    (place / "kustomization.yaml").write_text(
        f"resources: [{up}{here.relative_to('/')}/overlays/cpu]\n"
        f"components: [{up}{here.relative_to('/')}/components/events]\n"
    )

    assert set(pods(built(place))) == {"api", "worker", "ingest"}
