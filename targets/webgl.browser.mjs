// A right batch normalization for WebGL 2, and the template of an adapter for one: copy it, put your shaders in, keep the rest.
//
//   bnspec run ./webgl.browser.mjs
//
// bnspec opens this module in a page of its own. What the functions get and return stands in plain.mjs. Arrays are textures of
// float32, an answer is a texture that is drawn into. GLSL allows inversesqrt 2 ulp and flushed subnormals: the card says so.

const canvas = new OffscreenCanvas(1, 1);
const gl = canvas.getContext('webgl2');
if (!gl?.getExtension('EXT_color_buffer_float'))
  throw new Error('this browser has no WebGL 2 with float textures: nothing can be judged here');
const info = gl.getExtension('WEBGL_debug_renderer_info');

export const card = {
  name: 'webgl two-pass',
  version: '1',
  dtypes: ['f32'],
  layouts: ['channels_first', 'channels_last'],
  saved: ['mean', 'inv_std'],
  profile: 'torch',
  algo: 'twopass',
  rsqrt_ulp: 2,
  ftz: true,
  device: String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER)),
};

const head = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
uniform sampler2D x, dy, given, stats, sums;    // given: gamma, beta, running mean and variance; stats: mean, variance, inv_std
uniform int channels, inner, m, width;
uniform bool frozen;
uniform float epsilon, over_m, alpha, keep, unbiased;
out vec4 result;

int me() { return int(gl_FragCoord.y) * width + int(gl_FragCoord.x); }
float of(sampler2D data, int i) { return texelFetch(data, ivec2(i % width, i / width), 0).r; }
vec4 per(sampler2D data, int c) { return texelFetch(data, ivec2(c, 0), 0); }
int at(int c, int k) { return (k / inner * channels + c) * inner + k % inner; }

/** A sum in blocks of blocks, so that its error does not grow with the batch. */
void add(inout vec3 sum, float term, int k) {
  sum.x += term;
  if (k % 64 == 63) { sum.y += sum.x; sum.x = 0.0; }
  if (k % 4096 == 4095) { sum.z += sum.y; sum.y = 0.0; }
}
float total(vec3 sum) { return sum.x + sum.y + sum.z; }
`;

const bodies = {
  // Of each channel. The mean twice: 1 / m is rounded, and so is its product; what both cost is the mean of what is left.
  statistics: `
    int c = int(gl_FragCoord.x);
    float mean = per(given, c).z;
    float variance = per(given, c).w;
    if (!frozen) {
      vec3 all = vec3(0), left = vec3(0), squares = vec3(0);
      for (int k = 0; k < m; k++) add(all, of(x, at(c, k)), k);
      mean = total(all) * over_m;
      for (int k = 0; k < m; k++) add(left, of(x, at(c, k)) - mean, k);
      mean += total(left) * over_m;
      for (int k = 0; k < m; k++) { float t = of(x, at(c, k)) - mean; add(squares, t * t, k); }
      variance = total(squares) * over_m;
    }
    float d = variance + epsilon;
    result = vec4(mean, variance, d == 0.0 ? 0.0 : inversesqrt(d), 0);`,
  averages: `
    int c = int(gl_FragCoord.x);
    vec4 s = per(stats, c), p = per(given, c);
    result = vec4(keep * p.z + alpha * s.x, keep * p.w + alpha * (s.y * unbiased), 0, 0);`,
  sums: `
    int c = int(gl_FragCoord.x);
    vec4 s = per(stats, c);
    vec3 of_dy = vec3(0), of_both = vec3(0);
    for (int k = 0; k < m; k++) {
      int i = at(c, k);
      add(of_dy, of(dy, i), k);
      add(of_both, of(dy, i) * ((of(x, i) - s.x) * s.z), k);
    }
    result = vec4(total(of_both), total(of_dy), 0, 0);`,
  // Of each element.
  forward: `
    int i = me(), c = i / inner % channels;
    vec4 s = per(stats, c), p = per(given, c);
    result = vec4((of(x, i) - s.x) * s.z * p.x + p.y);`,
  backward: `
    int i = me(), c = i / inner % channels;
    vec4 s = per(stats, c), d = per(sums, c);
    float through = 0.0;
    // Frozen statistics feel no dy: not even 0 times it, which may be NaN.
    if (!frozen) through = d.y * over_m + (of(x, i) - s.x) * s.z * (d.x * over_m);
    result = vec4(per(given, c).x * s.z * (of(dy, i) - through));`,
};

function compiled(type, text) {
  const shader = gl.createShader(type);
  gl.shaderSource(shader, text);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
  return shader;
}

// One triangle over everything.
const everywhere = compiled(
  gl.VERTEX_SHADER,
  '#version 300 es\nvoid main() { gl_Position = vec4(gl_VertexID == 1 ? 3 : -1, gl_VertexID == 2 ? 3 : -1, 0, 1); }',
);
const programs = Object.fromEntries(
  Object.entries(bodies).map(([name, body]) => {
    const program = gl.createProgram();
    gl.attachShader(program, everywhere);
    gl.attachShader(program, compiled(gl.FRAGMENT_SHADER, `${head}void main() {${body}\n}`));
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
    return [name, program];
  }),
);
gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
const widest = gl.getParameter(gl.MAX_TEXTURE_SIZE);

/** A texture of so many floats, `parts` (1 or 4) in a pixel, in rows as long as can be. */
function texture(length, parts, data = null) {
  const [internal, format] = parts === 4 ? [gl.RGBA32F, gl.RGBA] : [gl.R32F, gl.RED];
  const width = Math.min(length, widest);
  const height = Math.ceil(length / width);
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  gl.texStorage2D(gl.TEXTURE_2D, 1, internal, width, height);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
  if (data) {
    const padded = new Float32Array(width * height * parts);
    padded.set(data);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, format, gl.FLOAT, padded);
  }
  return { made, width, height, length };
}

/** The layer of a question: draws, and reads back what was drawn. */
function open(inputs, frozen) {
  const { x, dy, gamma, beta, running_mean, running_var, epsilon, momentum, count, layout } = inputs;
  const axis = layout === 'channels_first' ? 1 : x.shape.length - 1;
  const channels = x.shape[axis];
  const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const m = x.data.length / channels || 0;
  if (m === 1 && !frozen) throw new Error('expected more than 1 value per channel when training');
  if (!frozen && !dy && running_mean && momentum === undefined && count === undefined)
    throw new Error('running statistics need a momentum or a count');
  const given = new Float32Array(4 * channels);
  for (let c = 0; c < channels; c++)
    given.set([gamma?.data[c] ?? 1, beta?.data[c] ?? 0, running_mean?.data[c] ?? 0, running_var?.data[c] ?? 0], 4 * c);
  // Of no elements the statistics are the given ones.
  const alpha = m === 0 ? 0 : (momentum ?? 1 / Number((count ?? 0n) + 1n));
  const whole = { channels, inner, m, width: Math.min(Math.max(x.data.length, 1), widest), frozen: frozen ? 1 : 0 };
  const real = { epsilon, over_m: 1 / Math.max(m, 1), alpha, keep: 1 - alpha, unbiased: m / Math.max(m - 1, 1) };
  const textures = { given: texture(channels, 4, given) };
  if (m > 0)
    Object.assign(textures, { x: texture(x.data.length, 1, x.data), dy: texture(x.data.length, 1, (dy ?? x).data) });

  const draw = (name, into) => {
    const program = programs[name];
    gl.useProgram(program);
    const place = (uniform) => gl.getUniformLocation(program, uniform);
    for (const [uniform, value] of Object.entries(whole)) gl.uniform1i(place(uniform), value);
    for (const [uniform, value] of Object.entries(real)) gl.uniform1f(place(uniform), value);
    for (const [unit, [uniform, { made }]] of Object.entries(textures).entries()) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, made);
      gl.uniform1i(place(uniform), unit);
    }
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, into.made, 0);
    gl.viewport(0, 0, into.width, into.height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    const pixels = new Float32Array(4 * into.width * into.height);
    gl.readPixels(0, 0, into.width, into.height, gl.RGBA, gl.FLOAT, pixels);
    return pixels;
  };
  const column = (pixels, part, length) => Float32Array.from({ length }, (_, i) => pixels[4 * i + part]);
  return {
    /** One number of each channel, as the list of its parts; under its name later shaders read it. */
    perChannel(name, as = name) {
      const into = texture(channels, 4);
      const pixels = draw(name, into);
      textures[as] = into;
      return [0, 1, 2].map((part) => column(pixels, part, channels));
    },
    perElement(name) {
      if (m === 0) return new Float32Array(0);
      const into = texture(x.data.length, 1);
      const pixels = draw(name, into);
      gl.deleteTexture(into.made);
      return column(pixels, 0, x.data.length);
    },
    close() {
      for (const { made } of Object.values(textures)) gl.deleteTexture(made);
    },
  };
}

/** Answers by a layer. Of a context that is lost every pixel is 0: that is no answer, and the next page is asked instead. */
async function answering(inputs, frozen, use) {
  const layer = open(inputs, frozen);
  const outputs = use(layer);
  layer.close();
  const error = gl.getError();
  if (error === gl.NO_ERROR) return outputs;
  bnspec.stop(gl.isContextLost() ? 'the WebGL context was lost' : `WebGL error ${error}`);
  return new Promise(() => {});
}

export const train = (inputs) =>
  answering(inputs, false, (layer) => {
    const { running_mean, running_var, count } = inputs;
    const averaged = running_mean && running_var;
    const [mean, , inv_std] = layer.perChannel('statistics', 'stats');
    const [next_mean, next_var] = layer.perChannel('averages');
    return {
      y: layer.perElement('forward'),
      ...{ mean, inv_std },
      ...(averaged && { running_mean: next_mean, running_var: next_var }),
      ...(count !== undefined && { count: BigInt64Array.of(count + 1n) }),
    };
  });

export const infer = (inputs) =>
  answering(inputs, true, (layer) => {
    layer.perChannel('statistics', 'stats');
    return { y: layer.perElement('forward') };
  });

const differentiate = (frozen) => (inputs) =>
  answering(inputs, frozen, (layer) => {
    layer.perChannel('statistics', 'stats');
    const [dgamma, dbeta] = layer.perChannel('sums');
    return { dx: layer.perElement('backward'), ...(inputs.gamma && { dgamma }), ...(inputs.beta && { dbeta }) };
  });

export const grad = differentiate(false);
export const infer_grad = differentiate(true);
