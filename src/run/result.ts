import { join, relative } from 'node:path';
import { described as givenLines, save } from './case-file.js';
import type { Refutation } from './judge.js';
import type { Layer } from './layer.js';
import type { Counterexample, LawResult } from './report.js';
import type { RunOptions } from './run.js';
import type { Counted, Refuted } from './tally.js';

type Saving = Pick<RunOptions, 'out' | 'command'>;

/** One law's count as an entry of the report; a failing case is saved beside it. */
export function described(counted: Counted, options: Saving, profile: string): LawResult {
  const { property, law, status, grade, strict, cases, elements, notCheckable, worst, broken } = counted;
  const example = (refuted: Refuted, folder: string): Counterexample =>
    counterexample(refuted, counted, { ...options, out: join(options.out, folder) }, profile);
  const message = broken ? said(broken.cause) : counted.message;
  return {
    ...{
      id: property.id,
      title: property.title,
      law,
      ops: property.needs.ops,
      status,
      grade,
      strict,
      cases,
      elements,
      notCheckable,
      worst,
    },
    ...(counted.oracle ? { oracle: counted.oracle } : {}),
    ...(message === null ? {} : { message }),
    ...(counted.refuted ? { counterexample: example(counted.refuted, 'failures') } : {}),
    ...(broken
      ? {
          counterexample: unanswered(
            broken.drawn,
            counted,
            { ...options, out: join(options.out, 'failures') },
            profile,
          ),
        }
      : {}),
    ...(counted.heldBack && !counted.refuted ? { heldBack: example(counted.heldBack, 'held-back') } : {}),
  };
}

const said = ({ message, reply }: NonNullable<Counted['broken']>['cause']): string =>
  reply.status === 'breaks' && reply.detail ? `${message}\n${reply.detail}` : message;

function counterexample(
  { drawn, tier, refutation }: Refuted,
  counted: Counted,
  options: Saving,
  profile: string,
): Counterexample {
  const { layer } = drawn;
  return {
    lhs: digits(refutation.lhs, layer),
    rhs: digits(refutation.rhs, layer),
    bound: allowance(refutation.allowed),
    where: placed(refutation, counted.law, layer),
    tier,
    given: givenLines(drawn),
    ...again(drawn, counted, options, profile, tier),
  };
}

function unanswered(drawn: Refuted['drawn'], counted: Counted, options: Saving, profile: string): Counterexample {
  const sides = { lhs: 'no usable answer', rhs: 'an answer', bound: 'none', where: 'the reply' };
  return {
    ...sides,
    tier: 'semantic',
    given: givenLines(drawn),
    ...again(drawn, counted, options, profile, 'semantic'),
  };
}

function again(
  drawn: Refuted['drawn'],
  { property, details }: Counted,
  { out, command }: Saving,
  profile: string,
  tier: Refuted['tier'],
) {
  const at = { seed: details.seed, path: details.counterexamplePath ?? '' };
  const file = save({ law: property.id, target: command, profile, tier, ...at, drawn }, out);
  const shown = relative('.', file);
  return { shrinks: details.numShrinks, ...at, file: shown, replay: `bnspec replay ${quoted(shown)}` };
}

/** As few digits as tell the values of the format apart. */
function digits(value: number, layer: Layer): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(layer.dtype === 'f64' ? 17 : 10)));
}

const allowance = (value: number): string =>
  value === 0 ? '0' : Number.isFinite(value) ? value.toExponential(2) : String(value);

/** Where, and of what: the clause of several, the step of a sequence. */
function placed(refutation: Refutation, law: string, layer: Layer): string {
  const { clause, step } = refutation;
  const of = step !== undefined ? ` of ${clause} after ${step}` : law.includes(' and ') ? ` of ${clause}` : '';
  return `${placeOf(refutation, layer)}${of}`;
}

/** `y[1, 0, 2]`: sample, channel, position; a value per channel as `[channel 0]`. */
function placeOf({ place, shape, inputs }: Refutation, { layout }: Layer): string {
  if (inputs) return `the input ${inputs.join(', ')}, which was written to`;
  const [N, C, S] = shape;
  const [n, c, s] = [Math.floor(place / (C * S)), Math.floor(place / S) % C, place % S];
  if (N === 1 && S === 1) return `channel ${c}`;
  return `[sample ${n}, channel ${c}${S > 1 ? `, position ${s}` : ''}]${layout === 'channels_last' ? ' channels last' : ''}`;
}

const quoted = (path: string): string => (/^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);
