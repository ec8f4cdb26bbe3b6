import { parentPort } from 'node:worker_threads';
import { type Silence, worth } from '../run/worth.js';
import { suite } from '../suite.js';

/** What a thread of `aside` does, once. */
parentPort!.once('message', async (silence: Silence) => parentPort!.postMessage(await worth(suite, silence)));
