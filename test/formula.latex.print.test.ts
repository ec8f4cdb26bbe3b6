import { expect, test } from 'vitest';
import { symbols } from '../spec/symbols.js';
import { latex } from '../src/formula/latex.js';
import { suite } from '../src/suite.js';

const { raw } = String;

/** The specification in print, read by eye: what changes here must be read again. The bounds stand in docs/bounds.md. */
const rendered: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  forward: {
    mu: raw`\frac{\sum x}{m}`,
    sigma2: raw`\frac{\sum \left(x - \mu\right)^{2}}{m}`,
    s: raw`\sqrt{\sigma^2 + \varepsilon}`,
    inv_std: raw`\frac{1}{s}`,
    xhat: raw`\frac{x - \mu}{s}`,
    y: raw`\gamma \, \hat{x} + \beta`,
  },
  inference: {
    y: raw`\frac{\gamma \, \left(x - R_\mu\right)}{\sqrt{R_{\sigma^2} + \varepsilon}} + \beta`,
  },
  running: {
    batch_var: raw`\frac{\sigma^2 \, m}{m_R}`,
    next_mean: raw`\left(1 - \alpha\right) \, R_\mu + \alpha \, \mu`,
    next_var: raw`\left(1 - \alpha\right) \, R_{\sigma^2} + \alpha \, \tilde{\sigma}^2`,
    next_count: raw`n + 1`,
  },
  averages: {
    take: raw`\lambda`,
    keep: raw`1 - \lambda`,
    cumulative: raw`\frac{1}{n + 1}`,
    debias: raw`\frac{1 - \lambda}{1 - \lambda^{n + 1}}`,
    copy: raw`\begin{cases} 1 & \text{if } n = 0 \\ 1 - \lambda & \text{otherwise} \end{cases}`,
  },
  backward: {
    dbeta: raw`\sum \bar{y}`,
    dgamma: raw`\sum \bar{y} \, \hat{x}`,
    dx: raw`\frac{\gamma}{s} \, \left(\bar{y} - \frac{\sum \bar{y}}{m} - \frac{\hat{x} \, \sum \bar{y} \, \hat{x}}{m}\right)`,
  },
  frozen: {
    dbeta: raw`\sum \bar{y}`,
    dgamma: raw`\frac{\sum \bar{y} \, \left(x - R_\mu\right)}{\sqrt{R_{\sigma^2} + \varepsilon}}`,
    dx: raw`\frac{\gamma \, \bar{y}}{\sqrt{R_{\sigma^2} + \varepsilon}}`,
  },
  secondOrder: {
    p_dy: raw`\bar{y} - \frac{\sum \bar{y}}{m} - \frac{\hat{x} \, \sum \bar{y} \, \hat{x}}{m}`,
    p_vx: raw`v_x - \frac{\sum v_x}{m} - \frac{\hat{x} \, \sum v_x \, \hat{x}}{m}`,
    g_dy: raw`\frac{\gamma}{s} \, p_v + v_\gamma \, \hat{x} + v_\beta`,
    g_gamma: raw`\frac{\sum v_x \, p_{\bar{y}}}{s}`,
    g_x: raw`\frac{v_\gamma}{s} \, p_{\bar{y}} - \frac{\gamma}{s^{2}} \, \left(\frac{\hat{x} \, \sum v_x \, p_{\bar{y}}}{m} + \frac{p_v \, \sum \bar{y} \, \hat{x}}{m} + \frac{p_{\bar{y}} \, \sum v_x \, \hat{x}}{m}\right)`,
  },
  linear: {
    Z: raw`\sum W^{[l]} \, A^{[l-1]}`,
    Z_biased: raw`\sum W^{[l]} \, A^{[l-1]} + b^{[l]}`,
    dweight: raw`\sum \bar{Z}^{[l]} \, A^{[l-1]}`,
    dbias: raw`\sum \bar{Z}^{[l]}`,
    dA_in: raw`\sum \bar{Z}^{[l]} \, W^{[l]}`,
  },
  identity: {
    A: raw`\tilde{Z}^{[l]}`,
    dY: raw`\bar{A}^{[l]}`,
  },
  relu: {
    A: raw`\max\left(\tilde{Z}^{[l]}, 0\right)`,
    dY: raw`\begin{cases} \bar{A}^{[l]} & \text{if } \tilde{Z}^{[l]} > 0 \\ 0 & \text{otherwise} \end{cases}`,
  },
  sigmoid: {
    A: raw`\frac{1}{1 + \exp\left(-\tilde{Z}^{[l]}\right)}`,
    dY: raw`\bar{A}^{[l]} \, A^{[l]} \, \left(1 - A^{[l]}\right)`,
  },
  tanh: {
    A: raw`1 - \frac{2}{\exp\left(2 \, \tilde{Z}^{[l]}\right) + 1}`,
    dY: raw`\bar{A}^{[l]} \, \left(1 - \left(A^{[l]}\right)^{2}\right)`,
  },
  loss: {
    J: raw`\frac{\sum \left(A^{[l]} - \mathit{target}\right)^{2}}{2 \, N}`,
    dA: raw`\frac{A^{[l]} - \mathit{target}}{N}`,
  },
  descent: {
    next_theta: raw`\theta - \mathit{rate} \, \bar{\theta}`,
  },
  momentum: {
    next_velocity: raw`\mathit{decay} \, \mathit{velocity} + \bar{\theta}`,
    next_theta: raw`\theta - \mathit{rate} \, \mathit{velocity}'`,
  },
  rmsprop: {
    next_square: raw`\mathit{decay\_square} \, \mathit{square} + \left(1 - \mathit{decay\_square}\right) \, \bar{\theta}^{2}`,
    next_theta: raw`\theta - \frac{\mathit{rate} \, \bar{\theta}}{\sqrt{\mathit{square}'} + \delta}`,
  },
  adam: {
    next_velocity: raw`\mathit{decay} \, \mathit{velocity} + \left(1 - \mathit{decay}\right) \, \bar{\theta}`,
    next_square: raw`\mathit{decay\_square} \, \mathit{square} + \left(1 - \mathit{decay\_square}\right) \, \bar{\theta}^{2}`,
    velocity_hat: raw`\frac{\mathit{velocity}'}{1 - \mathit{decay}^{\mathit{step}}}`,
    square_hat: raw`\frac{\mathit{square}'}{1 - \mathit{decay\_square}^{\mathit{step}}}`,
    next_theta: raw`\theta - \frac{\mathit{rate} \, \hat{\mathit{velocity}}}{\sqrt{\hat{\mathit{square}}} + \delta}`,
  },
};

test.each(Object.entries(suite.chapters))('%s', (id, chapter) => {
  const written = Object.entries(chapter).map(([name, { is }]) => [name, latex(is, symbols)]);
  expect(Object.fromEntries(written)).toEqual(rendered[id]);
});

test('no chapter is printed that is not there', () => {
  expect(Object.keys(rendered)).toEqual(Object.keys(suite.chapters));
});
