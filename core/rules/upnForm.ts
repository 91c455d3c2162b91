import { codeset } from '../payload/codesets.ts';

/** Which rule on the form of a unique pupil number is broken. */
export type UpnFault = 'UPN-02' | 'UPN-03' | 'UPN-04' | 'UPN-05';

/** A unique pupil number of 13 letters and digits, and the rule on its form that names its fault best. */
export interface UpnReading {
  readonly text: string;
  readonly fault: UpnFault | undefined;
}

function faultOf(upn: string): UpnFault | undefined {
  if (/^[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]$/.test(upn)) {
    return Object.hasOwn(codeset('upn_la_code').codes, upn.slice(1, 4)) ? undefined : 'UPN-05';
  }
  if (/[A-Za-z]/.test(upn.slice(4, 12))) return 'UPN-03';
  return /[IOSios]$/.test(upn) ? 'UPN-04' : 'UPN-02';
}

/** Reads a number; undefined for text that does not have 13 letters and digits, which breaks UPN-01 or UPN-09. */
export function readUpn(text: string | undefined): UpnReading | undefined {
  if (text === undefined || !/^[A-Za-z0-9]{13}$/.test(text)) return undefined;
  return { text, fault: faultOf(text) };
}
