import fc from 'fast-check';
import type { Terms } from '../src/run/property.js';
import type { Step } from '../src/run/step.js';
import { pick, type Rng } from './random.js';

/** So many steps are drawn; shrinking may leave one. */
const length = [5, 9] as const;

/**
 * Sequences of steps as data, not as fast-check's commands: those are objects that run against a model, so a sequence
 * could neither be saved and replayed by itself, nor put before each mutant. A step that cannot be taken yet is left out.
 */
export class StepsArbitrary extends fc.Arbitrary<Step[]> {
  readonly #does: readonly Step['does'][];

  constructor({ profile: { ops, tracking } }: Terms) {
    super();
    const backward = ops.includes('grad') && ops.includes('infer_grad');
    this.#does = [
      ...(['train', 'train', 'train', 'infer', 'infer', 'infer', 'load', 'renew'] as const),
      ...(backward ? (['grad', 'grad'] as const) : []),
      ...(tracking === 'optional' ? (['rest'] as const) : []),
    ];
  }

  override generate(random: fc.Random): fc.Value<Step[]> {
    const rng: Rng = random;
    const steps = Array.from(
      { length: rng.nextInt(...length) },
      (): Step => ({ does: pick(rng, this.#does), on: pick(rng, [0, 0, 0, 1]), at: rng.nextInt(0, 2) }),
    );
    return new fc.Value(steps, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Step[] {
    return Array.isArray(value);
  }

  override shrink(steps: Step[]): fc.Stream<fc.Value<Step[]>> {
    return fc.stream(shorter(steps)).map((value) => new fc.Value(value, undefined));
  }
}

/** Fewer steps, boldest first; then one layer, and the first batch. */
function* shorter(steps: readonly Step[]): Generator<Step[]> {
  const half = Math.ceil(steps.length / 2);
  if (steps.length > 2) yield* [steps.slice(0, half), steps.slice(-half)];
  if (steps.length > 1) for (let i = 0; i < steps.length; i += 1) yield steps.toSpliced(i, 1);
  if (steps.some(({ on }) => on === 1)) yield steps.map((step) => ({ ...step, on: 0 }));
  for (const [i, step] of steps.entries()) {
    if (step.on === 1) yield steps.with(i, { ...step, on: 0 });
    if (step.at > 0) yield steps.with(i, { ...step, at: 0 });
  }
}
