import { describe, expect, it } from 'vitest';
import { keys } from '../spec/profiles.js';
import type { Chapter } from '../src/formula/chapter.js';
import { replace } from '../src/formula/edit.js';
import { parse } from '../src/formula/parse.js';
import { mutantKernel, specKernel } from '../src/run/formula-kernel.js';
import type { Op } from '../src/run/layer.js';
import { gathered, type Profile } from '../src/run/profile.js';
import { suite } from '../src/suite.js';
import { asked, type Judged, judged, verdict } from './judging.js';

const names = Object.keys(suite.profiles);
const { torch } = suite.profiles;

/** What tells dialects apart where they are judged; the rest says where they come from and what their callers leave out. */
const judging = ({
  title: _,
  momentum: __,
  epsilon: ___,
  initial: ____,
  source: _____,
  note: ______,
  ...rest
}: Profile) => rest;

/** Profiles that are judged alike: one speaks for all. */
const groups = new Map<string, string[]>();
for (const name of names) {
  const key = JSON.stringify(judging(suite.profiles[name]!));
  groups.set(key, [...(groups.get(key) ?? []), name]);
}
const alike = [...groups.values()].map((group) => ({ name: group[0]!, group: group.join(' ') }));

const itself = (name: string): Promise<Judged> => judged(specKernel(suite.spec, suite.profiles[name]!, name), name);

describe('a profile', () => {
  const without = ({ m1: _, divisor: __, ...rest }: Profile) => rest as Profile;

  it.each([
    [{ 'spec/a.ts': { mine: without(torch) } }, "spec/a.ts: profile 'mine' lacks divisor, m1; add it"],
    [{ 'spec/a.ts': { mine: { ...torch, unbiased: true } } }, 'unknown key unbiased; a profile has title, ops'],
    [
      { 'spec/a.ts': { mine: torch }, 'spec/b.ts': { mine: torch } },
      "spec/b.ts: profile 'mine' stands in another file",
    ],
  ])('that is not in form keeps the suite from starting: %#', (files, message) => {
    expect(() => gathered(files, keys)).toThrow(message);
  });

  it('has the keys of every other, and says where it was read', () => {
    expect(names.length).toBeGreaterThanOrEqual(47);
    expect(gathered({ 'spec/a.ts': suite.profiles }, keys)).toEqual(suite.profiles);
    for (const { source, ops, update } of Object.values(suite.profiles)) {
      expect(source).toMatch(/^\S+.*[:\d]/);
      expect(ops).not.toEqual([]);
      if (update !== 'none') expect(suite.chapters.averages).toHaveProperty(update);
    }
  });

  it.each(names)('%s: departs from formulas that there are, and waives laws that there are', (name) => {
    const { reads = {}, formulas = {}, waives = [] } = suite.profiles[name]!;
    const ids = suite.laws.map(({ id }) => id);
    expect(waives.filter((id) => !ids.includes(id))).toEqual([]);
    for (const text of Object.values(formulas).flatMap((own) => Object.values(own)))
      expect(() => parse(text)).not.toThrow();
    for (const [op, own] of Object.entries(reads) as [Op, Record<string, string>][]) {
      const chapters: readonly Chapter[] = [...suite.spec.chapters[op], ...suite.spec.bounds[op]];
      const laws = suite.laws.filter(({ of }) => of === op).map(({ law }) => (typeof law === 'string' ? law : ''));
      const texts = [...laws.filter(Boolean), ...chapters.flatMap((one) => Object.values(one).map(({ is }) => is))];
      const stale = Object.entries(own).filter(([from, to]) => texts.every((text) => replace(text, from, to) === text));
      expect(stale, `${name} ${op}`).toEqual([]);
    }
  });
});

describe('the rounded specification of every dialect', () => {
  it.each(alike)('$group: holds the laws that are asked of it, and none is vacuous', async ({ name }) => {
    const of = await itself(name);
    const laws = asked(of).filter(({ few }) => !few);
    expect(laws.length).toBeGreaterThan(15);
    const found: string[] = [];
    for (const law of laws) {
      const { status, message } = await verdict(law, of, { cases: 4 });
      if (status !== 'holds') found.push(`${law.id} ${status}: ${message}`);
    }
    expect(found).toEqual([]);
  });

  const waiving = names.flatMap((name) => (suite.profiles[name]!.waives ?? []).map((id) => ({ name, id })));
  it.each(waiving)('$name: $id is not so there', async ({ name, id }) => {
    const { waives: _, ...all } = suite.profiles[name]!;
    const law = suite.laws.find((one) => one.id === id)!;
    const of = await judged(specKernel(suite.spec, all, name), all);
    expect((await verdict(law, of, { cases: 40 })).status).not.toBe('holds');
  });
});

describe('the formulas of a dialect in float32 arithmetic, every step rounded', () => {
  const own = ({ formulas, update }: Profile): boolean => formulas !== undefined || update !== 'take';
  const apart = alike.filter(({ name }) => own(suite.profiles[name]!) && suite.profiles[name]!.update !== 'none');

  it.each(apart)('$group: stay within its bounds', async ({ name }) => {
    const profile = suite.profiles[name]!;
    const of = await judged(mutantKernel(name, suite.spec, profile, name, Math.fround), name, ['f32']);
    const found: string[] = [];
    for (const law of asked(of).filter(({ few }) => !few)) {
      const { status, grade } = await verdict(law, of, { cases: 12, required: 'stable' });
      if (status !== 'holds') found.push(`${law.id} ${status} ${grade}`);
    }
    expect(found).toEqual([]);
  });
});
