import fc from 'fast-check';
import { network, networks } from '../properties/learner.js';
import { builtins } from '../src/builtin/catalogue.js';
import { Foresight } from '../src/run/foreseen.js';
import { optimizers } from '../src/run/network.js';
import type { Drawn } from '../src/run/property.js';
import { terms } from '../src/run/select.js';
import { subject } from '../src/run/subject.js';
import { suite } from '../src/suite.js';
import { local } from '../src/target/local.js';

/**
 * `npm run bench:widths`: how far apart right answers to a network may lie, by format, optimizer and number of batches, as
 * the bounds have it: half the width of the spans over the largest magnitude of their output, in the median and at the
 * 99th percentile. Nothing here is judged; the laws draw as many batches as this leaves room for.
 */
const target = local('two-pass', builtins['two-pass']!);
const of = subject(await target.hello(), suite.profiles.torch!, suite.spec);
const rows = 12;

const longer = (drawn: Drawn, batches: number): Drawn => {
  const { layer } = drawn;
  const [size, N] = [layer.x.length / layer.N, 1 + batches * (drawn.batch as number)];
  const round = (values: Float64Array): Float64Array =>
    Float64Array.from(
      { length: N * size },
      (_, i) => values[i % values.length]! * (1 - 2 ** -3 * Math.floor(i / values.length)),
    );
  return { ...drawn, layer: { ...layer, N, x: round(layer.x), dy: round(layer.dy) } };
};

for (const dtype of ['f64', 'f32'] as const)
  for (const optimizer of optimizers) {
    const line = [1, 2, 3].map((batches) => {
      const drawn = fc.sample(networks({ optimizer })(terms(of, [dtype], ['channels_first'])), {
        seed: 7,
        numRuns: rows,
      });
      const widths = drawn.flatMap((one) => {
        const made = network(longer(one as Drawn, batches), { optimizer });
        const learned = new Foresight(made, of.spec.network, of).at('stable');
        return [...learned].flatMap(([, { data }]) => {
          const known = data.filter(({ lo, hi }) => hi - lo < Infinity);
          const most = Math.max(...known.map(({ lo, hi }) => Math.abs(lo / 2 + hi / 2)), 2 ** -10);
          return data.map(({ lo, hi }) => (hi - lo < Infinity ? (hi / 2 - lo / 2) / most : Infinity));
        });
      });
      const sorted = widths.sort((a, b) => a - b);
      const at = (share: number): string => sorted[Math.floor(share * (sorted.length - 1))]!.toExponential(0);
      return `${batches}: ${at(0.5)} ${at(0.99)}`;
    });
    console.log(`${dtype} ${optimizer.padEnd(9)} ${line.join('   ')}`);
  }
