import type { Kernel } from './kernel.js';

/** What `import(path)` gave. */
export type Exported = Partial<Kernel> & { readonly default?: Partial<Kernel> };

/** The kernel that a module exports: `card` and functions by name, or both in its default export. Throws TypeError. */
export function exported(module: Exported, path: string): Kernel {
  const kernel = module.card === undefined ? module.default : module;
  if (typeof kernel?.card !== 'object')
    throw new TypeError(`${path} exports no card: export const card = { name, dtypes }`);
  return kernel as Kernel;
}
