"""Long recordings, made of one that is repeated."""

from __future__ import annotations

from pathlib import Path

import av


def repeated(source: Path, times: int, folder: Path) -> Path:
    """An Ogg file that plays `source` so many times, its packets copied."""
    path = folder / f"{times}_times.opus"
    with av.open(str(path), "w", format="ogg") as out:
        stream, offset = None, 0
        for _ in range(times):
            with av.open(str(source)) as media:
                track = media.streams.audio[0]
                stream = stream or out.add_stream_from_template(track)
                end = offset
                for packet in media.demux(track):
                    if packet.pts is None or packet.duration is None:
                        continue
                    packet.stream = stream
                    packet.pts += offset
                    packet.dts = packet.pts
                    end = max(end, packet.pts + packet.duration)
                    out.mux(packet)
                offset = end
    return path
