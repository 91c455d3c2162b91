import { codeset } from '../../core/payload/codesets.ts';

/** The 23 letters of a UPN; the place of a letter is its value. */
const alphabet = 'ABCDEFGHJKLMNPQRTUVWXYZ';

/**
 * The check letter for the last 12 characters of a UPN: each times its place number (2 to 13), summed, modulo 23
 * (UK Government Data Standards Catalogue, UPN 2.0).
 */
function checkLetter(rest: string): string {
  let sum = 0;
  for (let i = 0; i < rest.length; i++) {
    const letter = alphabet.indexOf(rest.charAt(i));
    sum += (letter >= 0 ? letter : Number(rest.charAt(i))) * (i + 2);
  }
  return alphabet.charAt(sum % alphabet.length);
}

const authorities = Object.keys(codeset('upn_la_code').codes).filter((code) => !code.startsWith('00'));

/**
 * A unique pupil number with a right check letter that no other `serial` below 100,000,000 gets.
 * @param temporary ends in a letter, as the number of a pupil whose permanent one is not known does
 */
export function inventUpn(serial: number, temporary: boolean): string {
  const authority = authorities[serial % authorities.length];
  // Scrambling the serial by a factor without a common divisor keeps it unique and makes it look like a real number.
  const digits = String((serial * 38_737_463) % 100_000_000).padStart(8, '0');
  // No X at the end: after a 0 it would trip the API's web firewall, which looks for "0x".
  const last = temporary ? alphabet.charAt(serial % (alphabet.length - 3)) : '';
  const rest = `${authority}${temporary ? digits.slice(0, 8) : `1${digits}`}${last}`;
  return `${checkLetter(rest)}${rest}`;
}
