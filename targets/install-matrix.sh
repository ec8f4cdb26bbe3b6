#!/bin/sh
# Makes what the rows of targets/matrix.json need beyond `npm ci` and targets/install.sh: virtual environments under .venvs,
# apart so that the frameworks do not fight over their versions, each with pinned ones. Again is harmless.
#
#   sh targets/install-matrix.sh                # all of them: some 4 GB
#   sh targets/install-matrix.sh runtimes       # or by name: torch frameworks runtimes others onednn chromium templates
#   npx bnspec matrix targets/matrix.json
#
# Python 3.11 or newer, named by PYTHON if not python3; pip's own settings apply. Two things are the system's: tinygrad compiles
# with clang, and oneDNN comes from its packages (apt-get install clang libdnnl-dev). Rows in a browser need a `chromium` on the
# path. Without them their rows say so and do not count.
set -eu
cd "$(dirname "$0")/.."

# make NAME PACKAGE... : a virtual environment with these packages
make() {
  name=$1
  shift
  echo ".venvs/$name: $*"
  [ -x ".venvs/$name/bin/python" ] || "${PYTHON:-python3}" -m venv ".venvs/$name"
  ".venvs/$name/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}

torch() {
  echo ".venv: PyTorch"
  sh targets/install.sh
}

frameworks() {
  torch
  make frameworks numpy==2.4.6 tensorflow-cpu==2.21.0 keras==3.15.1 jax==0.10.2 flax==0.12.8 dm-haiku==0.0.17 equinox==0.13.8
  # Keras on PyTorch: the one of .venv, seen from here rather than installed twice.
  sites='import sysconfig; print(sysconfig.get_path("purelib"))'
  .venv/bin/python -c "$sites" > "$(.venvs/frameworks/bin/python -c "$sites")/torch.pth"
}

runtimes() {
  make runtimes numpy==2.4.6 onnx==1.23.2 onnxruntime==1.31.1 openvino==2026.4.1 opencv-python-headless==5.0.0.93
}

others() {
  make others numpy==2.4.6 tinygrad==0.14.0 'mlx[cpu]==0.32.4' paddlepaddle==3.3.1
}

onednn() {
  if ! echo '#include <dnnl.hpp>' | c++ -E -x c++ - > /dev/null 2>&1; then
    echo "left out: oneDNN is not here (apt-get install libdnnl-dev)"
    return
  fi
  echo ".venvs/onednn: targets/onednn.cpp"
  mkdir -p .venvs/onednn
  cc -O2 -c targets/bnspec.c -o .venvs/onednn/bnspec.o
  c++ -O2 targets/onednn.cpp .venvs/onednn/bnspec.o -ldnnl -lm -o .venvs/onednn/onednn
}

chromium() {
  sh targets/install-chromium.sh || echo "left out: the rows in a browser"
}

templates() {
  echo ".venvs/templates: targets/kernel.c, targets/kernel.as.ts"
  mkdir -p .venvs/templates
  cc -O2 -shared -fPIC -o .venvs/templates/kernel.so targets/kernel.c -lm ||
    echo "left out: the C template"
  node_modules/.bin/asc targets/kernel.as.ts -O --runtime stub -o .venvs/templates/kernel.wasm
}

[ $# -gt 0 ] || set -- frameworks runtimes others onednn chromium templates
for name; do
  case $name in
    torch | frameworks | runtimes | others | onednn | chromium | templates) "$name" ;;
    *)
      echo "there is no $name: torch frameworks runtimes others onednn chromium templates" >&2
      exit 2
      ;;
  esac
done
