"""Only the file that was named is read, whatever it asks for."""

from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from media_files import recording, tone, write

from diascribe.errors import DiascribeError, MediaError

SCRIPTS = {
    "list.m3u8": (
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{path}\n#EXT-X-ENDLIST\n"
    ),
    "list.ffconcat": "ffconcat version 1.0\nfile '{path}'\n",
    "list.sdp": (
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n"
    ),
    "list.mpd": (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
        '<Period><AdaptationSet mimeType="audio/mp4"><Representation id="0">'
        "<BaseURL>{path}</BaseURL></Representation></AdaptationSet></Period></MPD>"
    ),
}


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("target", ["secret.wav", "file://{folder}/secret.wav", "/etc/passwd"])
def test_a_file_that_names_others_is_refused(tmp_path: Path, name: str, target: str) -> None:
    write(tmp_path / "secret.wav", tone(440, 1.0))
    script = tmp_path / name
    script.write_text(SCRIPTS[name].format(path=target.format(folder=tmp_path)))

    with pytest.raises(MediaError) as refused:
        recording(script)

    assert "root:" not in str(refused.value)


@pytest.mark.parametrize("path", ["http://127.0.0.1:9/a.wav", "concat:a.wav|b.wav", "file:a.wav"])
def test_a_protocol_is_only_an_odd_file_name(path: str) -> None:
    with pytest.raises(DiascribeError, match="No such file or directory"):
        recording(path)


def test_a_file_may_be_named_like_a_protocol(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "tone.wav", tone(440, 0.5))
    (tmp_path / "tone.wav").rename("concat:a|b.wav")

    found = recording("concat:a|b.wav")

    assert found.duration == 0.5


def test_tags_in_no_known_encoding_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "tagged.wav"
    write(path, tone(440, 0.5))
    content = path.read_bytes()
    tag = (
        b"LIST"
        + (16).to_bytes(4, "little")
        + b"INFOINAM"
        + (4).to_bytes(4, "little")
        + b"\xed\xff\xfe\0"
    )
    path.write_bytes(content[:12] + tag + content[12:])

    found = recording(path)

    assert found.duration == 0.5


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("good")
    codecs = {"wav": "pcm_s16le", "flac": "flac", "mp3": "libmp3lame", "mkv": "libopus"}
    for suffix, codec in codecs.items():
        pieces = [tone(440, 0.02, 48_000)] * 25
        write(folder / f"a.{suffix}", *pieces, codec=codec, rate_hz=48_000)
    return {suffix: (folder / f"a.{suffix}").read_bytes() for suffix in codecs}


@given(data=st.data())
def test_no_damage_gives_anything_but_our_errors(
    good: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(good[data.draw(st.sampled_from(sorted(good)))])
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(0, min(len(content) - 1, 600)))
        content[position] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content)

    try:
        found = recording(path)
    except DiascribeError:
        return

    assert found.samples.shape[1] >= 1


def test_the_best_track_is_the_default_one(tmp_path: Path) -> None:
    path = tmp_path / "tracks.mkv"
    with av.open(str(path), "w") as media:
        streams = [media.add_stream("pcm_s16le", rate=16_000, layout="mono") for _ in range(3)]
        streams[1].disposition = av.stream.Disposition.default
        for level, stream in zip((0.1, 0.2, 0.3), streams, strict=True):
            frame = av.AudioFrame("s16", "mono", 16_000)
            frame.planes[0].update(int(level * 32768).to_bytes(2, "little") * 16_000)
            frame.sample_rate, frame.pts = 16_000, 0
            media.mux(stream.encode(frame))

    found = recording(path)

    assert found.samples[8_000, 0] == int(0.2 * 32768)
    assert [remark.code for remark in found.remarks] == ["media_other_tracks"]
