import type { LocatedProblem } from '../../../core/problems.ts';
import type { LanguageService, OffsetEdit } from '../../../server/languages/languageService.ts';

/** A point at which the test holds a validation. */
export interface Gate {
  readonly promise: Promise<void>;
  open(): void;
}

export function createGate(): Gate {
  let open = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** The marked-words language with what its tests look at. */
export interface MarkedWords extends LanguageService {
  /** Versions whose validation was started, by URI. */
  readonly started: { uri: string; version: number; aborted: () => boolean }[];
  readonly edits: (readonly OffsetEdit[] | null)[];
  /** Resolves when the validation of that version was started. */
  whenStarted(uri: string, version: number): Promise<void>;
  /** Validations of URIs that are named here wait for their gate. */
  readonly gates: Map<string, Gate>;
}

/**
 * A small language for tests of the server itself: a `.words` file whose words `error!` and `warn!` are problems. It
 * implements hover and nothing else of the editing features.
 */
export function createMarkedWords(): MarkedWords {
  const started: MarkedWords['started'] = [];
  const edits: MarkedWords['edits'] = [];
  const gates = new Map<string, Gate>();
  const starts = new Map<string, Gate>();
  const startOf = (uri: string, version: number) => {
    const key = `${uri} ${version}`;
    const known = starts.get(key) ?? createGate();
    starts.set(key, known);
    return known;
  };
  return {
    name: 'words',
    started,
    edits,
    gates,
    whenStarted: (uri, version) => startOf(uri, version).promise,
    recognises: (document) => document.uri.endsWith('.words') || document.getText().startsWith('#words'),
    changed: (_document, list) => {
      edits.push(list);
    },
    async problems(document, context) {
      started.push({ uri: document.uri, version: document.version, aborted: () => context.signal.aborted });
      startOf(document.uri, document.version).open();
      const text = document.getText();
      await gates.get(document.uri)?.promise;
      const found: LocatedProblem[] = [];
      for (const match of text.matchAll(/\b(error|warn)!/g)) {
        const severity = match[1] === 'error' ? 'error' : 'warning';
        const end = match.index + match[0].length;
        const change = { start: match.index, end, newText: 'fine' };
        found.push({
          code: match[1] === 'error' ? 'W-01' : 'W-02',
          severity,
          message: `This word is marked as of ${context.asOf}.`,
          path: [],
          start: match.index,
          end,
          edits: [{ title: 'Replace by fine', safe: severity === 'error', changes: [change] }],
        });
      }
      if (text.includes('throw!')) throw new TypeError(`secret content: ${text}`);
      return found;
    },
    problemsSoFar: () => ({ problems: [], omitted: 0, checked: '2 words' }),
    hover(document, position) {
      if (document.getText().includes('throw!')) throw new TypeError('secret content of the file');
      return { contents: `line ${position.line}` };
    },
  };
}
