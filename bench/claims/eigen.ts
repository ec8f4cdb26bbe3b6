/** The matrix of x'x / n with a column of ones added for the bias, row by row. */
export function gram(x: Float64Array, n: number, c: number): Float64Array[] {
  const size = c + 1;
  const at = (i: number, j: number): number => (j === c ? 1 : x[i * c + j]);
  const all = Array.from({ length: size }, () => new Float64Array(size));
  for (let i = 0; i < n; i += 1)
    for (let j = 0; j < size; j += 1) for (let k = 0; k < size; k += 1) all[j][k] += (at(i, j) * at(i, k)) / n;
  return all;
}

/** Eigenvalues of a symmetric matrix by Jacobi's rotations, and the greatest over the least. */
export function condition(matrix: readonly Float64Array[]): { values: Float64Array; number: number } {
  const a = matrix.map((row) => row.slice());
  const n = a.length;
  for (let sweep = 0; sweep < 60; sweep += 1)
    for (let p = 0; p < n; p += 1) for (let q = p + 1; q < n; q += 1) if (a[p][q] !== 0) rotate(a, p, q);
  const values = Float64Array.from(a, (row, i) => row[i]);
  return { values, number: Math.max(...values) / Math.min(...values) };
}

/** Turns the plane of two axes until their entry is 0. */
function rotate(a: Float64Array[], p: number, q: number): void {
  const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (const row of a) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
  for (let k = 0; k < a.length; k += 1) {
    const [x, y] = [a[p][k], a[q][k]];
    a[p][k] = c * x - s * y;
    a[q][k] = s * x + c * y;
  }
}
