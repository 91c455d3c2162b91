import { request } from 'node:https';
import { generate } from 'selfsigned';
import { expect, it } from 'vitest';
import { startReceiver } from '../../../sandbox/receiver/receiver.ts';

it('a receiver with a certificate speaks HTTPS to those who trust it, and to nobody else', async () => {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const tls = { key: pems.private, cert: pems.cert };
  const receiver = await startReceiver({ store: ':memory:', laCode: '846', tls });
  const statusWith = (ca: string | undefined) =>
    new Promise<number>((resolve, reject) => {
      const asking = request(receiver.apiUrl, { ca, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asking.on('error', reject);
      asking.end();
    });
  try {
    expect(receiver.apiUrl).toMatch(/^https:/);
    expect(await statusWith(pems.cert)).toBe(404);
    await expect(statusWith(undefined)).rejects.toThrow(/certificate/);
  } finally {
    await receiver.close();
  }
});
