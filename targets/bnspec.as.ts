// What bnspec.h says, for a kernel in AssemblyScript: put this file beside yours. The comments are there. Structures are read
// where the host laid them; `data` is an address, for load<f32> and store<f32>.

const TENSOR: usize = 152;
const INPUTS: usize = 11 * TENSOR;
const OUTPUTS: usize = 17 * TENSOR;

export const OK: i32 = 0;
export const ERROR: i32 = 1;
export const UNSUPPORTED: i32 = 2;
export const F64: i32 = 1;
export const F32: i32 = 2;
export const F16: i32 = 3;
export const BF16: i32 = 4;
export const I64: i32 = 5;

/** Memory for the host's tensors. */
export function bnspec_alloc(size: usize): usize {
  return heap.alloc(size);
}

/** A text as the host reads it. Keep what this gives in a constant. */
export function text(words: string): ArrayBuffer {
  return String.UTF8.encode(words, true);
}

@unmanaged
export class Tensor {
  data: usize;
  dtype: i32;
  rank: i32;
  size: i64;

  shape(axis: i32): i64 {
    return load<i64>(changetype<usize>(this) + ((<usize>axis) << 3), 24);
  }
  stride(axis: i32): i64 {
    return load<i64>(changetype<usize>(this) + ((<usize>axis) << 3), 88);
  }
}

function tensor(at: usize, number: usize): Tensor {
  return changetype<Tensor>(at + number * TENSOR);
}

// biome-ignore format: one field a line
@unmanaged
export class Inputs {
  private get at(): usize { return changetype<usize>(this); }
  get x(): Tensor { return tensor(this.at, 0); }
  get dy(): Tensor { return tensor(this.at, 1); }
  get gamma(): Tensor { return tensor(this.at, 2); }
  get beta(): Tensor { return tensor(this.at, 3); }
  get running_mean(): Tensor { return tensor(this.at, 4); }
  get running_var(): Tensor { return tensor(this.at, 5); }
  get vx(): Tensor { return tensor(this.at, 6); }
  get vgamma(): Tensor { return tensor(this.at, 7); }
  get vbeta(): Tensor { return tensor(this.at, 8); }
  get weight(): Tensor { return tensor(this.at, 9); }
  get bias(): Tensor { return tensor(this.at, 10); }
  get outer(): i64 { return load<i64>(this.at, INPUTS); }
  get channels(): i64 { return load<i64>(this.at, INPUTS + 8); }
  get inner(): i64 { return load<i64>(this.at, INPUTS + 16); }
  get epsilon(): f64 { return load<f64>(this.at, INPUTS + 24); }
  get momentum(): f64 { return load<f64>(this.at, INPUTS + 32); }
  get count(): i64 { return load<i64>(this.at, INPUTS + 40); }
  get layout(): i32 { return load<i32>(this.at, INPUTS + 48); }
  get relu(): i32 { return load<i32>(this.at, INPUTS + 52); }
  get step(): i32 { return load<i32>(this.at, INPUTS + 56); }
  get track(): i32 { return load<i32>(this.at, INPUTS + 60); }
  get rank(): i32 { return load<i32>(this.at, INPUTS + 64); }
  get dtype(): i32 { return load<i32>(this.at, INPUTS + 68); }
  get parts(): i32 { return load<i32>(this.at, INPUTS + 72); }
  /** Number `part` of the split batch. */
  xs(part: i32): Tensor { return tensor(load<usize>(this.at, INPUTS + 80), part); }
  dys(part: i32): Tensor { return tensor(load<usize>(this.at, INPUTS + 84), part); }
  /** The word that is yours of a layer. */
  get layer(): usize { return load<usize>(load<usize>(this.at, INPUTS + 88)); }
  set layer(word: usize) { store<usize>(load<usize>(this.at, INPUTS + 88), word); }
}

// biome-ignore format: one field a line
@unmanaged
export class Outputs {
  private get at(): usize { return changetype<usize>(this); }
  get y(): Tensor { return tensor(this.at, 0); }
  get dx(): Tensor { return tensor(this.at, 1); }
  get mean(): Tensor { return tensor(this.at, 2); }
  get variance(): Tensor { return tensor(this.at, 3); }
  get inv_std(): Tensor { return tensor(this.at, 4); }
  get running_mean(): Tensor { return tensor(this.at, 5); }
  get running_var(): Tensor { return tensor(this.at, 6); }
  get count(): Tensor { return tensor(this.at, 7); }
  get dgamma(): Tensor { return tensor(this.at, 8); }
  get dbeta(): Tensor { return tensor(this.at, 9); }
  get g_x(): Tensor { return tensor(this.at, 10); }
  get g_dy(): Tensor { return tensor(this.at, 11); }
  get g_gamma(): Tensor { return tensor(this.at, 12); }
  get weight(): Tensor { return tensor(this.at, 13); }
  get bias(): Tensor { return tensor(this.at, 14); }
  get gamma(): Tensor { return tensor(this.at, 15); }
  get beta(): Tensor { return tensor(this.at, 16); }
  ys(part: i32): Tensor { return tensor(load<usize>(this.at, OUTPUTS), part); }
  dxs(part: i32): Tensor { return tensor(load<usize>(this.at, OUTPUTS + 4), part); }
  set message(words: ArrayBuffer) { store<usize>(this.at, changetype<usize>(words), OUTPUTS + 8); }
}
