// A right batch normalization in plain JavaScript, and the template of an adapter: copy it, call your kernel, keep the rest.
//
//   bnspec run ./plain.mjs
//
// Each function gets { x, gamma?, beta?, running_mean?, running_var?, dy?, epsilon, momentum?, count?, layout }, arrays as
// { dtype, shape, data }, and returns typed arrays by name. f16 and bf16 would come as their bits in a Uint16Array.

export const card = {
  name: 'plain two-pass',
  version: '1',
  dtypes: ['f64', 'f32'],
  layouts: ['channels_first', 'channels_last'],
  saved: ['mean', 'inv_std'],
  profile: 'torch',
};

/** In halves: the error does not grow with the batch. */
function sum(a, from = 0, to = a.length) {
  const middle = (from + to) >> 1;
  if (to - from > 8) return sum(a, from, middle) + sum(a, middle, to);
  let s = 0;
  for (let k = from; k < to; k += 1) s += a[k];
  return s;
}

/** x by channels: element (o, c, i) of outer x C x inner; and its statistics, the batch's own or the frozen ones. */
function open({ x, layout, epsilon, gamma, beta }, frozen) {
  const axis = layout === 'channels_first' ? 1 : x.shape.length - 1;
  const [C, inner] = [x.shape[axis], x.shape.slice(axis + 1).reduce((a, b) => a * b, 1)];
  const m = x.data.length / C || 0;
  /** For every element of channel c: its number there, and its place. */
  const places = (c, each) => {
    for (let k = 0, o = c * inner; k < m; o += C * inner) for (let i = 0; i < inner; i += 1) each(k++, o + i);
  };
  const column = ({ data }, c) => {
    const values = new Float64Array(m);
    places(c, (k, at) => {
      values[k] = data[at];
    });
    return values;
  };
  const channels = Array.from({ length: C }, (_, c) => {
    const values = column(x, c);
    const mean = frozen ? frozen[0].data[c] : sum(values) / Math.max(m, 1);
    const variance = frozen ? frozen[1].data[c] : sum(values.map((v) => (v - mean) ** 2)) / Math.max(m, 1);
    const r = variance + epsilon === 0 ? 0 : 1 / Math.sqrt(variance + epsilon);
    const xhat = values.map((v) => (v - mean) * r);
    return { mean, variance, r, xhat, g: gamma?.data[c] ?? 1, b: beta?.data[c] ?? 0 };
  });
  if (m === 1 && !frozen) throw new Error('expected more than 1 value per channel when training');
  const List = x.data.constructor;
  const each = (of) => List.from(channels, of);
  const all = (values) => {
    const out = new List(x.data.length);
    channels.forEach((channel, c) => {
      const column = values(channel, c);
      places(c, (k, at) => {
        out[at] = column[k];
      });
    });
    return out;
  };
  return { m, channels, column, each, all };
}

const affine = ({ xhat, g, b }) => xhat.map((v) => v * g + b);

export function train(inputs) {
  const { m, each, all } = open(inputs);
  const { running_mean: mean, running_var: variance, momentum, count } = inputs;
  const outputs = { y: all(affine), mean: each((c) => c.mean), inv_std: each((c) => c.r) };
  if (count !== undefined) outputs.count = BigInt64Array.of(count + 1n);
  if (!mean || !variance) return outputs;
  if (momentum === undefined && count === undefined) throw new Error('running statistics need a momentum or a count');
  const a = m === 0 ? 0 : (momentum ?? 1 / Number(count + 1n));
  outputs.running_mean = each((c, i) => (1 - a) * mean.data[i] + a * c.mean);
  outputs.running_var = each((c, i) => (1 - a) * variance.data[i] + a * ((c.variance * m) / (m - 1)));
  return outputs;
}

export const infer = (inputs) => ({ y: open(inputs, [inputs.running_mean, inputs.running_var]).all(affine) });

export function grad(inputs, frozen) {
  const { m, channels, column, each, all } = open(inputs, frozen);
  const dys = channels.map((_, c) => column(inputs.dy, c));
  const dbeta = dys.map((dy) => sum(dy));
  const dgamma = dys.map((dy, c) => sum(dy.map((v, k) => v * channels[c].xhat[k])));
  const through = (v, x, c) => (frozen ? v : v - dbeta[c] / m - (x * dgamma[c]) / m);
  const outputs = { dx: all(({ g, r, xhat }, c) => dys[c].map((v, k) => g * r * through(v, xhat[k], c))) };
  if (inputs.gamma) outputs.dgamma = each((_, c) => dgamma[c]);
  if (inputs.beta) outputs.dbeta = each((_, c) => dbeta[c]);
  return outputs;
}

export const infer_grad = (inputs) => grad(inputs, [inputs.running_mean, inputs.running_var]);
