import { type Format, formats } from '../exact/format.js';
import { nextUp } from '../exact/grid.js';
import { brief } from '../report/figures.js';
import { visible } from '../report/visible.js';
import { type Blob, wireName, write } from '../wire/safetensors.js';
import { type Tensor, values } from '../wire/tensor.js';

/** So much of each tensor is shown. */
const shown = { bytes: 12, numbers: 4 };

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').replace(/..\B/g, '$& ');

/** A blob as it travels: the length prefix in hexadecimal, the header's JSON, then the first bytes of each tensor. */
export function exchanged(blob: Blob): string[] {
  const bytes = write(blob);
  const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const entries: object = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + header)));
  const json = Object.entries(entries).map(([name, entry]) => visible(`"${name}":${JSON.stringify(entry)}`));
  return [
    `${bytes.length} bytes; header length ${header}: ${hex(bytes.subarray(0, 8))}`,
    ...json.map((line, i) => (i === 0 ? '{' : ' ') + line + (i < json.length - 1 ? ',' : '}')),
    ...listed(blob.tensors),
  ];
}

/** One tensor per line: name, dtype, shape, bytes. */
export const listed = (all: ReadonlyMap<string, Tensor>): string[] =>
  [...all].map(([name, { dtype, shape, data }]) => {
    const kind = `${wireName(dtype)} [${shape.join(', ')}]`;
    return `${visible(name).padEnd(13)} ${kind.padEnd(12)} ${hex(data.subarray(0, shown.bytes))}${data.length > shown.bytes ? ' …' : ''}`;
  });

/** Each answered output beside the exact one, rounded once, and how many units of the last place lie between. */
export function compared(answered: ReadonlyMap<string, Tensor>, exact: ReadonlyMap<string, Tensor>): string[] {
  return [...answered].flatMap(([name, got]) => {
    const right = exact.get(name);
    if (right === undefined || right.dtype !== got.dtype || got.dtype === 'i64') return [];
    const [a, b] = [values(got), values(right)];
    const off = Math.max(...a.map((value, i) => ulps(value, b[i], got.dtype as Format)));
    const verdict =
      off === 0 ? 'the same bits' : `off by ${brief(off)} ${off === 1 ? 'unit' : 'units'} of the last place`;
    const digits = Math.ceil(formats[got.dtype as Format].p * Math.log10(2)) + 1;
    return [`${name}: ${verdict}`, `  got   ${some(a, digits)}`, ...(off === 0 ? [] : [`  exact ${some(b, digits)}`])];
  });
}

/** The first few numbers, with the digits that tell values of the format apart. */
const some = (all: Float64Array, digits: number): string =>
  Array.from(all.subarray(0, shown.numbers), (value) => String(Number(value.toPrecision(digits)))).join('  ') +
  (all.length > shown.numbers ? ' …' : '');

/** The distance in steps of the format above the exact value's magnitude; NaN and infinities are equal to themselves only. */
function ulps(got: number, exact: number, format: Format): number {
  if (Object.is(got, exact) || got === exact) return 0;
  const distance = Math.abs(got - exact) / (nextUp(Math.abs(exact), format) - Math.abs(exact));
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}
