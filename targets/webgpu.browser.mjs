// A right batch normalization for WebGPU, and the template of an adapter for one: copy it, put your shader in, keep the rest.
//
//   bnspec run ./webgpu.browser.mjs
//
// bnspec opens this module in a page of its own. What the functions get and return stands in plain.mjs; here they are async.
// WGSL allows inverseSqrt 2 ulp and may flush subnormals: the card says so. It allows a division 2.5 ulp: there is none.

const threads = 64;

// One workgroup for each channel: its statistics, then its elements.
const shader = /* wgsl */ `
struct Layer {
  channels: u32, inner: u32, m: u32, frozen: u32,
  epsilon: f32, over_m: f32, alpha: f32, keep: f32, unbiased: f32,
}
@group(0) @binding(0) var<uniform> layer: Layer;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> given: array<vec4f>;              // gamma, beta, running mean, running variance
@group(0) @binding(4) var<storage, read_write> channel: array<vec4f>;      // mean, inv_std, running ones; or dgamma, dbeta
@group(0) @binding(5) var<storage, read_write> element: array<f32>;        // y, or dx

var<workgroup> parts: array<f32, ${threads}>;

/** Where the k-th element of channel c lies. */
fn at(c: u32, k: u32) -> u32 { return (k / layer.inner * layer.channels + c) * layer.inner + k % layer.inner; }

/** The sum of what all threads have, in a tree. */
fn total(part: f32, me: u32) -> f32 {
  parts[me] = part;
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (me < half) { parts[me] += parts[me + half]; }
  }
  workgroupBarrier();
  let sum = parts[0];
  workgroupBarrier();
  return sum;
}

/** A sum in blocks of 64, so that its error does not grow with the batch. */
struct Sum { blocks: f32, block: f32, terms: u32 }
fn add(sum: ptr<function, Sum>, term: f32) {
  (*sum).block += term;
  (*sum).terms += 1u;
  if ((*sum).terms % 64u == 0u) { (*sum).blocks += (*sum).block; (*sum).block = 0.0; }
}

/** The mean of what is left of x when a guess is taken off. */
fn mean_of(c: u32, me: u32, guess: f32) -> f32 {
  var sum: Sum;
  for (var k = me; k < layer.m; k += ${threads}u) { add(&sum, x[at(c, k)] - guess); }
  return total(sum.blocks + sum.block, me) * layer.over_m;
}

fn variance_of(c: u32, me: u32, mean: f32) -> f32 {
  var sum: Sum;
  for (var k = me; k < layer.m; k += ${threads}u) { let t = x[at(c, k)] - mean; add(&sum, t * t); }
  return total(sum.blocks + sum.block, me) * layer.over_m;
}

/** Mean, variance and inverse deviation: the batch's own, or the given ones. */
fn statistics(c: u32, me: u32) -> vec3f {
  var mean = given[c].z;
  var variance = given[c].w;
  if (layer.frozen == 0u) {
    // Twice: 1 / m is rounded, and so is its product; what both have cost is the mean of what is left.
    mean = mean_of(c, me, 0.0);
    mean += mean_of(c, me, mean);
    variance = variance_of(c, me, mean);
  }
  let d = variance + layer.epsilon;
  return vec3f(mean, variance, select(inverseSqrt(d), 0.0, d == 0.0));
}

@compute @workgroup_size(${threads})
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) me: u32) {
  let c = group.x;
  let s = statistics(c, me);
  let p = given[c];
  if (me == 0u) {
    channel[c] = vec4f(s.x, s.z, layer.keep * p.z + layer.alpha * s.x, layer.keep * p.w + layer.alpha * (s.y * layer.unbiased));
  }
  for (var k = me; k < layer.m; k += ${threads}u) { let i = at(c, k); element[i] = (x[i] - s.x) * s.z * p.x + p.y; }
}

@compute @workgroup_size(${threads})
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) me: u32) {
  let c = group.x;
  let s = statistics(c, me);
  var of_dy: Sum;
  var of_both: Sum;
  for (var k = me; k < layer.m; k += ${threads}u) {
    let i = at(c, k);
    add(&of_dy, dy[i]);
    add(&of_both, dy[i] * ((x[i] - s.x) * s.z));
  }
  let dbeta = total(of_dy.blocks + of_dy.block, me);
  let dgamma = total(of_both.blocks + of_both.block, me);
  if (me == 0u) { channel[c] = vec4f(dgamma, dbeta, 0.0, 0.0); }
  for (var k = me; k < layer.m; k += ${threads}u) {
    let i = at(c, k);
    let xhat = (x[i] - s.x) * s.z;
    // Frozen statistics feel no dy: not even 0 times it, which may be NaN.
    let through = select(dbeta * layer.over_m + xhat * (dgamma * layer.over_m), 0.0, layer.frozen == 1u);
    element[i] = given[c].x * s.z * (dy[i] - through);
  }
}
`;

const adapter = await navigator.gpu?.requestAdapter();
if (!adapter) throw new Error('this browser has no WebGPU adapter: nothing can be judged here');
const device = await adapter.requestDevice({
  requiredLimits: Object.fromEntries(
    ['maxBufferSize', 'maxStorageBufferBindingSize'].map((name) => [name, adapter.limits[name]]),
  ),
});
// What is not answered by then is asked again of a fresh page.
device.lost.then(({ message }) => bnspec.stop(`the GPU device was lost: ${message}`));
device.addEventListener('uncapturederror', ({ error }) => bnspec.stop(`WebGPU refused: ${error.message}`));

export const card = {
  name: 'webgpu two-pass',
  version: '1',
  dtypes: ['f32'],
  layouts: ['channels_first', 'channels_last'],
  saved: ['mean', 'inv_std'],
  profile: 'torch',
  algo: 'twopass',
  rsqrt_ulp: 2,
  ftz: true,
  device: [adapter.info.vendor, adapter.info.architecture, adapter.info.description].filter(Boolean).join(' '),
};

const { COMPUTE } = GPUShaderStage;
const kinds = ['uniform', 'read-only-storage', 'read-only-storage', 'read-only-storage', 'storage', 'storage'];
const layout = device.createBindGroupLayout({
  entries: kinds.map((type, binding) => ({ binding, visibility: COMPUTE, buffer: { type } })),
});
const module = device.createShaderModule({ code: shader });
const pipeline = (entryPoint) =>
  device.createComputePipelineAsync({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module, entryPoint },
  });
const pipelines = { forward: await pipeline('forward'), backward: await pipeline('backward') };

/** Of a lost device it is told first that it is lost; a mere error would count as this kernel's answer. */
async function told(error) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  throw error;
}

/** Runs a shader; answers what it wrote of channels and of elements. */
async function run(name, inputs, frozen) {
  const { x, dy, gamma, beta, running_mean, running_var, epsilon, momentum, count, layout: order } = inputs;
  const axis = order === 'channels_first' ? 1 : x.shape.length - 1;
  const C = x.shape[axis];
  const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const m = x.data.length / C || 0;
  if (m === 1 && !frozen) throw new Error('expected more than 1 value per channel when training');
  const given = new Float32Array(4 * C);
  for (let c = 0; c < C; c++)
    given.set([gamma?.data[c] ?? 1, beta?.data[c] ?? 0, running_mean?.data[c] ?? 0, running_var?.data[c] ?? 0], 4 * c);
  // A shader has no empty buffers; of no elements the statistics are the given ones.
  if (m === 0)
    return {
      C,
      channel: name === 'forward' ? given.map((v, i) => (i % 4 < 2 ? 0 : v)) : given.fill(0),
      element: new Float32Array(0),
    };
  const alpha = momentum ?? 1 / Number((count ?? 0n) + 1n);
  const layer = new ArrayBuffer(48);
  new Uint32Array(layer).set([C, inner, m, frozen ? 1 : 0]);
  new Float32Array(layer).set([epsilon, 1 / m, alpha, 1 - alpha, m / (m - 1)], 4);

  const { UNIFORM, STORAGE, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
  const buffers = [];
  const buffer = (size, usage) => buffers[buffers.push(device.createBuffer({ size, usage })) - 1];
  try {
    const sent = (data, usage = STORAGE) => {
      const to = buffer(data.byteLength, usage | COPY_DST);
      device.queue.writeBuffer(to, 0, data);
      return to;
    };
    const [ofChannels, ofElements] = [given.byteLength, x.data.byteLength];
    const bound = [sent(layer, UNIFORM), sent(x.data), sent((dy ?? x).data), sent(given)];
    bound.push(buffer(ofChannels, STORAGE | COPY_SRC), buffer(ofElements, STORAGE | COPY_SRC));
    const back = buffer(ofChannels + ofElements, MAP_READ | COPY_DST);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipelines[name]);
    const entries = bound.map((one, binding) => ({ binding, resource: { buffer: one } }));
    pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
    pass.dispatchWorkgroups(C);
    pass.end();
    encoder.copyBufferToBuffer(bound[4], 0, back, 0, ofChannels);
    encoder.copyBufferToBuffer(bound[5], 0, back, ofChannels, ofElements);
    device.queue.submit([encoder.finish()]);
    await back.mapAsync(GPUMapMode.READ).catch(told);
    const all = new Float32Array(back.getMappedRange().slice(0));
    return { C, channel: all.subarray(0, 4 * C), element: all.subarray(4 * C) };
  } finally {
    for (const one of buffers) one.destroy();
  }
}

/** The k-th of the four numbers that a shader wrote for each channel. */
const list = ({ C, channel }, k) => Float32Array.from({ length: C }, (_, c) => channel[4 * c + k]);

export async function train(inputs) {
  const { running_mean, running_var, momentum, count } = inputs;
  const averaged = running_mean && running_var;
  if (averaged && momentum === undefined && count === undefined)
    throw new Error('running statistics need a momentum or a count');
  const done = await run('forward', inputs, false);
  return {
    y: done.element,
    mean: list(done, 0),
    inv_std: list(done, 1),
    ...(averaged && { running_mean: list(done, 2), running_var: list(done, 3) }),
    ...(count !== undefined && { count: BigInt64Array.of(count + 1n) }),
  };
}

export const infer = async (inputs) => ({ y: (await run('forward', inputs, true)).element });

export async function grad(inputs, frozen = false) {
  const done = await run('backward', inputs, frozen);
  return {
    dx: done.element,
    ...(inputs.gamma && { dgamma: list(done, 0) }),
    ...(inputs.beta && { dbeta: list(done, 1) }),
  };
}

export const infer_grad = (inputs) => grad(inputs, true);
