import { closeSync, existsSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Blob, pieces } from '../wire/safetensors.js';
import { questionsIn } from './answered.js';
import { makeFolder } from './folder.js';

/** So many questions, and so many bytes, make a file: a runner that dies loses the rest of one. */
const [most, large] = [64, 2 ** 24];

/** Writes questions into numbered files of a folder, after those that are there. */
export class Questions {
  readonly #folder: string;
  #file: number | null = null;
  #next: number;
  #held = new Set<string>();
  #size = 0;
  count = 0;
  bytes = 0;
  readonly files: string[] = [];

  constructor(folder: string) {
    this.#folder = join(folder, questionsIn);
    const there = existsSync(this.#folder)
      ? readdirSync(this.#folder).map((name) => Number.parseInt(name, 10) || 0)
      : [];
    this.#next = Math.max(0, ...there) + 1;
  }

  /** Adds questions that must be asked one after the other by the same process. */
  add(questions: readonly Blob[]): void {
    if (this.full && !questions.some(({ metadata }) => metadata.given)) this.close();
    this.#file ??= this.#open();
    for (const question of questions) {
      for (const piece of pieces(question)) {
        for (let at = 0; at < piece.length; ) at += writeSync(this.#file, piece, at);
        this.#size += piece.length;
        this.bytes += piece.length;
      }
    }
    this.count += questions.length;
    for (const { metadata } of questions) this.#held.add(metadata.id ?? '');
  }

  /** Whether a question of this id is in the file that is written: only there may another one refer to its answer. */
  holds(id: string): boolean {
    return this.#held.has(id);
  }

  private get full(): boolean {
    return this.#held.size >= most || this.#size >= large;
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    this.#held.clear();
    this.#size = 0;
  }

  #open(): number {
    makeFolder(this.#folder);
    const name = `${String(this.#next).padStart(4, '0')}.safetensors`;
    this.#next += 1;
    this.files.push(name);
    return openSync(join(this.#folder, name), 'wx');
  }
}
