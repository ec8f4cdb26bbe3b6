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
