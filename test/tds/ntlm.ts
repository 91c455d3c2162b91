import { createHmac, timingSafeEqual } from 'node:crypto';

/** A Windows account that the test server knows. */
export interface WindowsUser {
  readonly domain: string;
  readonly user: string;
  readonly password: string;
}

const signature = Buffer.from('NTLMSSP\0', 'latin1');
/** Offset of what follows the fixed part of a challenge: domain, then target information. */
const challengeHead = 56;

/** The server's challenge (MS-NLMP 2.2.1.2). `nonce` are eight bytes. */
export function ntlmChallenge(domain: string, nonce: Buffer): Buffer {
  const name = Buffer.from(domain, 'utf16le');
  const target = Buffer.concat([Buffer.from([2, 0, name.length, 0]), name, Buffer.alloc(4)]);
  const head = Buffer.alloc(challengeHead);
  signature.copy(head);
  head.writeUInt32LE(2, 8);
  head.writeUInt16LE(name.length, 12);
  head.writeUInt16LE(name.length, 14);
  head.writeUInt32LE(challengeHead, 16);
  head.writeUInt32LE(0x00890205, 20);
  nonce.copy(head, 24);
  head.writeUInt16LE(target.length, 40);
  head.writeUInt16LE(target.length, 42);
  head.writeUInt32LE(challengeHead + name.length, 44);
  return Buffer.concat([head, name, target]);
}

function field(message: Buffer, at: number): Buffer {
  const offset = message.readUInt32LE(at + 4);
  return message.subarray(offset, offset + message.readUInt16LE(at));
}

/** Whether a response (MS-NLMP 2.2.1.3) proves the account's password, by NTLMv2. */
export function provesPassword(response: Buffer, nonce: Buffer, account: WindowsUser): boolean {
  if (!response.subarray(0, 8).equals(signature) || response.readUInt32LE(8) !== 3) return false;
  const domain = field(response, 28).toString('utf16le');
  const user = field(response, 36).toString('utf16le');
  if (domain !== account.domain || user.toLowerCase() !== account.user.toLowerCase()) return false;
  const at = response.readUInt32LE(24);
  const proof = response.subarray(at, at + 16);
  // What is proved over follows the proof, to the end of the message.
  const blob = response.subarray(at + 16);
  const key = hmac(md4(Buffer.from(account.password, 'utf16le')), Buffer.from(user.toUpperCase() + domain, 'utf16le'));
  return timingSafeEqual(proof, hmac(key, Buffer.concat([nonce, blob])));
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac('md5', key).update(data).digest();
}

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** Rounds of MD4 (RFC 1320): the function of three words, the constant, the order of words, the rotations. */
const rounds = [
  {
    mix: (x: number, y: number, z: number) => (x & y) | (~x & z),
    constant: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    bits: [3, 7, 11, 19],
  },
  {
    mix: (x: number, y: number, z: number) => (x & y) | (x & z) | (y & z),
    constant: 0x5a827999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    bits: [3, 5, 9, 13],
  },
  {
    mix: (x: number, y: number, z: number) => x ^ y ^ z,
    constant: 0x6ed9eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    bits: [3, 9, 11, 15],
  },
];

/** MD4 of some bytes: what Windows keeps of a password. Node's own has it no longer. */
export function md4(data: Buffer): Buffer {
  const padded = Buffer.alloc((((data.length + 8) >> 6) + 1) * 64);
  data.copy(padded);
  padded.writeUInt8(0x80, data.length);
  padded.writeUInt32LE(data.length * 8, padded.length - 8);
  let state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let block = 0; block < padded.length; block += 64) {
    const before = state;
    for (const { mix, constant, order, bits } of rounds) {
      for (const [step, word] of order.entries()) {
        const [a = 0, b = 0, c = 0, d = 0] = state;
        const sum = (a + mix(b, c, d) + padded.readInt32LE(block + word * 4) + constant) | 0;
        state = [d, rotate(sum, bits[step % 4] ?? 0), b, c];
      }
    }
    state = state.map((word, i) => (word + (before[i] ?? 0)) | 0);
  }
  const digest = Buffer.alloc(16);
  for (const [i, word] of state.entries()) digest.writeInt32LE(word, i * 4);
  return digest;
}
