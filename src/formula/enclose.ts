import type { Node } from './ast.js';
import type { Chapter } from './chapter.js';
import { extent, run } from './execute.js';
import { always, never, type Ranges } from './interval.js';
import { type Machine, ready } from './machine.js';
import { type Grain, leaves, write } from './program.js';
import { type Shape, size } from './shape.js';

/** What is known of one tree among one list of chapters: its leaves, and a machine for each grain they come in. */
interface Known {
  readonly leaves: readonly string[];
  readonly machines: Map<string, Machine>;
}

const known = new WeakMap<readonly Chapter[], Map<Node, Known>>();

/**
 * Ranges of trees over some chapters, for one batch: the true value is inside. `given` names come first, formulas after;
 * a list of chapters must always be asked with the same names given.
 */
export function enclosures(chapters: readonly Chapter[], batch: Shape, given: (name: string) => Ranges | undefined) {
  let trees = known.get(chapters);
  if (!trees) known.set(chapters, (trees = new Map()));
  const among = trees;
  return (node: Node): Ranges => {
    const itself = node.kind === 'symbol' ? given(node.name) : undefined;
    if (itself) return itself;
    let tree = among.get(node);
    const has = (name: string): boolean => given(name) !== undefined;
    if (!tree) among.set(node, (tree = { leaves: leaves(node, { chapters, has }), machines: new Map() }));
    const values = tree.leaves.map((name) => given(name)!);
    const machine = fitting(tree, node, chapters, values);
    const shape = shapeOf(machine.along, values, batch);
    const out: Ranges = { shape, lo: new Float64Array(size(shape)), hi: new Float64Array(size(shape)) };
    run(machine, values, batch, out);
    return out;
  };
}

function fitting(tree: Known, node: Node, chapters: readonly Chapter[], values: readonly Ranges[]): Machine {
  let key = '';
  for (const value of values) key += value === never ? '0' : value === always ? '1' : grainOf(value)[0];
  let found = tree.machines.get(key);
  if (!found) {
    const given = (name: string): Grain | 0 | 1 | undefined => {
      const value = values[tree.leaves.indexOf(name)];
      return value === never ? 0 : value === always ? 1 : value && grainOf(value);
    };
    tree.machines.set(key, (found = ready(write(node, { chapters, given }, tree.leaves))));
  }
  return found;
}

const grainOf = ({ shape }: Ranges): Grain => (shape[0] > 1 || shape[2] > 1 ? 'element' : 'channel');

/** As far along each axis as the values go that the result varies along. */
function shapeOf(along: readonly number[], values: readonly Ranges[], batch: Shape): Shape {
  const axis = (k: 0 | 2): number => extent(along.map((i) => values[i]!.shape[k]));
  return along.length === 0 ? [1, batch[1], 1] : [axis(0), batch[1], axis(2)];
}
