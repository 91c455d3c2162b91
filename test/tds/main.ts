/** Runs the test server as a process of its own: `node test/tds/main.ts FILE PASSWORD`. Prints its port, serves until its input ends. */
import { TdsServer } from './tdsServer.ts';

const [file, password] = process.argv.slice(2);
if (file === undefined || password === undefined) throw new Error('usage: main.ts FILE PASSWORD');
const server = await TdsServer.start({ file, password });
process.stdout.write(`${server.port}\n`);
process.stdin.resume();
process.stdin.once('end', () => void server[Symbol.asyncDispose]());
