import { generate } from 'selfsigned';

/** A key and a certificate that vouches for itself, as PEM text. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

const made = new Map<string, Promise<TestCertificate>>();

/** A certificate for one host name, made once per process: keys take long to find. */
export function createCertificate(host: string): Promise<TestCertificate> {
  const known = made.get(host) ?? make(host);
  made.set(host, known);
  return known;
}

async function make(host: string): Promise<TestCertificate> {
  const pems = await generate([{ name: 'commonName', value: host }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
    ],
  });
  return { key: pems.private, cert: pems.cert };
}
