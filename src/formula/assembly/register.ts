// A register holds the lower ends of some ranges one after the other, and the upper ends `beside` bytes behind them.
// Neither these nor whole registers are a power of two apart, or all of them would share a few lines of the cache.
export const count: i32 = 512;
export const beside: i32 = 8 * count + 64;
export const registerBytes: i32 = 2 * beside + 64;

export function put(to: i32, lo: f64, hi: f64): void {
  store<f64>(to, lo);
  store<f64>(to + beside, hi);
}
