import { parentPort, workerData } from 'node:worker_threads';
import { type Silence, worth } from '../run/worth.js';
import { suite } from '../suite.js';

/** What a thread of `aside` does. */
parentPort!.postMessage(await worth(suite, workerData as Silence));
