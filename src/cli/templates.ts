import { fileURLToPath } from 'node:url';

/** Where the package keeps the adapters to copy. */
export const shelf = fileURLToPath(new URL('../../../targets/', import.meta.url));

/** What `bnspec init` writes for one language, and what is typed then. */
export interface Template {
  readonly says: string;
  /** The files it writes, by name, and the file of `targets/` that each is a copy of. */
  readonly files: Readonly<Record<string, string>>;
  /** What must be installed. */
  readonly needs: string;
  /** Commands to be typed one after the other; the last judges. */
  readonly commands: readonly string[];
}

/** Every template is a whole right kernel: what is typed passes before a line of it is changed. */
export const templates: Readonly<Record<string, Template>> = {
  python: {
    says: 'a Python script, here with numpy',
    files: { 'adapter.py': 'numpy_two_pass.py' },
    needs: 'Python 3.8 or newer with numpy',
    commands: ['bnspec run ./adapter.py'],
  },
  torch: {
    says: 'PyTorch on a CPU or GPU: functional, layer, gradients of both orders by autograd',
    files: { 'adapter.py': 'torch.py' },
    needs: 'Python 3.10 or newer with numpy and torch',
    commands: ["bnspec run ./adapter.py --dtype f64,f32 --skip 'second.*'"],
  },
  c: {
    says: 'a shared library in C',
    files: { 'kernel.c': 'kernel.c', 'bnspec.h': 'bnspec.h' },
    needs: 'a C compiler',
    commands: ['cc -O2 -shared -fPIC -o kernel.so kernel.c -lm', 'bnspec run ./kernel.so'],
  },
  program: {
    says: 'the same kernel as a program, for a pipe, ssh, or files on a machine without Node',
    files: { 'kernel.c': 'kernel.c', 'bnspec.h': 'bnspec.h', 'bnspec.c': 'bnspec.c' },
    needs: 'a C compiler',
    commands: ['cc -O2 -o kernel kernel.c bnspec.c -lm', 'bnspec run -- ./kernel'],
  },
  cpp: {
    says: 'a shared library in C++',
    files: { 'kernel.cpp': 'kernel.cpp', 'bnspec.h': 'bnspec.h' },
    needs: 'a C++ compiler',
    commands: ['c++ -O2 -shared -fPIC -o kernel.so kernel.cpp', 'bnspec run ./kernel.so'],
  },
  rust: {
    says: 'a shared library in Rust',
    files: { 'kernel.rs': 'kernel.rs', 'bnspec.rs': 'bnspec.rs' },
    needs: 'rustc',
    commands: ['rustc --edition 2021 --crate-type cdylib -O -o kernel.so kernel.rs', 'bnspec run ./kernel.so'],
  },
  wasm: {
    says: 'a WebAssembly module, here in AssemblyScript',
    files: { 'kernel.as.ts': 'kernel.as.ts', 'bnspec.as.ts': 'bnspec.as.ts' },
    needs: 'npx, which fetches the compiler',
    commands: [
      'npx -y -p assemblyscript@0.28.20 asc kernel.as.ts -O --runtime stub -o kernel.wasm',
      'bnspec run ./kernel.wasm',
    ],
  },
  cuda: {
    says: 'a shared library in CUDA',
    files: { 'kernel.cu': 'kernel.cu', 'bnspec.h': 'bnspec.h', 'bnspec.c': 'bnspec.c' },
    needs: 'nvcc and a GPU',
    commands: ['nvcc -O2 -shared -Xcompiler -fPIC -o kernel.so kernel.cu', 'bnspec run ./kernel.so'],
  },
  triton: {
    says: 'Triton through PyTorch; without a GPU in its interpreter, slowly',
    files: { 'adapter.py': 'triton_kernel.py' },
    needs: 'Python 3.10 or newer with numpy, torch and triton',
    commands: ['bnspec run ./adapter.py'],
  },
  browser: {
    says: 'a kernel for WebGPU, in a headless Chromium',
    files: { 'adapter.browser.mjs': 'webgpu.browser.mjs' },
    needs: 'Chromium; without a GPU it computes in software',
    commands: ['bnspec run ./adapter.browser.mjs'],
  },
  js: {
    says: 'a JavaScript module',
    files: { 'adapter.mjs': 'plain.mjs' },
    needs: 'nothing but Node',
    commands: ['bnspec run ./adapter.mjs'],
  },
};
