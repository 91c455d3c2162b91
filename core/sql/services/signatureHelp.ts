import { sqlFunction } from '../functions.ts';
import type { SqlModel } from '../sqlDocument.ts';
import { tokenIndexBefore } from './places.ts';

/** How a function is called, and which of its arguments is being written, from 0. */
export interface SqlSignature {
  readonly label: string;
  readonly text: string;
  readonly parameters: readonly { readonly start: number; readonly end: number }[];
  readonly active: number;
}

/** Help for the innermost known function whose brackets are open at the offset; null when there is none. */
export function signatureAt(model: SqlModel, offset: number): SqlSignature | null {
  const { tokens } = model;
  let depth = 0;
  let commas = 0;
  for (let index = tokenIndexBefore(tokens, offset); index > 0; index--) {
    const token = tokens[index];
    if (token === undefined || token.kind === 'go' || token.upper === ';') return null;
    if (token.end > offset && token.kind === 'string') return null;
    if (token.upper === ')') depth++;
    else if (token.upper === ',' && depth === 0) commas++;
    else if (token.upper === 'AS' && depth === 0 && commas === 0) commas = 1;
    else if (token.upper === '(') {
      if (depth > 0) {
        depth--;
        continue;
      }
      const name = tokens[index - 1];
      const known = name?.kind === 'word' ? sqlFunction(name.text) : undefined;
      if (known === undefined) return null;
      const parameters = parametersOf(known.signature);
      return {
        label: known.signature,
        text: known.text,
        parameters,
        active: Math.min(commas, Math.max(0, parameters.length - 1)),
      };
    }
  }
  return null;
}

/** The ranges of the parameters inside the first brackets of a signature. */
function parametersOf(signature: string): { start: number; end: number }[] {
  const open = signature.indexOf('(');
  const close = signature.indexOf(')', open);
  if (open < 0 || close <= open + 1) return [];
  const ranges: { start: number; end: number }[] = [];
  for (const match of signature.slice(open + 1, close).matchAll(/[^,[\]]*[^,[\]\s][^,[\]]*/g)) {
    const text = match[0];
    const start = open + 1 + match.index + (text.length - text.trimStart().length);
    if (text.trim() === '') continue;
    for (const part of text.trim().split(/ AS /)) {
      const at = signature.indexOf(part, start);
      ranges.push({ start: at, end: at + part.length });
    }
  }
  return ranges;
}
