import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataflowError } from '../core/errors.ts';
import { codeset } from '../core/payload/codesets.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { Settings } from '../pipeline/config/settings.ts';
import { ReceiverClient } from '../pipeline/receiver/receiverClient.ts';
import { defaultRetryLimits } from '../pipeline/receiver/retryPolicy.ts';
import { parseServiceAddress, submissionAddress } from '../pipeline/receiver/serviceAddress.ts';
import { defaultExchangeLimits } from '../pipeline/receiver/transport.ts';
import type { SubmissionMode } from './contract.ts';
import { findSandboxReceiver, receiverSettings, startSandboxReceiver } from './sandboxReceiver.ts';
import type { JobScope } from './scope.ts';

/** Where a submission goes and under whose name. */
export interface Destination {
  readonly laCode: string;
  /** Name of the authority; empty when the code is not in the list. */
  readonly laName: string;
  /** The full address that children are posted to, or words that say that none is set (dry run only). */
  readonly endpoint: string;
  /** Null when the settings do not suffice to reach it, which a dry run may do without. */
  readonly client: ReceiverClient | null;
  close(): Promise<void>;
}

/** Resolves after that many milliseconds, or rejects as cancelled. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (cause) {
    throw new DataflowError('cancelled', 'Stopped because you cancelled it.', { cause });
  }
}

function missing(what: string, setting: string, name: string): DataflowError {
  return new DataflowError(
    'configuration',
    `Nothing was sent. ${what} is not set. Copy it from the DfE developer portal to ${setting} (in .env or the environment: ${name}).`,
  );
}

async function extraCertificates(file: string | null): Promise<string[]> {
  if (file === null) return [];
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new DataflowError(
      'configuration',
      `The certificate file ${file} could not be read. Nothing was sent. Check the name in “caFile”.`,
      { cause },
    );
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new DataflowError(
      'configuration',
      `${file} holds no certificate in PEM form. Nothing was sent. Ask for it as a text file that begins with BEGIN CERTIFICATE.`,
    );
  }
  return [text];
}

async function clientFor(settings: Settings, base: string, laCode: string, scope: JobScope): Promise<ReceiverClient> {
  const { endpoints, clientId, clientSecret, supplierKey } = settings;
  if (endpoints.token === null) throw missing('The token endpoint', '“endpoints.token”', 'TOKEN_ENDPOINT');
  if (clientId === null) throw missing('The client id', '“clientId”', 'CLIENT_ID');
  if (clientSecret === null) throw missing('The client secret', 'secret storage', 'CLIENT_SECRET');
  if (supplierKey === null) throw missing('The supplier key', 'secret storage', 'SUPPLIER_KEY');
  if (settings.scope === null) throw missing('The scope', '“scope”', 'SCOPE');
  const milliseconds = settings.timeoutSeconds * 1000;
  return new ReceiverClient(
    {
      address: submissionAddress(parseServiceAddress(base, 'API endpoint'), laCode),
      tokenAddress: parseServiceAddress(endpoints.token, 'token endpoint'),
      clientId,
      clientSecret,
      supplierKey,
      scope: settings.scope,
      userAgent: `ssd-dataflow/${packageJson.version}`,
      transport: {
        proxy: {
          setting: settings.proxy,
          editor: settings.editorProxy,
          bypass: settings.noProxy,
          environment: process.env,
          credentials: settings.proxyCredentials,
        },
        extraCertificates: await extraCertificates(settings.caFile),
        limits: { ...defaultExchangeLimits, headersMilliseconds: milliseconds, totalMilliseconds: milliseconds * 4 },
      },
    },
    {
      ...defaultRetryLimits,
      attempts: settings.retries + 1,
      now: () => scope.context.now().getTime(),
      sleep: pause,
      random: Math.random,
    },
  );
}

function laNameOf(laCode: string): string {
  return codeset('la_code').codes[laCode] ?? '';
}

/** The settings of the local receiver, starting it for as long as the job runs when it does not run yet. */
async function sandboxDestination(scope: JobScope): Promise<{ settings: Settings; close: () => Promise<void> }> {
  const { dataFolder } = scope.environment;
  const known = await findSandboxReceiver(dataFolder);
  if (known !== null) {
    return { settings: { ...scope.settings, ...receiverSettings(known) }, close: () => Promise.resolve() };
  }
  const laCode = scope.settings.laCode;
  const started = await startSandboxReceiver(dataFolder, {
    port: 0,
    faults: [],
    ...(laCode === null ? {} : { laCode }),
  });
  return { settings: { ...scope.settings, ...receiverSettings(started) }, close: () => started.close() };
}

/**
 * Opens the way to the receiver: the local one for the sandbox when no test endpoint is set, else the configured one.
 * @param usesLiveEndpoint whether live children are meant, which decides the endpoint that a dry run names
 * @throws DataflowError `configuration` naming the setting that is missing
 */
export async function openDestination(
  scope: JobScope,
  mode: SubmissionMode,
  source: { readonly isSandbox: boolean; readonly live: boolean },
): Promise<Destination> {
  const useSandbox = source.isSandbox && mode !== 'live' && scope.settings.endpoints.test === null;
  const { settings, close } = useSandbox
    ? await sandboxDestination(scope)
    : { settings: scope.settings, close: () => Promise.resolve() };
  try {
    const { laCode } = settings;
    if (laCode === null) {
      throw new DataflowError(
        'configuration',
        'Nothing was sent. The local authority code is not set. Set “laCode”, three digits (in .env or the environment: LA_CODE).',
      );
    }
    const live = mode === 'live' || (mode === 'dry-run' && source.live);
    const base = live ? settings.endpoints.live : settings.endpoints.test;
    if (base === null && mode !== 'dry-run') {
      throw live
        ? missing('The live endpoint', '“endpoints.live”', 'API_ENDPOINT')
        : missing('The test endpoint', '“endpoints.test”', 'API_ENDPOINT');
    }
    const client = mode === 'dry-run' || base === null ? null : await clientFor(settings, base, laCode, scope);
    const endpoint =
      base === null
        ? 'no endpoint (none is set yet)'
        : submissionAddress(parseServiceAddress(base, 'API endpoint'), laCode).href;
    return {
      laCode,
      laName: laNameOf(laCode),
      endpoint,
      client,
      close: async () => {
        await client?.[Symbol.asyncDispose]();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
