import { html } from '../report/markup.js';
import type { Language } from './summary.js';

export const english: Language = {
  lang: 'en',
  file: 'summary',
  title: 'Summary',
  other: ['summary-ko', 'ko', '한국어'],
  computes: [
    'What batch normalization computes',
    () =>
      html`Each channel of a batch is shifted by its mean and scaled by its deviation, so that its values have mean zero and, but for ε, unit variance; then a learned scale γ and a learned shift β are applied. Training reads the statistics of the batch itself and keeps a running average of them. Inference reads that average, and is an affine map. Going back, the loss reaches an input not only through its own output but through the mean and the variance of its batch, which every element shares.`,
  ],
  formulas: [
    'The formulas',
    'Every formula of normalization; sums run over the elements of one channel',
    ['formula', 'in words'],
  ],
  laws: [
    'The laws',
    (f) =>
      html`${f.laws} laws say what a right kernel keeps, whatever the data. ${f.proved} of them are identities of the formulas and proved of them; the other ${f.tested} speak of bits, order, storage or limits, and are tested.`,
    'Laws by chapter, and how many of them are proved',
    ['chapter', 'laws', 'proved'],
  ],
  done: [
    'What was proved, tested and measured',
    (f) => [
      [
        'Proved',
        html`${f.proved} laws hold of the ${f.formulas} formulas in exact arithmetic, each tried at ${f.points} points for every size of the batch, drawn from 2 to the power of ${f.bits} whole numbers: a false one would pass with a chance of at most 2 to the power of −${f.weakest}. ${f.theorems} theorems on batches and their population hold exactly over every batch.`,
      ],
      [
        'Tested',
        html`${f.edits} edits of a formula and ${f.kernels} wrong kernels, ${f.seen} of them mistakes that somebody made, are refuted by the laws; ${f.decoys} decoys, other algebra for the same numbers, pass. ${f.profiles} dialects of frameworks are told from mistakes.`,
      ],
      [
        'Measured',
        html`${f.rows} rows of ${f.implementations} implementations answered ${f.cases} cases; ${f.conforming} rows conform. In laws that hold, the largest share of an allowance that any of them used is ${f.largest}.`,
      ],
      [
        'Bounded',
        html`${f.bounds} formulas derive, for every single element, what a right kernel may be off by. No tolerance is picked by hand.`,
      ],
    ],
  ],
  tried: ['Tried', (f) => html`${f.claims} claims of the course were tried by experiment.`],
  judge: [
    'How to judge a kernel',
    () =>
      html`A kernel is plugged in by an adapter in Python, JavaScript, C, C++, Rust or WebAssembly, or as any program that reads a pipe. It gets inputs and gives outputs; it never sees an expected value. It passes when every answer lies within what rounding alone can explain, and fails with the smallest case that shows why.`,
    [
      html`<code>exact</code>: the exact value, rounded once.`,
      html`<code>faithful</code>: one of the two neighbours of the exact value.`,
      html`<code>stable</code>: rounding errors that do not grow with the batch.`,
      html`<code>semantic</code>: what naive arithmetic gives with the right formula.`,
    ],
  ],
  chapters: {},
  sentences: {},
};
