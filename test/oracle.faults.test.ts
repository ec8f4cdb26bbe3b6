import { describe, expect, it } from 'vitest';
import type { Format } from '../src/exact/format.js';
import { backwardBound } from '../src/oracle/backward.js';
import { type Host, type Kernels, kernels } from '../src/oracle/engine.js';
import { forwardBound } from '../src/oracle/forward.js';
import { Oracle } from '../src/oracle/oracle.js';
import { compared } from './oracle.compare.js';
import { type Drawn, drawn } from './oracle.drawn.js';

/** The kernels with one line of one of them changed. Throws unless the line is there, once. */
function edited(name: keyof Kernels, from: string, to: string): Kernels {
  const kernel = kernels[name];
  if (kernel.does.split(from).length !== 2) throw new Error(`${name} does not have '${from}' once`);
  return { ...kernels, [name]: { ...kernel, does: kernel.does.replace(from, to) } };
}

const bounds = { forward: forwardBound, backward: backwardBound };
const never = 'miss (c < c)';
type Fault = readonly [kernels: Kernels, bounds: typeof bounds, format: Format, outputs: RegExp];
const faults: Readonly<Record<string, Fault>> = {
  'y that is not tested': [edited('forward', 'miss differ(a, b)', never), bounds, 'f32', /y/],
  'dx that is not tested': [edited('backward', 'miss differ(l, u)', never), bounds, 'f32', /train dx/],
  'a scaled dy that is not tested': [edited('scale', 'miss (l != u)', 'miss (low < low)'), bounds, 'f32', /infer dx/],
  'y in pairs that is not tested': [edited('forward64', 'miss differ(l, u)', never), bounds, 'f64', /y/],
  'dx in pairs that is not tested': [edited('backward64', 'miss differ(l, u)', never), bounds, 'f64', /train dx/],
  'f16 that is not tested for midpoints': [
    edited('toHalf', '(size & 0x1fff) == 0x1000', 'size < size'),
    bounds,
    'f16',
    /y|dx/,
  ],
  'subnormal f16 that is not tested for midpoints': [
    edited('toHalf', 'rest == ', 'size < size | rest < 0 * '),
    bounds,
    'f16',
    /y|dx/,
  ],
  'bf16 that is not tested for midpoints': [
    edited('toBrain', '(size & 0xffff) == 0x8000', 'size < size'),
    bounds,
    'bf16',
    /y|dx/,
  ],
  'elements of x off the grid': [
    edited('squares', '(bits(x) & 0x7fffffff) + 0x7fffffff < floor', 'bits(x) < bits(x)'),
    bounds,
    'f32',
    /./,
  ],
  'elements of dy off the grid': [
    edited('products', '| ((bits(g) & 0x7fffffff) + 0x7fffffff < floorG)', ''),
    bounds,
    'f32',
    /./,
  ],
  'elements of x off the grid of f64': [edited('squares64', 'x3 != (x3 + C) - C', 'x3 != x3'), bounds, 'f64', /./],
  'a bound on y that is too small': [kernels, { ...bounds, forward: bounds.forward / 4096 }, 'f32', /y|infer dx/],
  'a bound on dx that is too small': [kernels, { ...bounds, backward: bounds.backward / 4096 }, 'f32', /dx/],
  'no bound on y in pairs': [kernels, { ...bounds, forward: 0 }, 'f64', /y/],
  'a bound on dx in pairs that is too small': [kernels, { ...bounds, backward: bounds.backward / 4096 }, 'f64', /dx/],
};

/** Channels in which a fault shows that the others have too seldom. */
const rare: Readonly<Record<string, (format: Format) => Iterable<Drawn>>> = {
  'elements of dy off the grid': (format) => drawn(41, 160, format),
  'no bound on y in pairs': (format) => drawn(5, 150, format, ['fifths']),
};
/** What the other faults show in. */
const hard = [
  'fifths',
  'almost constant',
  'fifths',
  'spread 2^30',
  'fifths',
  'one large',
  'fifths',
  'subnormal',
  'normal',
  'beside a midpoint',
];

describe('a fault of the oracle is noticed by the comparison with the text', () => {
  it.each(Object.entries(faults))('%s', (name, [from, narrowed, format, outputs]) => {
    for (const host of ['wasm', 'js'] as Host[]) {
      const { wrong } = compared(
        [new Oracle(host, from, narrowed)],
        rare[name]?.(format) ?? drawn(41, 54, format, hard),
      );
      expect(wrong.filter((line) => outputs.test(line.split('[')[0]!)).length).toBeGreaterThan(0);
    }
  });
});
