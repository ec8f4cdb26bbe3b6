// A right kernel, plain.mjs, that does what the variable PYTHON_FAULT says whenever it is asked of five samples.
import { spawn } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import * as plain from '../../targets/plain.mjs';

const fault = process.env.PYTHON_FAULT;
const forever = () => new Promise(() => setInterval(() => {}, 1000));
const deeper = () => deeper() + 1;

export const faults = {
  'exits with 0': () => process.exit(0),
  'exits with 1': () => process.exit(1),
  aborts: () => process.abort(),
  'is killed': () => process.kill(process.pid, 'SIGKILL'),
  'runs for ever': () => {
    for (;;);
  },
  'never resolves': forever,
  throws: () => {
    throw new Error('mine');
  },
  'rejects later': () => void setTimeout(() => Promise.reject(new Error('later')), 0),
  'overflows the stack': deeper,
  'prints to stdout': () => console.log('a line'),
  'writes to stdout below': () => void writeSync(1, Buffer.alloc(8)),
  'leaves a child': () => void spawn('sleep', ['60'], { stdio: 'inherit' }),
  'closes the replies': () => closeSync(3),
  'writes among the replies': () => void writeSync(3, Buffer.from('a line\n')),
  'breaks JSON': () => {
    JSON.stringify = () => '{}';
  },
  'returns nothing': () => ({ nothing: true }),
  'returns words': () => ({ y: 'words', dx: 'words' }),
  'returns too few': () => ({ y: new Float64Array(1), dx: new Float64Array(1) }),
  'allocates without end': () => {
    const held = [];
    for (;;) held.push(new Float64Array(2 ** 22).fill(1));
  },
};

const spoiled = (operation) =>
  async function asked(inputs) {
    if (inputs.x.shape[0] !== 5 || !Object.hasOwn(faults, fault)) return operation(inputs);
    return (await faults[fault]()) ?? operation(inputs);
  };

export const card = plain.card;
export const train = spoiled(plain.train);
export const infer = spoiled(plain.infer);
export const grad = spoiled(plain.grad);
export const infer_grad = spoiled(plain.infer_grad);
