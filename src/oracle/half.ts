import type { Kernel } from './kernel.js';

/*
 * Between the formats of 16 bits and f32, which holds all their values. What is narrowed is an f32 already rounded from
 * the exact value; rounding again is right unless that f32 stands half way between two neighbours, so there it is missed.
 */

/** The exponent moves by 112; the product mends subnormals, which have no leading bit yet. */
export const fromHalf: Kernel = {
  over: { h: 'u16', x: 'f32' },
  given: {},
  does: `
    size = bits(float((h & 0x7fff) << 13) * ${2 ** 112})
    all = select((h & 0x7c00) == 0x7c00, size | 0x7f800000, size)
    x = float(all | ((h & 0x8000) << 16))`,
};

export const fromBrain: Kernel = {
  over: { h: 'u16', x: 'f32' },
  given: {},
  does: `
    x = float(h << 16)`,
};

/** Below 2^-14, where the steps of f16 are 2^-24, adding one half rounds to them: they are its last bits. */
export const toHalf: Kernel = {
  over: { x: 'f32', h: 'u16' },
  given: {},
  does: `
    sign = (bits(x) >>> 16) & 0x8000
    size = bits(x) & 0x7fffffff
    small = size < 0x38800000
    near = ((size + 0xfff) + ((size >>> 13) & 1)) >>> 13
    normal = lesser(near - 0x1c000, 0x7c00)
    lifted = float(size) + 0.5
    rest = abs(float(size) - (lifted - 0.5))
    h = select(small, bits(lifted) - 0x3f000000, normal) | sign
    miss select(small, rest == ${2 ** -25}, (size & 0x1fff) == 0x1000)`,
};

export const toBrain: Kernel = {
  over: { x: 'f32', h: 'u16' },
  given: {},
  does: `
    sign = (bits(x) >>> 16) & 0x8000
    size = bits(x) & 0x7fffffff
    h = (((size + 0x7fff) + ((size >>> 16) & 1)) >>> 16) | sign
    miss ((size & 0xffff) == 0x8000)`,
};
