import type { Counterexample, LawResult, Report } from '../src/run/report.js';

/** A report made by hand, for the tests of the reporters: the run of the design's page, shortened. */
export function report(changes: Partial<Report> = {}): Report {
  return {
    schema: 'bnspec-report/1',
    bnspec: '0.1.0',
    target: { id: './adapter.py', card: { name: 'torch', version: '2.13.0+cpu', profile: 'torch' } },
    profile: 'torch',
    profileInferred: 'torch',
    dtypes: ['f64', 'f32', 'f16', 'bf16'],
    layouts: ['channels_first', 'channels_last'],
    seed: 1,
    effort: 'standard',
    shard: '1/1',
    required: 'semantic',
    complete: true,
    verdict: 'conforms',
    grade: 'stable',
    judged: ['train', 'infer', 'grad'],
    refused: ['infer_grad'],
    laws: [
      law('forward.shift', {
        cases: 2310,
        worst: { output: 'y', budget: 0.3141, ulps: 1.2 },
        heldBack: counterexample({ tier: 'faithful' }),
      }),
      law('forward.batch-mean', { grade: 'exact', worst: { output: 'mean', budget: 0, ulps: 0.5 } }),
      law('inference.output', { worst: { output: 'y', budget: 0.12, ulps: 0.7 }, notCheckable: 3 }),
      law('running.update-mean', { grade: 'faithful' }),
      law('backward.frozen', { status: 'refuses', cases: 0, elements: 0, message: 'op infer_grad is not on the card' }),
    ],
    diagnosis: [],
    power: { killed: 131, of: 131, survivors: [] },
    panel: { says: 'on par with two-pass', ratio: 1.4, like: 'two-pass' },
    warnings: [],
    exit: { code: 0, says: 'conforms (stable) for train, infer, grad; infer_grad refused' },
    environment: { node: 'v20.20.2', platform: 'linux x64' },
    durationMs: 2912,
    ...changes,
  };
}

export function law(id: string, changes: Partial<LawResult> = {}): LawResult {
  const tail = id.slice(id.indexOf('.') + 1);
  return {
    id,
    title: `The law of ${tail}`,
    law: 'z == y',
    status: 'holds',
    strict: true,
    grade: 'stable',
    cases: 100,
    elements: 1000,
    notCheckable: 0,
    worst: null,
    ...changes,
  };
}

export const counterexample = (changes: Partial<Counterexample> = {}): Counterexample => ({
  lhs: '2.8284270',
  rhs: '0',
  bound: '4.1e-6',
  where: 'dx[:,0]',
  tier: 'semantic',
  given: ['x = [[0],[1]]', 'dy = [[1],[0]]', 'gamma = 2', 'epsilon = 1/4', 'float32, channels_first'],
  shrinks: 12,
  seed: 1,
  path: '3:0:1',
  file: '.bnspec/failures/backward.sum-zero-3f2a.safetensors',
  replay: 'bnspec replay .bnspec/failures/backward.sum-zero-3f2a.safetensors',
  ...changes,
});

/** A law that fails, with its counterexample. */
export const failing = (id: string, changes: Partial<LawResult> = {}): LawResult =>
  law(id, {
    title: 'The gradient sums to zero over the batch',
    law: 'sum(dx) == 0',
    status: 'fails',
    grade: 'none',
    counterexample: counterexample(),
    ...changes,
  });
