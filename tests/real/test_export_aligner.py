"""`tools/export_aligner.py` on tiny random models: what is exported hears what PyTorch hears."""

import subprocess
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from diascribe.models.ctc.layout import read_layout
from diascribe.models.ctc.network import Network
from diascribe.weights.session import Session

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".peers" / "bin" / "python"

LENGTHS = (16_000, 15_000, 8_001)
"""Samples of the sounds that are run at once, the longest first."""

SAVE = """
import json, sys
from pathlib import Path
import numpy as np
import torch
from transformers import Wav2Vec2Config, Wav2Vec2CTCTokenizer, Wav2Vec2FeatureExtractor
from transformers import Wav2Vec2ForCTC

sys.path.insert(0, sys.argv[1])
import export_aligner

masked, folder = sys.argv[2] == "masked", Path(sys.argv[3])
source = folder / "source"
source.mkdir()
letters = ("<pad>", "<s>", "</s>", "<unk>", "|", "A", "B", "C")
(source / "vocab.json").write_text(json.dumps({one: place for place, one in enumerate(letters)}))
torch.manual_seed(0)
model = Wav2Vec2ForCTC(Wav2Vec2Config(
    vocab_size=len(letters), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
    intermediate_size=64, conv_dim=(16,) * 7, num_conv_pos_embeddings=16,
    num_conv_pos_embedding_groups=2, pad_token_id=0, attn_implementation="eager",
    feat_extract_norm="layer" if masked else "group", do_stable_layer_norm=masked,
)).eval()
model.save_pretrained(source)
Wav2Vec2CTCTokenizer(source / "vocab.json").save_pretrained(source)
Wav2Vec2FeatureExtractor(return_attention_mask=masked).save_pretrained(source)
heard = {}
with torch.no_grad():
    for name, sound in np.load(folder / "sounds.npz").items():
        scaled = (sound - sound.mean()) / np.sqrt(sound.var() + 1e-7)
        heard[name] = torch.log_softmax(model(torch.tensor(scaled)[None]).logits[0], -1).numpy()
np.savez(folder / "heard.npz", **heard)
sys.argv = ["export_aligner.py", str(source), str(folder / "export")]
export_aligner.main()
"""
"""Saves a model, what it hears of sounds one by one, and its export."""


@dataclass(frozen=True)
class Exported:
    network: Network
    sounds: list[NDArray[np.float32]]
    """Each (time,)."""
    heard: list[NDArray[np.float32]]
    """What PyTorch hears of each: log probabilities (frame, token)."""


@pytest.fixture(scope="module")
def sounds() -> list[NDArray[np.float32]]:
    random = np.random.default_rng(0)
    return [random.normal(0, 0.1, length).astype(np.float32) for length in LENGTHS]


def exported(folder: Path, kind: str, sounds: list[NDArray[np.float32]]) -> Exported:
    if not PYTHON.exists():
        pytest.skip("exporting needs PyTorch and transformers: make .peers/peers.stamp")
    np.savez(folder / "sounds.npz", *sounds)
    given = [str(ROOT / "tools"), kind, str(folder)]
    done = subprocess.run([PYTHON, "-c", SAVE, *given], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    layout = read_layout(folder / "export")
    network = Network(Session(layout.network), layout, name=kind)
    heard = np.load(folder / "heard.npz")
    return Exported(network, sounds, [heard[f"arr_{place}"] for place in range(len(sounds))])


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory, sounds: list[NDArray[np.float32]]) -> Exported:
    return exported(tmp_path_factory.mktemp("masked"), "masked", sounds)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory, sounds: list[NDArray[np.float32]]) -> Exported:
    return exported(tmp_path_factory.mktemp("bare"), "bare", sounds)


def check(given: Exported, spelled: list[NDArray[np.float32]]) -> None:
    """The last token is our own: any letter."""
    for ours, theirs in zip(spelled, given.heard, strict=True):
        np.testing.assert_allclose(ours[:, :-1], theirs, atol=1e-4)


def test_a_model_trained_with_masks_hears_sounds_of_all_lengths_at_once(masked: Exported) -> None:
    assert masked.network.pads

    check(masked, masked.network.spell(masked.sounds))


def test_a_model_trained_without_masks_hears_them_one_by_one(bare: Exported) -> None:
    assert not bare.network.pads

    check(bare, list(chain.from_iterable(bare.network.spell([one]) for one in bare.sounds)))


def test_what_is_behind_a_sound_changes_what_a_model_without_masks_hears(bare: Exported) -> None:
    _, shorter, _ = bare.network.spell(bare.sounds)

    assert np.abs(shorter[:, :-1] - bare.heard[1]).max() > 1e-3
