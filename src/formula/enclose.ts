import type { Node } from './ast.js';
import type { Chapter } from './chapter.js';
import { R, type Ranges, rules } from './interval.js';
import { type Grain, leaves, type Program, write } from './program.js';
import { type Shape, size, steps } from './shape.js';

type Loop = (
  inputs: readonly Ranges[],
  steps: readonly (readonly [number, number, number])[],
  shapes: readonly Shape[],
  batch: Shape,
  lo: Float64Array,
  hi: Float64Array,
) => void;

interface Compiled {
  /** Which leaves the result varies along. */
  readonly along: readonly number[];
  readonly loop: Loop;
}

/** What is compiled of one tree among one list of chapters: its leaves, and a program for each grain they come in. */
interface Known {
  readonly leaves: readonly string[];
  readonly programs: Map<string, Compiled>;
}

const compiled = new WeakMap<readonly Chapter[], Map<Node, Known>>();

/**
 * Ranges of trees over some chapters, for one batch: the true value is inside. `given` names come first, formulas after;
 * a list of chapters must always be asked with the same names given. `emptiable`: a given range may be empty.
 */
export function enclosures(chapters: readonly Chapter[], batch: Shape, given: (name: string) => Ranges | undefined, emptiable: boolean) {
  let trees = compiled.get(chapters);
  if (!trees) compiled.set(chapters, (trees = new Map()));
  const known = trees;
  return (node: Node): Ranges => {
    let tree = known.get(node);
    const has = (name: string): boolean => given(name) !== undefined;
    if (!tree) known.set(node, (tree = { leaves: leaves(node, { chapters, has }), programs: new Map() }));
    const values = tree.leaves.map((name) => given(name)!);
    const { along, loop } = fitting(tree, node, chapters, values, emptiable);
    const shape = shapeOf(along, values, batch);
    const length = size(shape);
    const [lo, hi] = [new Float64Array(length), new Float64Array(length)];
    loop(values, values.map(stepsOf), values.map(({ shape: own }) => own), batch, lo, hi);
    return { shape, lo, hi };
  };
}

const stepsOf = ({ shape }: Ranges): readonly [number, number, number] => steps(shape);

function fitting(tree: Known, node: Node, chapters: readonly Chapter[], values: readonly Ranges[], emptiable: boolean): Compiled {
  let key = emptiable ? 'e' : '';
  for (const value of values) key += grainOf(value) === 'element' ? '1' : '0';
  let found = tree.programs.get(key);
  if (!found) {
    const given = (name: string): Grain | undefined => (tree.leaves.includes(name) ? grainOf(values[tree.leaves.indexOf(name)]!) : undefined);
    const program = write(node, { chapters, given }, tree.leaves, emptiable);
    const along = program.along.map((name) => tree.leaves.indexOf(name));
    tree.programs.set(key, (found = { along, loop: build(program) }));
  }
  return found;
}

const grainOf = ({ shape }: Ranges): Grain => (shape[0] > 1 || shape[2] > 1 ? 'element' : 'channel');

/** As far along each axis as the values go that the result varies along. */
function shapeOf(along: readonly number[], values: readonly Ranges[], batch: Shape): Shape {
  const axis = (k: 0 | 2): number => extent(1, along.map((i) => values[i]!.shape[k]));
  return along.length === 0 ? [1, batch[1], 1] : [axis(0), batch[1], axis(2)];
}

/** The common length of an axis; `whole` if nothing has any. */
function extent(whole: number, lengths: readonly number[]): number {
  let common = 1;
  for (const length of lengths) {
    if (length === 1 || length === common) continue;
    if (common !== 1) throw new RangeError(`lengths ${common} and ${length} do not go together`);
    common = length;
  }
  return common === 1 ? whole : common;
}

function build({ source }: Program): Loop {
  const names = Object.keys(rules);
  const make = new Function('R', 'extent', ...names, `return function (inputs, steps, shapes, batch, lo, hi) {\n${source}\n}`);
  return make(R, extent, ...names.map((name) => rules[name as keyof typeof rules])) as Loop;
}
