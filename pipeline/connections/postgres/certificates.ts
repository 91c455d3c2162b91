import { readFile } from 'node:fs/promises';
import { checkServerIdentity, createSecureContext, type PeerCertificate } from 'node:tls';
import { DataflowError } from '../../errors.ts';
import { type ConnectionProfile, describeProfile } from '../profile.ts';
import { othersMayRead } from './passwordFile.ts';

/** What the driver hands to Node's TLS. */
export interface TlsOptions {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
}

/**
 * Encryption and certificates of a connection; `false` without encryption. The server's certificate is verified unless
 * the profile says otherwise by name.
 * @throws DataflowError `configuration` that names the file and the setting, never what is in the file
 */
export async function tlsOptions(profile: ConnectionProfile): Promise<TlsOptions | false> {
  if (!profile.encrypt) return false;
  const { hostNameInCertificate } = profile;
  const own = await clientCertificate(profile);
  const ca = await pemFile(profile, 'caFile', profile.caFile);
  const options = { ...own, ...(ca === null ? {} : { ca }) };
  checkUsable(profile, options);
  return {
    rejectUnauthorized: !profile.trustServerCertificate,
    ...options,
    // The driver sets the server name of the handshake itself, so the name is compared here.
    ...(hostNameInCertificate === null
      ? {}
      : { checkServerIdentity: (_host, certificate) => checkServerIdentity(hostNameInCertificate, certificate) }),
  };
}

async function clientCertificate(profile: ConnectionProfile): Promise<{ cert: string; key: string } | null> {
  const cert = await pemFile(profile, 'clientCertFile', profile.clientCertFile);
  const key = await pemFile(profile, 'clientKeyFile', profile.clientKeyFile);
  if (cert === null || key === null || profile.clientKeyFile === null) return null;
  if (await othersMayRead(profile.clientKeyFile)) {
    throw new DataflowError(
      'configuration',
      `Other users of this computer may read the private key ${profile.clientKeyFile}. The connection was not made. Let only its owner read it (chmod 600). Connection: ${describeProfile(profile)}.`,
    );
  }
  return { cert, key };
}

async function pemFile(profile: ConnectionProfile, setting: string, file: string | null): Promise<string | null> {
  if (file === null) return null;
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new DataflowError(
      'configuration',
      `The file ${file} could not be read. The connection was not made. Check the name in “${setting}”, and that you may read the file. Connection: ${describeProfile(profile)}.`,
    );
  }
}

/** Tries files before a connection is opened, since the handshake would report them in OpenSSL's words. */
function checkUsable(profile: ConnectionProfile, options: { ca?: string; cert?: string; key?: string }): void {
  const unusable = (text: string): DataflowError =>
    new DataflowError('configuration', `${text} The connection was not made. Connection: ${describeProfile(profile)}.`);
  const works = (part: typeof options): boolean => {
    try {
      createSecureContext(part);
      return true;
    } catch {
      return false;
    }
  };
  const { ca, cert, key } = options;
  if (ca !== undefined && (!ca.includes('BEGIN CERTIFICATE') || !works({ ca }))) {
    throw unusable(`${profile.caFile} is not a certificate in PEM form. Check “caFile”.`);
  }
  if (cert === undefined || key === undefined) return;
  if (!works({ cert })) {
    throw unusable(`${profile.clientCertFile} is not a certificate in PEM form. Check “clientCertFile”.`);
  }
  if (/ENCRYPTED/.test(key)) {
    throw unusable(
      `The private key ${profile.clientKeyFile} has a passphrase, which is not supported. Make a copy without one that only you can read, and name it in “clientKeyFile”.`,
    );
  }
  if (!works({ key })) {
    throw unusable(`${profile.clientKeyFile} is not a private key in PEM form. Check “clientKeyFile”.`);
  }
  if (!works({ cert, key })) {
    throw unusable(
      `The private key ${profile.clientKeyFile} does not belong to the certificate ${profile.clientCertFile}. Check “clientCertFile” and “clientKeyFile”.`,
    );
  }
}
