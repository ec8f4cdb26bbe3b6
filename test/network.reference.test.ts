import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import { certainly } from '../src/run/calculus.js';
import { agree } from '../src/run/foreseen-alike.js';
import { learn } from '../src/run/learning.js';
import { type Network, optimizers } from '../src/run/network.js';
import { byText, learner } from '../src/run/network-kernel.js';
import { taught } from '../src/run/taught.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';
import { drawn, kinds, torch } from './network.drawn.js';

const networks: [string, Network][] = [
  ...Object.entries(kinds).map(([name, wanted]): [string, Network] => [name, drawn(wanted, 11)]),
  ...optimizers.map((optimizer): [string, Network] => [
    optimizer,
    drawn({ ...kinds.sigmoid!, optimizer, batches: 3, biased: true }, 12),
  ]),
  ['convolution by adam', drawn({ ...kinds.convolution!, optimizer: 'adam', batches: 2 }, 13)],
];

/** What sixty digits of another program come to, by the names of the wire: fifty decimals each. */
type Told = Readonly<Record<string, readonly string[]>>;

const plain = (_: string, value: unknown): unknown => (value instanceof Float64Array ? [...value] : value);
const told = JSON.parse(
  execFileSync(
    process.env.BNSPEC_PYTHON ?? 'python3',
    [fileURLToPath(new URL('network.reference.py', import.meta.url))],
    {
      input: JSON.stringify(
        networks.map(([, network]) => network),
        plain,
      ),
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    },
  ),
) as Told[];

const bits = 192;
const decimals = 50;
/** Forty of the digits: what the reference loses of sixty, and of fifty decimals, lies far below. */
const agreed = 10n ** 10n;

/** Outputs that the enclosure does not hold to forty digits; all of the reference's must be there. */
function departures(network: Network, reference: Told, spec = suite.spec): string[] {
  const calculus = certainly(bits, spec.network.chapters, torch);
  const own = learn(network, calculus, { momentum: network.alpha });
  return Object.entries(reference)
    .filter(([name, digits]) => {
      const { data } = own.get(name)!;
      return (
        data.length !== digits.length ||
        !digits.every((text, i) => {
          const value = BigInt(text.replace('.', ''));
          const [lo, hi] = [data[i]!.lo, data[i]!.hi].map((end) => (end * 10n ** BigInt(decimals)) >> BigInt(bits));
          const size = value < 0n ? -value : value;
          const slack = agreed + (agreed * size) / 10n ** BigInt(decimals);
          return lo! - slack <= value && value <= hi! + slack && hi! - lo! < slack;
        })
      );
    })
    .map(([name]) => name);
}

describe('another program, which knows no formula of a gradient', () => {
  test.each(networks.map(([name, network], i) => [name, network, told[i]!] as const))(
    'trains %s to the same forty digits',
    (_name, network, reference) => {
      const { length } = network.stages;
      expect(Object.keys(reference).length).toBe(2 + length * (network.stages[0]!.bias ? 11 : 9));
      expect(departures(network, reference)).toEqual([]);
    },
  );

  test('one wrong digit of it is seen', () => {
    const [[, network], reference] = [networks[0]!, told[0]!];
    const [first, ...rest] = reference['dweight.1']!;
    const at = first!.indexOf('.') + 38;
    const digit = (Number(first![at]) + 5) % 10;
    const wrong = { ...reference, 'dweight.1': [`${first!.slice(0, at)}${digit}${first!.slice(at + 1)}`, ...rest] };
    expect(departures(network, wrong)).toEqual(['dweight.1']);
  });

  test('and so is a wrong text of ours', () => {
    const { network } = suite.spec;
    const edited = {
      ...network.chapters.linear,
      dweight: { ...network.chapters.linear.dweight!, is: 'sum(dZ * A_in) / N' },
    };
    const spec = { ...suite.spec, network: { ...network, chapters: { ...network.chapters, linear: edited } } };
    expect(departures(networks[0]![1], told[0]!, spec)).toContain('dweight.1');
  });
});

describe('the embedded networks', () => {
  const right = builtins['two-pass']!;
  const answers = async (kernel: Kernel, network: Network) =>
    (await taught(local('one', kernel), torch, network, '1')).answers;

  test.each(networks)('and those by text agree on %s', async (_name, network) => {
    const texts: Kernel = { ...right, steps: byText(suite.spec, suite.profiles.torch!) };
    const [own, other] = [await answers(right, network), await answers(texts, network)];
    expect(own.size).toBeGreaterThan(10);
    expect(agree(own, other, 'stable')).toBe(true);
    expect(agree(other, own, 'stable')).toBe(true);
  });

  test('and a wrong one does not', async () => {
    const mutant = suite.networkMutants.find(({ id }) => id === 'network.sigmoid-gradient-once')!;
    const wrong = learner(mutant, suite.spec, suite.profiles.torch!, () => right).make();
    const network = drawn(kinds.sigmoid!, 11);
    expect(agree(await answers(right, network), await answers(wrong, network), 'stable')).toBe(false);
  });
});
