#!/bin/sh
# Makes .venv with what ./targets/torch.py and the tests need; again is harmless. Python 3.10 or newer, named by PYTHON if not python3.
# pip's own settings apply: PIP_EXTRA_INDEX_URL or PIP_INDEX_URL may name PyTorch's index of CPU-only builds, which are
# far smaller. Afterwards:
#
#   BNSPEC_PYTHON=.venv/bin/python npx bnspec run ./targets/torch.py
set -eu
cd "$(dirname "$0")/.."
[ -x .venv/bin/python ] || "${PYTHON:-python3}" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check numpy==2.4.6 torch==2.13.0 pytest==9.2.0
.venv/bin/python -c 'import numpy, torch; print("numpy", numpy.__version__, "torch", torch.__version__)'
