/** A name of the specification: how it is printed, what it is, its shape per layer, and who gives it. */
export interface SpecSymbol {
  readonly latex: string;
  readonly says: string;
  readonly shape: 'N C S' | 'C' | '1';
  readonly owner: 'case' | 'spec' | 'profile' | 'bound';
}

/** Everything a formula may read. Names follow arXiv 1502.03167; `alpha` is what "momentum" means. */
export const symbols = {
  x: { latex: 'x', says: 'the input', shape: 'N C S', owner: 'case' },
  dy: { latex: '\\bar{y}', says: 'the gradient that arrives from above', shape: 'N C S', owner: 'case' },
  vx: {
    latex: 'v_x',
    says: 'the weight of dx in L, whose gradients are the second order',
    shape: 'N C S',
    owner: 'case',
  },
  vgamma: { latex: 'v_\\gamma', says: 'the weight of dgamma in L; 0 where gamma is absent', shape: 'C', owner: 'case' },
  vbeta: { latex: 'v_\\beta', says: 'the weight of dbeta in L; 0 where beta is absent', shape: 'C', owner: 'case' },
  gamma: { latex: '\\gamma', says: 'the scale; 1 where absent', shape: 'C', owner: 'case' },
  beta: { latex: '\\beta', says: 'the shift; 0 where absent', shape: 'C', owner: 'case' },
  epsilon: { latex: '\\varepsilon', says: 'the constant under the root', shape: '1', owner: 'case' },
  momentum: { latex: '\\lambda', says: 'the momentum that the caller sends', shape: '1', owner: 'case' },
  count: { latex: 'n', says: 'the batches seen before this one', shape: '1', owner: 'case' },
  running_mean: { latex: 'R_\\mu', says: 'the running mean before the batch', shape: 'C', owner: 'case' },
  running_var: { latex: 'R_{\\sigma^2}', says: 'the running variance before the batch', shape: 'C', owner: 'case' },
  m: { latex: 'm', says: 'elements per channel, N times S', shape: '1', owner: 'case' },
  N: { latex: 'N', says: 'samples', shape: '1', owner: 'case' },
  C: { latex: 'C', says: 'channels', shape: '1', owner: 'case' },
  S: { latex: 'S', says: 'positions per sample and channel', shape: '1', owner: 'case' },
  mu: { latex: '\\mu', says: 'the mean of the batch', shape: 'C', owner: 'spec' },
  sigma2: { latex: '\\sigma^2', says: 'the variance of the batch, divided by m', shape: 'C', owner: 'spec' },
  s: { latex: 's', says: 'the deviation, with epsilon under the root', shape: 'C', owner: 'spec' },
  inv_std: { latex: 's^{-1}', says: 'the inverse deviation', shape: 'C', owner: 'spec' },
  xhat: { latex: '\\hat{x}', says: 'the normalized input', shape: 'N C S', owner: 'spec' },
  y: { latex: 'y', says: 'the output', shape: 'N C S', owner: 'spec' },
  batch_var: {
    latex: '\\tilde{\\sigma}^2',
    says: 'the variance that the running average takes in',
    shape: 'C',
    owner: 'spec',
  },
  next_mean: { latex: "R'_\\mu", says: 'the running mean after the batch', shape: 'C', owner: 'spec' },
  next_var: { latex: "R'_{\\sigma^2}", says: 'the running variance after the batch', shape: 'C', owner: 'spec' },
  dx: { latex: '\\bar{x}', says: 'the gradient of the input', shape: 'N C S', owner: 'spec' },
  dgamma: { latex: '\\bar{\\gamma}', says: 'the gradient of gamma', shape: 'C', owner: 'spec' },
  dbeta: { latex: '\\bar{\\beta}', says: 'the gradient of beta', shape: 'C', owner: 'spec' },
  next_count: { latex: 'n_{\\text{next}}', says: 'the batches seen after this one', shape: '1', owner: 'spec' },
  take: {
    latex: '\\alpha_{\\text{take}}',
    says: 'alpha, where momentum weighs the new batch',
    shape: '1',
    owner: 'spec',
  },
  keep: {
    latex: '\\alpha_{\\text{keep}}',
    says: 'alpha, where momentum weighs the old value',
    shape: '1',
    owner: 'spec',
  },
  cumulative: {
    latex: '\\alpha_{\\text{cumulative}}',
    says: 'alpha, where all batches weigh the same',
    shape: '1',
    owner: 'spec',
  },
  debias: {
    latex: '\\alpha_{\\text{debias}}',
    says: 'alpha, where the sum is divided by its weights',
    shape: '1',
    owner: 'spec',
  },
  copy: { latex: '\\alpha_{\\text{copy}}', says: 'alpha, where the first batch is copied', shape: '1', owner: 'spec' },
  alpha: {
    latex: '\\alpha',
    says: 'the weight of the new batch in the running average: one of the formulas of averages',
    shape: '1',
    owner: 'profile',
  },
  p_dy: { latex: 'p_{\\bar{y}}', says: 'dx before gamma and the deviation', shape: 'N C S', owner: 'spec' },
  p_vx: { latex: 'p_v', says: 'the same of vx', shape: 'N C S', owner: 'spec' },
  g_x: { latex: 'g_x', says: 'the gradient of L by the input', shape: 'N C S', owner: 'spec' },
  g_gamma: { latex: 'g_\\gamma', says: 'the gradient of L by gamma', shape: 'C', owner: 'spec' },
  g_dy: { latex: 'g_{\\bar{y}}', says: 'the gradient of L by dy', shape: 'N C S', owner: 'spec' },
  divisor: { latex: 'm_R', says: 'what the running variance divides by: m or m - 1', shape: '1', owner: 'profile' },
} as const satisfies Readonly<Record<string, SpecSymbol>>;
