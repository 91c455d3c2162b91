import type { JsonObject } from '../../core/json.ts';
import { upnCheckLetter } from '../../core/rules/upnLetter.ts';
import valid from '../../examples/payload-valid.json' with { type: 'json' };

/** Day on which the sample children are without fault. */
export const sampleDay = '2026-06-30';

/** Fresh copies of the children of examples/payload-valid.json. */
export function validChildren(): JsonObject[] {
  return structuredClone(valid) as unknown as JsonObject[];
}

/** A unique pupil number with a right check letter from a running number. */
function upnOf(index: number): string {
  const digits = `8450${String(index).padStart(8, '0')}`;
  return `${upnCheckLetter(`A${digits}`) ?? 'A'}${digits}`;
}

/**
 * Any number of children without fault: the sample children again and again, with ids of their own. `details` are
 * laid over the details of every child.
 */
export function manyChildren(count: number, details: JsonObject = {}): JsonObject[] {
  const samples = valid.map((child) => JSON.stringify(child));
  return Array.from({ length: count }, (_, index) => {
    const text = (samples[index % samples.length] ?? '').replace(
      /("(?:la_child_id|mis_child_id|\w+_(?:episode|assessment|plan|placement)_id)": ?")([^"]*)"/g,
      (_whole, key: string, id: string) => `${key}${id}n${index}"`,
    );
    const child = JSON.parse(text) as JsonObject;
    const own = child.child_details as JsonObject;
    if (own.unique_pupil_number !== undefined) own.unique_pupil_number = upnOf(index);
    Object.assign(own, details);
    return child;
  });
}
