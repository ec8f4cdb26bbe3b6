import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { counted } from '../report/figures.js';
import { wrap } from '../report/lines.js';
import { mutantKernel } from '../run/formula-kernel.js';
import type { Layer } from '../run/layer.js';
import { momentumOf } from '../run/layer.js';
import { casesOf } from '../run/run.js';
import { terms } from '../run/select.js';
import { subject } from '../run/subject.js';
import { UsageError } from '../run/usage.js';
import { type Choosing, vectors as choose } from '../run/vectors.js';
import { suite } from '../suite.js';
import { local } from '../target/local.js';
import type { Arguments } from './arguments.js';
import { folderOf } from './export.js';
import { defaults, type Settings } from './options.js';
import { filtersOf } from './run.js';
import type { Screen } from './screen.js';
import { type Corpus, writeCorpus } from './vector-files.js';

/** The dialect of the operator whose test layout is written too. */
const exchange = 'onnx-15';
const usual = 'torch';

/**
 * `bnspec vectors DIR`: small questions with correctly rounded answers, the interval that each tier allows, and the
 * mistakes that each tells apart, for a project that vendors them. The folder is written whole or not at all.
 */
export async function vectors(given: Arguments, screen: Screen): Promise<number> {
  const folder = folderOf(given, 'vectors');
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new UsageError(`${folder} is not empty\nname another folder`);
  const settings = { ...defaults, profile: usual, ...given.settings };
  filtersOf(settings);
  const own = await corpusOf(settings.profile, settings);
  const onnx = await corpusOf(exchange, settings, true);
  const part = `${folder}.${process.pid}.part`;
  try {
    writeCorpus(part, own, onnx);
    if (existsSync(folder)) rmSync(folder, { recursive: true });
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw error;
  }
  screen.out(told(folder, own, onnx));
  return 0;
}

async function corpusOf(profile: string, { seed, dtype }: Settings, onnx = false): Promise<Corpus> {
  const dialect = suite.profiles[profile]!;
  const whole = await local('full', mutantKernel('full', suite.spec, dialect, profile)).hello();
  // That operator hands out no statistic of the batch.
  const card = onnx ? { ...whole, saved: [] } : whole;
  const judged = subject(card, dialect, suite.spec);
  const asked = terms(judged, dtype ?? ['f64', 'f32', 'f16', 'bf16'], onnx ? ['channels_first'] : card.layouts);
  const choosing: Choosing = { subject: judged, asked, seed: seed ?? defaults.seed, cases: casesOf.standard };
  const fits = (layer: Layer): boolean => asNode(layer, momentumOf(layer, dialect));
  const chosen = await choose(suite, onnx ? { ...choosing, ops: ['train', 'infer'], fits } : choosing);
  return { profile, dialect, seed: choosing.seed, ...chosen };
}

/** Whether a layer can be a node of ONNX: everything is there, and its attributes are float32. */
const asNode = ({ gamma, beta, running_mean, running_var, epsilon }: Layer, momentum: number): boolean =>
  [gamma, beta, running_mean, running_var].every((part) => part !== null) &&
  [epsilon, momentum].every((value) => value === Math.fround(value));

function told(folder: string, { profile, vectors: all, left }: Corpus, onnx: Corpus): string {
  const mistakes = new Set(all.flatMap(({ kills }) => [...kills.keys()]));
  const lines = [
    `wrote ${counted(all.length, 'vector')} of profile ${profile}, and ${onnx.vectors.length} tests of ONNX, in ${folder}`,
    `they tell ${counted(mistakes.size, 'published mistake')} apart`,
    ...(left.length > 0 ? [`no small question tells ${left.join(', ')}`] : []),
    `${folder}/README.md says how to read them`,
  ];
  return `${lines.flatMap((line) => wrap(line, 80)).join('\n')}\n`;
}
