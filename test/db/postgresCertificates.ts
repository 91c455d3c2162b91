import { generate } from 'selfsigned';

/** Certificates of a TLS test: an authority, the server's and a client's, as PEM text. Invented anew for each run. */
export interface TestCertificates {
  readonly authority: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

/** The name in the server's certificate, which is not the name that tests connect to. */
export const certifiedHost = 'pg.council.example';

/**
 * Makes the certificates. The client's is for the database user `certified`.
 */
export async function createCertificates(): Promise<TestCertificates> {
  const common = { keySize: 2048, algorithm: 'sha256' } as const;
  const authority = await generate([{ name: 'commonName', value: 'Council test authority' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true },
    ],
  });
  const ca = { key: authority.private, cert: authority.cert };
  const server = await generate([{ name: 'commonName', value: certifiedHost }], {
    ...common,
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: [{ type: 2, value: certifiedHost }] },
    ],
  });
  const client = await generate([{ name: 'commonName', value: 'certified' }], {
    ...common,
    ca,
    extensions: [{ name: 'basicConstraints', cA: false }],
  });
  return {
    authority: authority.cert,
    server: { cert: server.cert, key: server.private },
    client: { cert: client.cert, key: client.private },
  };
}
