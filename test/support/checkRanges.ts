import type { TextValidation } from '../../core/payload/payloadDocument.ts';

/** Problems whose range, or that of a place they point to or of an edit they offer, is not inside the text. */
export function outsideRanges(text: string, { problems }: TextValidation): string[] {
  return problems.flatMap((problem) => {
    const changes = (problem.edits ?? []).flatMap((edit) => edit.changes);
    const outside = [problem, ...(problem.related ?? []), ...changes].some(
      ({ start, end }) => !(start >= 0 && end >= start && end <= text.length),
    );
    return outside ? [`${problem.code} at ${problem.start}`] : [];
  });
}

/** Whether a text is a payload's as far as JSON goes: the validator must find fault with the syntax of any other. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a validation says that the text is no JSON. */
export function saysBroken({ problems }: TextValidation): boolean {
  return problems.some(({ code }) => code.startsWith('JSN-'));
}
