import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { DataflowError } from '../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import { canonicalText } from '../core/payload/canonical.ts';
import { openSqliteStaging } from '../pipeline/staging/sqliteStaging.ts';
import { parseFaultSpec } from '../sandbox/receiver/faults.ts';
import { type Receiver, startReceiver } from '../sandbox/receiver/receiver.ts';
import { sandboxCredentials } from '../sandbox/receiver/tokens.ts';
import { sandboxFiles } from './sandbox.ts';

/** How to reach a sandbox receiver, with the invented credentials that it takes. */
export interface ReceiverAddress {
  readonly endpoint: string;
  readonly tokenEndpoint: string;
  readonly laCode: string;
}

export interface SandboxReceiver extends ReceiverAddress {
  /** The records held, ordered by child id. */
  children(): Iterable<JsonObject>;
  close(): Promise<void>;
}

/** The authority that the sandbox plays when none is configured. */
export const sandboxLaCode = '201';

/** Receivers that this process runs, by data folder. */
const running = new Map<string, SandboxReceiver>();

function announcementFile(dataFolder: string): string {
  return path.join(sandboxFiles(dataFolder).folder, 'receiver.json');
}

/**
 * Starts the local receiver of a data folder and announces it there, so that other commands find it.
 * @param options.faults texts such as `status=503@2`, for `sandbox start --fault`
 * @throws DataflowError `configuration` when the port is in use, `locked` when this folder's receiver runs already
 */
export async function startSandboxReceiver(
  dataFolder: string,
  options: { readonly port: number; readonly faults: readonly string[]; readonly laCode?: string },
): Promise<SandboxReceiver> {
  const faults = options.faults.map(parseFaultSpec);
  const known = await findSandboxReceiver(dataFolder);
  if (known !== null) {
    throw new DataflowError(
      'locked',
      `The sandbox receiver of this data folder is running already, at ${known.endpoint}. Use that one, or stop it first.`,
    );
  }
  const files = sandboxFiles(dataFolder);
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
  const laCode = options.laCode ?? sandboxLaCode;
  const receiver = await startOnKnownPort(dataFolder, options.port, { store: files.receiver, laCode, faults });
  const started = toSandboxReceiver(dataFolder, receiver);
  running.set(dataFolder, started);
  const { endpoint, tokenEndpoint } = started;
  await writeFile(announcementFile(dataFolder), `${JSON.stringify({ endpoint, tokenEndpoint, laCode })}\n`, {
    mode: 0o600,
  });
  return started;
}

function portFile(dataFolder: string): string {
  return path.join(sandboxFiles(dataFolder).folder, 'port');
}

/**
 * Starts on the port that this folder's receiver had before, when none is asked for: an interrupted submission can
 * only be resumed at the address that it went to.
 */
async function startOnKnownPort(
  dataFolder: string,
  port: number,
  options: Omit<Parameters<typeof startReceiver>[0], 'port'>,
): Promise<Receiver> {
  const known = port === 0 ? Number(await readFile(portFile(dataFolder), 'utf8').catch(() => '0')) : port;
  let receiver: Receiver;
  try {
    receiver = await startReceiver({ ...options, port: known });
  } catch (error) {
    if (port !== 0 || known === 0 || !DataflowError.is(error, 'configuration')) throw error;
    receiver = await startReceiver({ ...options, port: 0 });
  }
  await writeFile(portFile(dataFolder), `${receiver.port}\n`, { mode: 0o600 });
  return receiver;
}

function toSandboxReceiver(dataFolder: string, receiver: Receiver): SandboxReceiver {
  return {
    endpoint: receiver.apiUrl,
    tokenEndpoint: receiver.tokenUrl,
    laCode: receiver.laCode,
    children: () => receiver.children(),
    close: async () => {
      running.delete(dataFolder);
      await rm(announcementFile(dataFolder), { force: true });
      await receiver.close();
    },
  };
}

/** Whether something listens there. An announcement outlives a process that was ended without warning. */
function listens(address: string): Promise<boolean> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    const socket = net.connect({ host: hostname, port: Number(port), timeout: 1000 });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}

/** The receiver of a data folder that runs now, in this process or another; null when there is none. */
export async function findSandboxReceiver(dataFolder: string): Promise<ReceiverAddress | null> {
  const own = running.get(dataFolder);
  if (own) return own;
  let announced: JsonValue;
  try {
    announced = JSON.parse(await readFile(announcementFile(dataFolder), 'utf8')) as JsonValue;
  } catch {
    // No announcement, or half of one: no receiver was started from this folder.
    return null;
  }
  if (!isJsonObject(announced)) return null;
  const { endpoint, tokenEndpoint, laCode } = announced;
  if (typeof endpoint !== 'string' || typeof tokenEndpoint !== 'string' || typeof laCode !== 'string') return null;
  return (await listens(endpoint)) ? { endpoint, tokenEndpoint, laCode } : null;
}

/** The receiver that this process runs for a data folder. */
export function ownSandboxReceiver(dataFolder: string): SandboxReceiver | undefined {
  return running.get(dataFolder);
}

/** Settings that make a submission go to a sandbox receiver. */
export function receiverSettings(address: ReceiverAddress) {
  const { clientId, clientSecret, supplierKey, scope } = sandboxCredentials;
  return {
    laCode: address.laCode,
    endpoints: { token: address.tokenEndpoint, test: address.endpoint, live: null },
    clientId,
    clientSecret,
    supplierKey,
    scope,
  };
}

/**
 * Compares the receiver's records with what is staged in the sandbox, child for child.
 * @returns how many were compared, and the ids that differ or that only one side has
 */
export async function compareWithReceiver(
  dataFolder: string,
  receiver: SandboxReceiver,
  signal: AbortSignal,
): Promise<{ readonly compared: number; readonly differing: readonly string[] }> {
  const held = new Map<string, string>();
  for (const child of receiver.children()) held.set(String(child.la_child_id), canonicalText(child));
  const differing: string[] = [];
  let compared = 0;
  await using store = await openSqliteStaging(
    { file: sandboxFiles(dataFolder).database, table: 'anon', identity: 'sandbox' },
    signal,
  );
  for await (const row of store.rows({ states: ['new', 'updated', 'unchanged'] }, signal)) {
    compared += 1;
    if (held.get(row.personId) !== row.payload) differing.push(row.personId);
    held.delete(row.personId);
  }
  return { compared, differing: [...differing, ...held.keys()] };
}
