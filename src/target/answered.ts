import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Blob } from '../wire/safetensors.js';
import { line } from '../wire/text.js';
import { fetch, type Located, locate } from './located.js';
import { Naming } from './naming.js';
import { TargetError } from './target.js';

/** Where questions and answers of a folder stand: files of the same name, blob for blob in the same order. */
export const [questionsIn, answersIn] = ['requests', 'answers'];

/** The questions of a folder that were answered, by their names. */
export class Answered {
  readonly #answers = new Map<string, Located[]>();
  readonly #lost = new Map<string, string[]>();
  readonly #taken = new Map<string, number>();
  /** Files that nobody has begun to answer. */
  readonly untouched: readonly string[];
  readonly files: readonly string[];

  /** Throws TargetError (usage) where there are no questions, or those are damaged. */
  constructor(folder: string) {
    const questions = join(folder, questionsIn);
    this.files = existsSync(questions)
      ? readdirSync(questions)
          .filter((name) => name.endsWith('.safetensors'))
          .sort()
      : [];
    this.untouched = this.files.filter((name) => !existsSync(join(folder, answersIn, name)));
    for (const name of this.files) {
      if (!this.untouched.includes(name)) this.#pair(join(questions, name), join(folder, answersIn, name));
    }
  }

  /** The next answer to a question of this name: where it lies, why there is none to be had, or null where nobody has asked. */
  take(name: string): Located | string | null {
    const at = this.#taken.get(name) ?? 0;
    const answer = this.#answers.get(name)?.[at];
    if (answer === undefined) return this.#refused(name);
    this.#taken.set(name, at + 1);
    return answer;
  }

  /** How the runner ended, or went astray, at this question before; null if it never did. */
  suspect(name: string): string | null {
    return this.#lost.get(name)?.[0] ?? null;
  }

  /** As with a live target: what went wrong once is asked once more, by itself. */
  #refused(name: string): string | null {
    const [first, second] = this.#lost.get(name) ?? [];
    if (first === undefined || second === undefined) return null;
    return first === second ? first : `${first}; asked again: ${second}`;
  }

  #pair(questions: string, answers: string): void {
    const asked = locate(questions);
    if (asked.fault !== null)
      throw new TargetError('usage', `${questions} is damaged: ${asked.fault}\nexport once more`);
    const { blobs, fault } = locate(answers);
    const naming = new Naming();
    const answerTo = new Map(blobs.map((blob) => [blob.header.metadata.id ?? '', blob]));
    for (const [i, located] of asked.blobs.entries()) {
      const question = putAs(fetch(located), blobs[i], answerTo);
      if (question === null) continue;
      const { name } = naming.name(question);
      const last = i === asked.blobs.length - 1;
      const wrong = misplaced(located, blobs[i], fault) ?? extra(last, blobs.length - i - 1, fault);
      const lost = wrong ?? (blobs[i]!.header.metadata.status === 'lost' ? ended : null);
      if (lost === null) add(this.#answers, name, blobs[i]!);
      else add(this.#lost, name, lost);
      if (wrong !== null) return; // what follows can no longer be told apart
    }
  }
}

/** Inputs that a runner may take from its own earlier answers, as a question's `given` says. */
export const carried: readonly string[] = ['running_mean', 'running_var', 'count'];

/** A question as the runner put it: where it says that it took inputs from its answers, with those. Null if it had none. */
function putAs(
  { metadata: { given, ...metadata }, tensors }: Blob,
  answer: Located | undefined,
  answerTo: ReadonlyMap<string, Located>,
): Blob | null {
  if (given === undefined || answer?.header.metadata.given !== given) return { metadata, tensors };
  const taken = new Map(tensors);
  for (const [name, source] of given.split(',').map((item) => item.split('='))) {
    const dot = source!.lastIndexOf('.');
    const found = answerTo.get(source!.slice(0, dot));
    const tensor = found && fetch(found).tensors.get(source!.slice(dot + 1));
    if (tensor?.data.length !== tensors.get(name!)?.data.length) return null;
    taken.set(name!, { ...tensors.get(name!)!, data: tensor!.data });
  }
  return { metadata, tensors: taken };
}

function add<T>(map: Map<string, T[]>, name: string, item: T): void {
  const list = map.get(name);
  if (list) list.push(item);
  else map.set(name, [item]);
}

const ended = 'the runner ended without a reply';

/** What makes an answer none to its question; null if nothing does. */
function misplaced(
  { header: { metadata } }: Located,
  answer: Located | undefined,
  fault: string | null,
): string | null {
  if (!answer)
    return fault === null ? 'the runner ended without a reply' : `the runner left no whole reply: ${line(fault)}`;
  const { id } = answer.header.metadata;
  if (id === metadata.id) return null;
  return `replied to ${id === undefined ? 'no id' : `id "${line(id)}"`}, asked was id "${metadata.id}"`;
}

const extra = (last: boolean, more: number, fault: string | null): string | null => {
  if (!last || (more === 0 && fault === null)) return null;
  return more > 0 ? `${more} replies after the last one` : `bytes after the last reply: ${line(fault!)}`;
};
