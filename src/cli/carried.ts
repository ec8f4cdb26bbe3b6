import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLayer } from '../builtin/stateful.js';
import { mutantKernel } from '../run/formula-kernel.js';
import { counts } from '../run/profile.js';
import { UsageError } from '../run/usage.js';
import { suite } from '../suite.js';
import { makeFolder } from '../target/folder.js';
import { answer } from '../target/kernel.js';
import type { Open } from '../target/offline.js';
import type { Handles } from '../target/stateful.js';
import { type Card, CardError, readCard } from '../wire/protocol.js';
import { optionsOf } from './config.js';
import { judging, type Settings } from './options.js';
import { shelf } from './templates.js';

/** What a folder of questions was written for: the options of the run, and the card that was assumed. */
export interface Plan {
  readonly schema: 'bnspec-export/1';
  readonly options: Settings;
  readonly card: Readonly<Record<string, string>>;
  /** Whether failing cases are made smaller, a round at a time. */
  readonly shrink: boolean;
}

const planOf = (folder: string): string => join(folder, 'export.json');

/** The settings that say what is drawn and how it is judged. */
export const drawn = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => Object.hasOwn(judging, name)));

/** Writes the plan, and the kit that answers in Python. */
export function keep(folder: string, plan: Plan): void {
  makeFolder(folder);
  writeFileSync(planOf(folder), `${JSON.stringify(plan, null, 2)}\n`);
  copyFileSync(join(shelf, 'bnspec.py'), join(folder, 'bnspec.py'));
}

/** Reads the plan of a folder. Throws UsageError where there is none, or none that can be read. */
export function planIn(folder: string): Plan {
  const file = planOf(folder);
  if (!existsSync(file))
    throw new UsageError(
      `${folder} holds no questions of bnspec: it has no export.json\nbnspec export ${folder} writes them`,
    );
  const plan = json(file) as Partial<Plan> | null;
  const whole = plan?.schema === 'bnspec-export/1' && isObject(plan.options) && isObject(plan.card);
  if (!whole) throw new UsageError(`${file} is no plan of this version of bnspec\nexport once more`);
  // A tier or an effort that does not exist would demand nothing.
  return { ...(plan as Plan), options: optionsOf({ ...plan.options }, judging, `${file}: options`).settings };
}

export const carries = (folder: string): boolean =>
  existsSync(folder) && statSync(folder).isDirectory() && existsSync(planOf(folder));

/** The card of a file, as adapters write it: lists may be lists. Throws UsageError. */
export function cardIn(file: string): Plan['card'] {
  if (!existsSync(file)) throw new UsageError(`--card ${file}: there is no such file`);
  const card = json(file);
  if (!isObject(card))
    throw new UsageError(`--card ${file} must hold one object, as {"name": "mine", "dtypes": ["f32"]}`);
  const texts = Object.fromEntries(Object.entries(card).map(([key, value]) => [key, String(value)]));
  read(texts, `--card ${file}: `);
  return texts;
}

/** Of a target that nobody knows: the four operations that most have. */
export const guessed = ({ dtype, layout, profile }: Settings): Plan['card'] => ({
  name: 'unknown',
  ops: 'train,infer,grad,infer_grad',
  dtypes: String(dtype ?? ['f64', 'f32']),
  layouts: String(layout ?? 'channels_first'),
  profile: profile === undefined || profile === 'auto' ? 'torch' : profile,
});

/** What stands in for answers that are not there: right formulas in float64, in the dialect that is asked for. */
export function standIn({ profile }: Settings, texts: Plan['card']): Open {
  const card = read(texts, '');
  const name = profile !== undefined && profile !== 'auto' ? profile : (card.profile ?? 'torch');
  const dialect = suite.profiles[name] ?? suite.profiles.torch!;
  const right = mutantKernel('stand-in', suite.spec, dialect, name);
  const { initial } = dialect;
  const kernel = initial ? withLayer(right, { initial, counted: counts(dialect) }) : right;
  const handles: Handles = new Map();
  return { card, standIn: (request) => answer(kernel, request, handles) };
}

function read(texts: Plan['card'], where: string): Card {
  try {
    return readCard(texts);
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    throw new UsageError(`${where}${error.message}`);
  }
}

function json(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
