import { kebab, places } from './places.js';

/** What a chapter is called, and one sentence about it. */
export interface ChapterWords {
  readonly title: string;
  readonly says: string;
}

type Words = Readonly<Record<string, readonly [title: string, says: string]>>;

const spec: Words = {
  forward: ['Training', 'Each channel is normalized by the statistics of its own batch.'],
  inference: ['Inference', 'The running statistics stand in for those of the batch.'],
  running: ['Running statistics', 'What training keeps for inference: an average of the batches seen.'],
  averages: [
    'Ways to average',
    'The weight of the new batch, as the frameworks choose it: a profile names one of these.',
  ],
  backward: ['Gradients of training', 'The loss reaches the input through the output, the mean and the variance.'],
  frozen: [
    'Gradients of inference',
    'The statistics are constants, so the loss reaches the input through the output alone.',
  ],
  secondOrder: [
    'The second order',
    'The gradients of the gradients: those of L, a weighted sum of dx, dgamma and dbeta.',
  ],
  linear: ['Linear layers', 'What stands in front of normalization in a network.'],
  identity: ['No activation', 'What follows normalization where nothing is bent.'],
  relu: ['ReLU', 'The activation that cuts off.'],
  sigmoid: ['Sigmoid', 'The activation between 0 and 1.'],
  tanh: ['Hyperbolic tangent', 'The activation between -1 and 1.'],
  loss: ['Loss', 'What a network is trained to lessen.'],
  descent: ['Gradient descent', 'The step along the gradient.'],
  momentum: ['Momentum', 'The step along an average of gradients.'],
  rmsprop: ['RMSprop', 'The step divided by the size of recent gradients.'],
  adam: ['Adam', 'Both averages, freed of where they began.'],
};

const bounds: Words = {
  statistics: ['Batch statistics', 'What the mean and the variance may be off by.'],
  given: ['Given statistics', 'In inference the statistics are inputs: exact.'],
  output: ['The inverse deviation and the output', 'In terms of the errors of the statistics.'],
  updates: ['Saved and running statistics', 'What is stored for later.'],
  gradients: ['Gradients of training', 'dx, dgamma and dbeta.'],
  frozenGradients: ['Gradients of inference', 'They share all but dx.'],
  secondOrderBounds: [
    'The second order',
    'A product errs by the error of each factor, times the largest that the others come out as.',
  ],
};

/** Bounds of networks are of the chapters of networks. */
const around: Words = Object.fromEntries(
  Object.entries(spec).map(([name, [title]]) => [name, [title, 'What its formulas may be off by.']]),
);

const laws: Words = {
  forward: ['Training', 'What the output keeps to, whatever the data: shifts, scales, statistics, order.'],
  inference: ['Inference', 'An affine map by given statistics, and no state.'],
  limit: ['Limits', 'What inference comes to after many batches.'],
  running: ['Running statistics', 'How the averages move, and what they weigh.'],
  backward: ['Gradients of training', 'Sums and products that vanish, and the forward pass itself, differentiated.'],
  frozen: ['Gradients of inference', 'The same where the statistics are constants.'],
  sizes: ['Sizes', 'Long sums, many channels, odd extents.'],
  corners: ['Corners', 'NaN, infinities, zeros, one element, none.'],
  large: ['Large tensors', 'A few tensors that are large.'],
  network: ['Networks', 'Layers, activations, loss and optimizers around normalization, trained for some steps.'],
  resnet: ['Tensors of networks', 'The shapes of real networks, asked by a thorough run.'],
  state: ['Stateful layers', 'A layer over many steps, saved, restored and switched.'],
  sync: ['Split batches', 'A batch that several workers share.'],
  fold: ['Folding', 'A layer that becomes one scale and one shift.'],
  second: ['The second order', 'Gradients of gradients.'],
};

const mutants: Words = {
  forward: ['Training', 'Wrong in what training computes.'],
  reduction: ['Reductions', 'Sums over the wrong axes.'],
  inference: ['Inference', 'Wrong in what inference computes.'],
  running: ['Running statistics', 'Wrong in what is kept.'],
  backward: ['Gradients of training', 'Wrong in what flows back.'],
  frozen: ['Gradients of inference', 'Wrong where the statistics are constants.'],
  second: ['The second order', 'Wrong in the gradients of gradients.'],
  decoys: ['Decoys', 'Other algebra, the same numbers: they must pass.'],
  numerics: ['Numerics', 'Right formulas, computed so that too much is lost.'],
  dtype: ['Formats', 'Wrong in how numbers are stored or converted.'],
  memory: ['Memory', 'Wrong in what is written where.'],
  edge: ['Edges', 'Wrong at the ends: one element, zeros, NaN.'],
  state: ['State', 'Wrong in what is carried from call to call.'],
  sync: ['Split batches', 'Wrong where several workers share a batch.'],
  fold: ['Folding', 'Wrong once folded.'],
  layer: ['Layers', 'Stateful layers that go wrong over steps.'],
  'layer-kept': ['Layers: what is kept', 'Wrong in what a layer saves and restores.'],
  network: ['Networks', 'Wrong in what stands around normalization.'],
  'layer-gradient': ['Layers: gradients', 'Wrong in what flows back through a layer.'],
};

const all = { spec, bounds: { ...around, ...bounds }, laws, mutants };

/** A chapter that has no words here goes by its name. */
export function chapterWords(kind: keyof typeof all, chapter: string): ChapterWords {
  const [title, says] = all[kind][chapter] ?? [spoken(chapter), ''];
  return { title, says };
}

/** `fooBar` is `Foo bar`. */
const spoken = (name: string): string => {
  const words = kebab(name).replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Where docs/acceptance.md derives the bounds of a chapter: the words that its paragraph begins with. */
const derivations: Readonly<Record<string, string>> = {
  statistics: 'the-mean',
  given: 'gradients',
  output: 'the-inverse-deviation-and-both-sides-of-it',
  updates: 'running-statistics',
  gradients: 'gradients',
  frozenGradients: 'gradients',
  secondOrderBounds: 'the-second-order',
};

/** The address of a chapter's derivation. */
export const derivation = (chapter: string): string =>
  places.guide('acceptance.md', derivations[chapter] ?? 'what-the-bounds-are-made-of');
