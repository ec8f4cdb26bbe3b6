import type { Column } from '../src/exact/column.js';
import { bind, evaluate } from '../src/formula/evaluate.js';
import { parse } from '../src/formula/parse.js';
import { perChannel } from '../src/formula/shape.js';
import type { Op } from '../src/run/layer.js';
import { suite } from '../src/suite.js';
import { pointwise } from './formula.point.js';
import type { Case } from './spec.case.js';

/** The exact value of a text, where the formulas of an operation and the case give it its names. */
export function read(text: string, op: Op, { m, given }: Case): Column {
  const algebra = pointwise(m);
  const lookup = bind(suite.spec.chapters[op], algebra, (name) => given[name]);
  return evaluate(parse(text), algebra, lookup, perChannel);
}
