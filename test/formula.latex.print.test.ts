import { expect, test } from 'vitest';
import { symbols } from '../spec/symbols.js';
import { latex } from '../src/formula/latex.js';
import { suite } from '../src/suite.js';

const { raw } = String;

/** Every formula of the specification in print, read by eye: what changes here must be read again. */
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
  statistics: {
    t: raw`x - \mu`,
    X: raw`\max \left|x\right|`,
    R: raw`\max \left|t\right|`,
    A1: raw`\frac{\sum \left|x\right|}{m}`,
    D1: raw`\frac{\sum \left|t\right|}{m}`,
    Q: raw`\frac{\sum x^{2}}{m}`,
    rho: raw`\begin{cases} 0 & \text{if } \mathit{unshifted} \\ R & \text{otherwise} \end{cases}`,
    g: raw`\begin{cases} \frac{1}{1 - \left(h + 16\right) \, u} & \text{if } 4 \, \left(h + 16\right) \, u \le 1 \\ \mathit{unbounded} & \text{otherwise} \end{cases}`,
    lam2: raw`\max\left(1, \frac{\mathit{log2\_m}}{2}\right)`,
    sums_fit: raw`4 \, \max\left(\max\left(\sum \left|x\right|, \begin{cases} 0 & \text{if } \mathit{unshifted} \\ m \, \left(\mathit{D1} + R\right) + 2 \, X & \text{otherwise} \end{cases}\right), \max\left(m \, \left(\sigma^2 + 4 \, \mathit{rho}^{2}\right), \mathit{semantic} \, m \, Q\right)\right) \le \mathit{Omega}`,
    e: raw`\begin{cases} 4 \, u \, X + 4 \, \mathit{eta} & \text{if } m = 1 \\ \left(\begin{cases} g \, \left(u \, \left(\mathit{h\_mean} + 3\right) \, \mathit{A1} + 4 \, \mathit{eta}\right) & \text{if } \mathit{twopass} + \mathit{sums} > 0 \\ g \, \left(u \, \left(\left(h + 4\right) \, \max\left(\mathit{A1}, \mathit{D1} + \mathit{rho}\right) + \left(6 + 4 \, \mathit{ln\_m}\right) \, X\right) + \left(m + 4\right) \, \mathit{eta}\right) & \text{otherwise} \end{cases}\right) + \mathit{ftz} \cdot 2 \, m \, \mathit{eta} & \text{otherwise} \end{cases}`,
    W: raw`\begin{cases} \sigma^2 & \text{if } \mathit{unshifted} \\ 2 \, \sigma^2 + 4 \, \mathit{rho}^{2} & \text{otherwise} \end{cases}`,
    E_stable: raw`\begin{cases} g^{2} \, \left(u \, \left(\mathit{h\_var} + 5\right) \, \left(\sigma^2 + e^{2}\right) + 2 \, e^{2}\right) + 4 \, \mathit{eta} & \text{if } \mathit{twopass} \\ g^{2} \, \left(u \, \left(\mathit{h\_var} + 8\right) \, W + 4 \, \sqrt{\mathit{lam2}} \, e \, \sqrt{\sigma^2} + 4 \, \mathit{lam2} \, e^{2}\right) + 6 \, \mathit{eta} & \text{otherwise} \end{cases}`,
    E_var: raw`\begin{cases} \mathit{E\_stable} + \mathit{semantic} \, \left(1 - \mathit{twopass}\right) \, \left(g^{2} \, u \, \left(h + 6\right) \, \left(Q + 2 \, \left|\mu\right| \, \mathit{A1} + \mu^{2}\right) + 8 \, \mathit{eta}\right) + \mathit{ftz} \cdot 2 \, m \, \mathit{eta} & \text{if } \mathit{sums\_fit} \\ \mathit{unbounded} & \text{otherwise} \end{cases}`,
  },
  given: {
    mu: raw`R_\mu`,
    sigma2: raw`R_{\sigma^2}`,
    t: raw`x - \mu`,
    g: raw`\begin{cases} \frac{1}{1 - \left(h + 16\right) \, u} & \text{if } 4 \, \left(h + 16\right) \, u \le 1 \\ \mathit{unbounded} & \text{otherwise} \end{cases}`,
    D1: raw`0`,
    e: raw`0`,
    E_var: raw`0`,
  },
  output: {
    d: raw`\sigma^2 + \varepsilon`,
    E_d: raw`\mathit{E\_var} + 2 \, u \, \left(d + \mathit{E\_var}\right) + 2 \, \mathit{eta}`,
    lost: raw`\frac{\min\left(\mathit{E\_d}, \sigma^2 + 4 \, u \, \varepsilon + 2 \, \mathit{eta}\right)}{d}`,
    rest: raw`\sqrt{1 - \mathit{lost}}`,
    r: raw`\frac{1}{\sqrt{d}}`,
    gained: raw`\frac{\mathit{E\_d}}{d}`,
    risen: raw`\sqrt{1 + \mathit{gained}}`,
    E_r: raw`r \, \max\left(\frac{\left(1 + 2 \, k \, u\right) \, \mathit{lost}}{\mathit{rest} \, \left(1 + \mathit{rest}\right)} + 2 \, k \, u, \frac{\frac{\mathit{gained}}{\mathit{risen} + 1} + 2 \, k \, u}{\mathit{risen}}\right) + \mathit{eta}`,
    r_most: raw`r + \mathit{E\_r}`,
    E_t: raw`e + u \, \left(\left|t\right| + e\right) + \mathit{ftz} \, \mathit{eta}`,
    T: raw`\left|t\right| + \mathit{E\_t}`,
    E_xhat: raw`T \, \mathit{E\_r} + r \, \mathit{E\_t} + u \, T \, \mathit{r\_most} + \mathit{eta} \, \left(1 + T + \mathit{r\_most}\right)`,
    E_scaled: raw`\left|\gamma\right| \, \mathit{E\_xhat} + u \, \left|\gamma\right| \, \left(\left|t\right| \, \mathit{r\_most} + \mathit{E\_xhat}\right) + \mathit{eta} \, \left(1 + \left|\gamma\right| + T\right)`,
    folding: raw`\begin{cases} 0 & \text{if } \mathit{direct} \\ g \, \mathit{u\_fold} \, \left(\left|\gamma\right| \, \mathit{r\_most} \, \left(\left|x\right| + 2 \, \left(\left|\mu\right| + e\right)\right) + \left|\beta\right|\right) + \mathit{eta} \, \left(3 + \left|x\right| + \left|\mu\right|\right) & \text{otherwise} \end{cases}`,
    y_fits: raw`4 \, \max\left(\mathit{r\_most}, 1\right) \, \max\left(\left|\gamma\right|, 1\right) \, \max\left(\begin{cases} T & \text{if } \mathit{direct} \\ \left|x\right| + \left|\mu\right| & \text{otherwise} \end{cases}, 1\right) \le \mathit{Omega}`,
    E_y: raw`\begin{cases} \mathit{E\_scaled} + u \, \left(\left|\gamma \, t \, r + \beta\right| + \mathit{E\_scaled}\right) + \mathit{ftz} \, \mathit{eta} + \mathit{folding} & \text{if } \mathit{y\_fits} \\ \mathit{unbounded} & \text{otherwise} \end{cases}`,
  },
  updates: {
    E_mean: raw`\begin{cases} e & \text{if } \mathit{sums\_fit} \\ \mathit{unbounded} & \text{otherwise} \end{cases}`,
    E_saved_var: raw`\mathit{E\_var} + u \, \left(\sigma^2 + \mathit{E\_var}\right)`,
    E_batch_var: raw`\begin{cases} \mathit{E\_saved\_var} & \text{if } m_R = m \\ \frac{\left(\mathit{E\_var} + 4 \, u \, \left(\sigma^2 + \mathit{E\_var}\right)\right) \, m}{m_R} + 2 \, \mathit{eta} & \text{otherwise} \end{cases}`,
    E_next_mean: raw`\begin{cases} \alpha \, e + 4 \, u \, \left(\left|R_\mu\right| + \alpha \, \left(\left|\mu\right| + e\right)\right) + 4 \, \mathit{eta} + \mathit{keep} \, u \, \left(\left|\mu\right| + e\right) & \text{if } \mathit{sums\_fit} \\ \mathit{unbounded} & \text{otherwise} \end{cases}`,
    E_next_var: raw`\alpha \, \mathit{E\_batch\_var} + 4 \, u \, \left(\left|R_{\sigma^2}\right| + \alpha \, \left(\tilde{\sigma}^2 + \mathit{E\_batch\_var}\right)\right) + 4 \, \mathit{eta} + \mathit{keep} \, u \, \left(\tilde{\sigma}^2 + \mathit{E\_batch\_var}\right)`,
  },
  gradients: {
    e_saved: raw`e + \mathit{u\_saved} \, \left(\left|\mu\right| + e\right) + \mathit{eta\_saved}`,
    E_r_saved: raw`\mathit{E\_r} + \mathit{u\_saved} \, \mathit{r\_most} + \mathit{eta\_saved}`,
    r_saved: raw`r + \mathit{E\_r\_saved}`,
    E_t_saved: raw`\mathit{e\_saved} + u \, \left(\left|t\right| + \mathit{e\_saved}\right)`,
    G: raw`\sum \bar{y}`,
    P: raw`\sum \bar{y} \, t`,
    c: raw`\frac{r^{2} \, P}{m}`,
    b: raw`\bar{y} - \frac{G}{m} - t \, c`,
    E_dbeta: raw`\begin{cases} g \, u \, \left(h + 1\right) \, \sum \left|\bar{y}\right| + \mathit{ftz} \, m \, \mathit{eta} & \text{if } 4 \, \sum \left|\bar{y}\right| \le \mathit{Omega} \\ \mathit{unbounded} & \text{otherwise} \end{cases}`,
    crossed: raw`\sum \left|\bar{y} \, x\right| + \left(\left|\mu\right| + \mathit{e\_saved}\right) \, \sum \left|\bar{y}\right|`,
    E_P: raw`\mathit{e\_saved} \, \left|G\right| + g \, u \, \left(h + 4\right) \, \sum \left|\bar{y}\right| \, \left(\left|t\right| + \mathit{e\_saved}\right) + 2 \, m \, \mathit{eta} + \mathit{semantic} \, \left(g \, u \, \left(h + 4\right) \, \mathit{crossed} + 2 \, m \, \mathit{eta}\right)`,
    P_most: raw`\sum \left|\bar{y}\right| \, \left(\left|t\right| + \mathit{e\_saved}\right) + \mathit{semantic} \, \mathit{crossed}`,
    E_dgamma: raw`\begin{cases} \left|P\right| \, \mathit{E\_r\_saved} + \mathit{r\_saved} \, \mathit{E\_P} + 2 \, u \, \mathit{r\_saved} \, \left(\left|P\right| + \mathit{E\_P}\right) + m \, \mathit{eta} \, \left(1 + \max \left|\bar{y}\right|\right) & \text{if } 4 \, \mathit{P\_most} \, \max\left(\mathit{r\_saved}, 1\right) \le \mathit{Omega} \\ \mathit{unbounded} & \text{otherwise} \end{cases}`,
    E_r2: raw`2 \, r \, \mathit{E\_r\_saved} + \mathit{E\_r\_saved}^{2} + \left(4 + 4 \, k\right) \, u \, \mathit{r\_saved}^{2}`,
    E_c: raw`\frac{\left|P\right|}{m} \, \mathit{E\_r2} + \frac{\left(r^{2} + \mathit{E\_r2}\right) \, \mathit{E\_P}}{m} + \frac{4 \, u \, \left(r^{2} + \mathit{E\_r2}\right) \, \left(\left|P\right| + \mathit{E\_P}\right)}{m} + 2 \, \mathit{eta} \, \left(1 + \mathit{r\_saved}^{2} + \frac{\left|P\right| + \mathit{E\_P}}{m}\right)`,
    c_most: raw`\left|c\right| + \mathit{E\_c}`,
    E_b: raw`\frac{\mathit{E\_dbeta}}{m} + \frac{2 \, u \, \left(\left|G\right| + \mathit{E\_dbeta}\right)}{m} + \mathit{eta} + \left|t\right| \, \mathit{E\_c} + \mathit{c\_most} \, \mathit{E\_t\_saved} + \mathit{c\_most} \, \left(2 \, \mathit{e\_saved} + g \, u \, \left(h + 2\right) \, \mathit{D1}\right) + 4 \, u \, \left(\left|\bar{y}\right| + \frac{\left|G\right|}{m} + \left|t\right| \, \mathit{c\_most}\right) + \mathit{eta} \, \left(2 + \left|t\right|\right)`,
    dx_folding: raw`\begin{cases} 0 & \text{if } \mathit{direct} \\ g \, u \, \left|\gamma\right| \, \mathit{r\_saved} \, \left(2 \, \left|\bar{y}\right| + 3 \, \mathit{c\_most} \, \left(\left|x\right| + \left|\mu\right| + \mathit{e\_saved}\right) + \frac{3 \, \left(\left|G\right| + \mathit{E\_dbeta}\right)}{m}\right) + \mathit{eta} \, \left(3 + \left|x\right| + \left|\bar{y}\right| + \left|\mu\right|\right) & \text{otherwise} \end{cases}`,
    dx_fits: raw`4 \, \max\left(2 \, \max\left(\mathit{r\_saved}, 1\right)^{3} \, \max\left(\left|\gamma\right|, 1\right) \, \max\left(\mathit{P\_most}, 1\right) \, \max\left(\left|t\right| + \mathit{E\_t\_saved}, 1\right), m \, \left(\max \left|\bar{y}\right|\right) \, \max\left(\left|\gamma\right|, 1\right)\right) \le \mathit{Omega}`,
    E_dx: raw`\begin{cases} \left|\gamma\right| \, \left(\mathit{r\_saved} \, \mathit{E\_b} + \mathit{E\_r\_saved} \, \left|b\right|\right) + 4 \, u \, \left|\gamma\right| \, \mathit{r\_saved} \, \left(\left|b\right| + \mathit{E\_b}\right) + \mathit{eta} \, \left(2 + \left|\gamma\right| + \mathit{r\_saved} + \left|\bar{y}\right|\right) + \frac{4 \, \mathit{eta} \, \left|\gamma\right| \, \left(\left|P\right| + \mathit{E\_P}\right) \, \left(\left|t\right| + \mathit{e\_saved}\right)}{m} + \mathit{dx\_folding} & \text{if } \mathit{dx\_fits} \\ \mathit{unbounded} & \text{otherwise} \end{cases}`,
  },
  frozenGradients: {
    dx_frozen_fits: raw`4 \, \max\left(\mathit{r\_most}, 1\right) \, \max\left(\left|\gamma\right|, 1\right) \, \max\left(\left|\bar{y}\right|, 1\right) \le \mathit{Omega}`,
    E_dx: raw`\begin{cases} \left|\gamma \, \bar{y}\right| \, \mathit{E\_r} + 3 \, u \, \left|\gamma \, \bar{y}\right| \, \mathit{r\_most} + \mathit{eta} \, \left(2 + \left|\gamma\right| + \left|\bar{y}\right| + \mathit{r\_most}\right) & \text{if } \mathit{dx\_frozen\_fits} \\ \mathit{unbounded} & \text{otherwise} \end{cases}`,
  },
};

const chapters = { ...suite.chapters, ...suite.bounds };

test.each(Object.entries(chapters))('%s', (id, chapter) => {
  const written = Object.entries(chapter).map(([name, { is }]) => [name, latex(is, symbols)]);
  expect(Object.fromEntries(written)).toEqual(rendered[id]);
});

test('no chapter is printed that is not there', () => {
  expect(Object.keys(rendered)).toEqual(Object.keys(chapters));
});
