/**
 * The check letter of a unique pupil number, from the public algorithm of the Government Data Standards Catalogue
 * (UPN version 2.0): characters 2 to 13 times their position, summed, modulo 23. A letter in place 13 (a temporary
 * number) counts as its place in the alphabet without I, O and S. Undefined for text that is no number of 13 characters.
 */
export function upnCheckLetter(upn: string): string | undefined {
  if (!/^[A-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]$/.test(upn)) return undefined;
  const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ';
  let sum = 0;
  for (let position = 2; position <= 13; position++) {
    const character = upn.charAt(position - 1);
    const letter = letters.indexOf(character);
    sum += position * (letter === -1 ? Number(character) : letter);
  }
  return letters.charAt(sum % letters.length);
}
