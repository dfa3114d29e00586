#!/bin/sh
# Starts the worker; a network that was baked in finds speech unless another one is named.
set -eu
baked=/app/models/vad/whisperx-vad-segmentation.bin
if [ -z "${VAD_MODEL_PATH:-}" ] && [ -f "$baked" ]; then
  export VAD_MODEL_PATH="$baked"
fi
exec diascribe-runpod "$@"
