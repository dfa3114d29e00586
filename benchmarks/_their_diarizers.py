"""The peer's half of `diarizers.py`: pyannote.audio on the same networks, in `.peers`.

    .peers/bin/python benchmarks/_their_diarizers.py FOLDER RECORDING.wav ACTIVITY.npy

Its segmentation runs and takes as long as it takes; what it says is replaced by who speaks in
truth, as in our half. Modules are imported by name, for they have no types.
"""

from __future__ import annotations

import json
import sys
import time
import wave
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from _diarizers import ENCODER, SEGMENTATION, WINDOW_S
from _measure import peak_mb
from _theirs import BATCH, PARAMETERS, calibration

PACKAGES = ("pyannote.audio", "torch", "numpy")


def main() -> None:
    """Diarize once and print what it took."""
    folder, recording, activity = map(Path, sys.argv[1:])
    numpy, torch, core = map(import_module, ("numpy", "torch", "pyannote.core"))
    pipeline = _pipeline(folder)
    truth = numpy.load(activity).astype(numpy.float32)
    heard = pipeline.get_segmentations

    def injected(file: Any, hook: Any = None) -> Any:  # noqa: ANN401 - as it is
        network = heard(file, hook=hook)
        assert network.data.shape == truth.shape, (network.data.shape, truth.shape)
        return core.SlidingWindowFeature(truth, network.sliding_window)

    pipeline.get_segmentations = injected
    with wave.open(str(recording)) as file:
        rate, data = file.getframerate(), file.readframes(file.getnframes())
    samples = torch.frombuffer(bytearray(data), dtype=torch.int16).float()[None] / 32768
    reached: dict[str, float] = {}
    begun = time.perf_counter()

    def hook(stage: str, *_: object, **__: object) -> None:
        reached[stage] = round(time.perf_counter() - begun, 2)

    pipeline({"waveform": samples, "sample_rate": rate}, hook=hook)
    found = {
        "seconds": time.perf_counter() - begun,
        "audio_s": samples.shape[1] / rate,
        "stages_end_s": reached,
        "peak_mb": peak_mb(),
        "versions": {name: version(name) for name in PACKAGES},
    }
    print(json.dumps(found))


def _pipeline(folder: Path) -> Any:  # noqa: ANN401 - pyannote.audio ships no types
    pipelines = import_module("pyannote.audio.pipelines")
    pipeline = pipelines.SpeakerDiarization(
        segmentation=_segmentation(folder / f"{SEGMENTATION}.npz"),
        segmentation_step=0.1,
        embedding=_encoder(folder / f"{ENCODER}.npz"),
        embedding_exclude_overlap=True,
        plda=calibration(),
        segmentation_batch_size=BATCH,
        embedding_batch_size=BATCH,
    )
    clustering = PARAMETERS["clustering"]
    return pipeline.instantiate(
        {"segmentation": {"min_duration_off": 0.0}, "clustering": clustering}
    )


def _segmentation(path: Path) -> Any:  # noqa: ANN401 - pyannote.audio ships no types
    task = import_module("pyannote.audio.core.task")
    network = import_module("pyannote.audio.models.segmentation").PyanNet(lstm={"num_layers": 4})
    network.specifications = task.Specifications(
        problem=task.Problem.MONO_LABEL_CLASSIFICATION,
        resolution=task.Resolution.FRAME,
        duration=WINDOW_S,
        classes=["one", "two", "three"],
        powerset_max_classes=2,
        permutation_invariant=True,
    )
    network.build()
    return _filled(network, path, "")


def _encoder(path: Path) -> Any:  # noqa: ANN401 - pyannote.audio ships no types
    encoders = import_module("pyannote.audio.models.embedding")
    return _filled(encoders.WeSpeakerResNet34(), path, "resnet.")


def _filled(network: Any, path: Path, prefix: str) -> Any:  # noqa: ANN401 - a torch module
    numpy, torch = import_module("numpy"), import_module("torch")
    state = {prefix + name: torch.from_numpy(value) for name, value in numpy.load(path).items()}
    told = network.load_state_dict(state, strict=False)
    assert not told.unexpected_keys, told.unexpected_keys
    lacking = [one for one in told.missing_keys if "num_batches" not in one]
    assert not lacking, lacking
    return network.eval()


if __name__ == "__main__":
    main()
