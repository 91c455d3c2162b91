import type { TokenCredential } from '@azure/identity';
import { DataflowError, throwIfCancelled } from '../../errors.ts';
import type { ConnectionProfile, ConnectionSecrets } from '../profile.ts';

/** The permission that Azure SQL and SQL Server ask of Entra ID. */
const scope = 'https://database.windows.net/.default';

/** How long signing in may take, in milliseconds; a person may have to type a code. */
const signInTimeout = 300_000;

async function credentialOf(profile: ConnectionProfile, secrets: ConnectionSecrets): Promise<TokenCredential> {
  const { authentication } = profile;
  const identity = await import('@azure/identity');
  if (authentication.type !== 'entra' || authentication.mode === 'default') {
    return new identity.DefaultAzureCredential();
  }
  if (authentication.mode === 'servicePrincipal') {
    const secret = await secrets.password?.(profile);
    if (secret === null || secret === undefined) {
      throw new DataflowError(
        'configuration',
        `No client secret is known for the connection “${profile.name}”. Enter it when you are asked, or set it in the environment.`,
      );
    }
    return new identity.ClientSecretCredential(authentication.tenantId, authentication.clientId, secret);
  }
  const show = secrets.showDeviceCode;
  if (show === undefined) {
    throw new DataflowError(
      'configuration',
      `The connection “${profile.name}” signs in with a device code, and nobody can be shown the code here. Use another way to sign in.`,
    );
  }
  return new identity.DeviceCodeCredential({
    ...(authentication.tenantId === null ? {} : { tenantId: authentication.tenantId }),
    userPromptCallback: (info) => show(info.message),
  });
}

/**
 * An Entra access token for the database, from the front end when it signs people in itself, else from what the
 * profile names.
 * @throws DataflowError `refused` when Entra ID gives none, `cancelled` when the signal is aborted
 */
export async function entraToken(
  profile: ConnectionProfile,
  secrets: ConnectionSecrets,
  signal: AbortSignal,
): Promise<string> {
  throwIfCancelled(signal);
  const limited = AbortSignal.any([signal, AbortSignal.timeout(signInTimeout)]);
  try {
    if (secrets.entraToken !== undefined) return await secrets.entraToken(scope, limited);
    const credential = await credentialOf(profile, secrets);
    const token = await credential.getToken(scope, { abortSignal: limited });
    if (token !== null) return token.token;
  } catch (error) {
    throwIfCancelled(signal);
    if (error instanceof DataflowError) throw error;
  }
  // The credential's own words can name accounts and tenants at length; they are not repeated.
  throw new DataflowError(
    'refused',
    `Microsoft Entra ID gave no access for the connection “${profile.name}”. Nothing was read or changed. Sign in again (for example in Visual Studio Code or with the Azure command line), or check tenantId, clientId and the client secret.`,
  );
}
