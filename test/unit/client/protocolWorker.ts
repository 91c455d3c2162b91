// Test double of dist/pipeline.js: speaks the worker protocol of jobs/contract.ts and does no real job. What it does
// is told by the job's input: `text` of scramble's `file` is one of answer, progress, fail, bug, hang, die.
import { parentPort } from 'node:worker_threads';
import type { FromWorker, ToWorker } from '../../../jobs/contract.ts';

const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread');
const send = (message: FromWorker) => port.postMessage(message);
const hanging = new Set<number>();

port.on('message', (message: ToWorker) => {
  if (message.type === 'cancel') {
    if (hanging.delete(message.id)) {
      send({ type: 'failed', id: message.id, reason: 'cancelled', message: 'Stopped because you cancelled it.' });
    }
    return;
  }
  const { id } = message;
  const { file } = message.input as { readonly file: string };
  if (file === 'answer') send({ type: 'done', id, result: { children: 3, out: message.environment.dataFolder } });
  if (file === 'progress') {
    send({ type: 'progress', id, step: { phase: 'Counting', done: 1, total: 2 } });
    send({ type: 'done', id, result: { children: 2, out: '' } });
    send({ type: 'progress', id, step: { phase: 'Too late' } });
  }
  if (file === 'fail') send({ type: 'failed', id, reason: 'locked', message: 'Another submission runs.' });
  if (file === 'bug') send({ type: 'failed', id, reason: 'bug', message: 'Something went wrong.' });
  if (file === 'hang') hanging.add(id);
  if (file === 'die') process.exit(1);
});
