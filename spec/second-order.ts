import type { Chapter } from '../src/formula/chapter.js';

/**
 * Gradients of the gradients of training mode, for weights vx, vgamma, vbeta: those of
 * L = sum(vx * dx) + sum(vgamma * dgamma) + sum(vbeta * dbeta). Source: derived from the chapter `backward`.
 */
export const secondOrder = {
  p_dy: {
    is: 'dy - sum(dy) / m - xhat * sum(dy * xhat) / m',
    says: 'What dx is before gamma and the deviation.',
  },
  p_vx: {
    is: 'vx - sum(vx) / m - xhat * sum(vx * xhat) / m',
    says: 'The same of vx: the Jacobian of dx is symmetric.',
  },
  g_dy: {
    is: 'gamma / s * p_vx + vgamma * xhat + vbeta',
    says: 'The gradient of dy: L is linear in it.',
  },
  g_gamma: {
    is: 'sum(vx * p_dy) / s',
    says: 'The gradient of gamma: dx is gamma times something without it, and no other gradient has any.',
  },
  g_x: {
    is: 'vgamma / s * p_dy - gamma / s^2 * (xhat * sum(vx * p_dy) / m + p_vx * sum(dy * xhat) / m + p_dy * sum(vx * xhat) / m)',
    says: 'The gradient of the input: through the deviation, and through the normalized input twice.',
  },
} as const satisfies Chapter;
