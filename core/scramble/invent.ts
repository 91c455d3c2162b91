import { codeset } from '../payload/codesets.ts';
import { upnCheckLetter } from '../rules/upnLetter.ts';

/**
 * A keyed hash, such as HMAC-SHA-256 under a random key that nobody keeps. Without the key an invented value cannot
 * be traced back by trying candidates. Gives at least 32 bytes.
 */
export type KeyedHash = (text: string) => Uint8Array;

/** A run of numbers that looks like chance and is fixed by the key, what is replaced and its value. */
export class Draw {
  readonly #hash: KeyedHash;
  readonly #about: string;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #block = 0;

  constructor(hash: KeyedHash, about: readonly string[]) {
    this.#hash = hash;
    this.#about = JSON.stringify(about);
  }

  /** A number from 0 to `limit` - 1; `limit` is at most 2^24. */
  below(limit: number): number {
    if (this.#at + 4 > this.#bytes.length) {
      this.#bytes = this.#hash(`${this.#about}${this.#block}`);
      this.#block += 1;
      this.#at = 0;
    }
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    const value = view.getUint32(this.#at);
    this.#at += 4;
    return value % limit;
  }

  oneOf<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)];
    if (found === undefined) throw new RangeError('Nothing to draw from');
    return found;
  }

  characters(count: number, alphabet: string): string {
    return Array.from({ length: count }, () => alphabet.charAt(this.below(alphabet.length))).join('');
  }
}

/** No vowels, so that no words arise; no X, as the API's firewall takes "0x" for an attack. */
const idAlphabet = 'BCDFGHJKLMNPQRSTVWZ23456789';

/** An id of 12 characters, which every id field takes. Worker ids keep the SW in front that rules ask for. */
export function inventId(draw: Draw, field: string): string {
  return field === 'worker_id' ? `SW${draw.characters(10, '123456789')}` : draw.characters(12, idAlphabet);
}

const starts = ['Br', 'Dw', 'Fl', 'Gr', 'Kw', 'Ml', 'Pl', 'Qu', 'Sk', 'Tr', 'Vl', 'Zw'];
const middles = ['a', 'e', 'i', 'o', 'u', 'ae', 'oo', 'ei'];
const joints = ['bb', 'dl', 'ft', 'gn', 'kk', 'mb', 'nz', 'pf', 'rv', 'tz', 'vl', 'zz'];
const ends = ['ack', 'emp', 'ibe', 'olt', 'unge', 'arp', 'erk', 'ogue'];

/** A name of three made-up syllables that nobody bears, with an apostrophe or hyphen now and then as real ones have. */
export function inventName(draw: Draw): string {
  const one = () => draw.oneOf(starts) + draw.oneOf(middles) + draw.oneOf(joints) + draw.oneOf(ends);
  const shape = draw.below(12);
  if (shape === 0) return `O'${one()}`;
  return shape === 1 ? `${one()}-${one()}` : one();
}

/** A postcode in the area ZZ, which does not exist. */
export function inventPostcode(draw: Draw): string {
  return `ZZ${1 + draw.below(99)} ${draw.below(10)}${draw.characters(2, 'ABDEFGHJLNPQRSTUWYZ')}`;
}

/** A unique pupil number with the right check letter. */
export function inventUpn(draw: Draw): string {
  const authorities = Object.keys(codeset('upn_la_code').codes).filter((code) => /^\d{3}$/.test(code));
  const rest = `${draw.oneOf(authorities)}${draw.characters(9, '0123456789')}`;
  return `${upnCheckLetter(`A${rest}`) ?? 'A'}${rest}`;
}

/** Text of about the same kind: made-up words, as long as the limit allows. */
export function inventText(draw: Draw, length: number): string {
  return draw.characters(Math.min(Math.max(length, 1), 40), 'bcdfghjklmnpqrstvwz');
}
