import { elements, type Layer } from './layer.js';

/**
 * One step of a drawn sequence over two live layers. `rest` trains without taking the batch into the statistics; `load`
 * takes over what the other layer has; `renew` drops the layer, so that the next step finds a fresh one.
 */
export interface Step {
  readonly does: 'train' | 'infer' | 'grad' | 'rest' | 'load' | 'renew';
  readonly on: 0 | 1;
  /** Which of the batches that the drawn samples are cut into; counted round and round. */
  readonly at: number;
}

export const stepNames = ['train', 'infer', 'grad', 'rest', 'load', 'renew'] as const satisfies readonly Step['does'][];

/** The samples of a batch, by pairs; the last takes what is left. One element per channel is no batch. */
export function extent(layer: Layer, at: number): readonly [from: number, to: number] {
  const count = Math.max(1, Math.floor(layer.N / 2));
  const which = at % count;
  return elements(layer) < 2 || which === count - 1 ? [2 * which, layer.N] : [2 * which, 2 * which + 2];
}

const letters = ['a', 'b'] as const;

/** A step as it is read: `a.train(x[0:2])`. */
export function spelled({ does, on, at }: Step, layer: Layer): string {
  const [own, other] = [letters[on], letters[1 - on]];
  if (does === 'load') return `${own}.load(${other})`;
  const data = does === 'train' || does === 'infer' || does === 'rest';
  return `${own}.${does}(${data ? `x[${extent(layer, at).join(':')}]` : ''})`;
}

/** Steps as one text, and back: `a.train(0) b.load()`, numbers being those of batches. */
export const written = (steps: readonly Step[]): string =>
  steps.map(({ does, on, at }) => `${letters[on]}.${does}(${at})`).join(' ');

/** Reads what `written` wrote. Throws Error naming the word that is none. */
export const readSteps = (text: string): Step[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [, letter, name, at] = /^([ab])\.(\w+)\((\d+)\)$/.exec(word) ?? [];
      const does = stepNames.find((known) => known === name);
      if (!does) throw new Error(`'${word}' is no step`);
      return { does, on: letter === 'a' ? 0 : 1, at: Number(at) };
    });
