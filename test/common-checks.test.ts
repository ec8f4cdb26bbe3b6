import { beforeAll, describe, expect, it } from 'vitest';
import { checks } from '../bench/checks.js';
import { figures, type Row, rows, wrongs } from '../bench/counting.js';
import { readme, textOf } from './readme.js';

/** What the bench computes, once for all tests. */
let all: Row[];
beforeAll(async () => {
  all = await rows();
}, 120_000);

/** The rows of the README's table: the check, then its figures. */
const table = (text: string): string[][] =>
  [...text.matchAll(/^\| (.+ \d+ of \d+) \|$/gm)].map(([, cells]) => cells!.split('|').map((cell) => cell.trim()));

describe('the checks in common use', () => {
  it('fare as the README says', () => {
    expect(table(textOf(readme))).toEqual(all.map((row) => [row.name, ...figures(row)]));
  });

  it.each(checks.map(({ name }, i) => ({ name, i })))('$name can pass and can fail', ({ i }) => {
    const { asked, through, right, rejects } = all[i]!;
    const caught = asked.filter((id) => !through.includes(id));
    expect(caught.length).toBeGreaterThan(0);
    expect(right.length).toBeGreaterThan(rejects.length);
  });

  it('let through all that they do not look at', () => {
    for (const { asked, through } of all)
      for (const { id } of wrongs) if (!asked.includes(id)) expect(through).toContain(id);
  });

  it('miss what is known of them: epsilon by 6 ULP, the divisor by 1e-4, gamma in a fresh layer', () => {
    const of = (name: string): readonly string[] => all.find((row) => row.name === name)!.through;
    expect(of('WPT WebNN f32')).toContain('inference.no-epsilon');
    expect(of('KernelBench f32')).toContain('forward.divides-by-one-less');
    expect(of('assert_close f32')).toContain('forward.ignores-gamma');
    expect(of('assert_close f32')).not.toContain('forward.keeps-mean');
  });

  it('and bnspec lets no wrong kernel through and rejects no right one', () => {
    const { through, asked, right, rejects, rejectsOffset } = all.at(-1)!;
    expect([through, rejects, rejectsOffset]).toEqual([[], [], []]);
    expect([asked.length, right.length]).toEqual([wrongs.length, 33]);
  });
});
