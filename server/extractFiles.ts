import { readSectionHeader } from '../core/sql/sectionHeader.ts';
import { matchesFiles } from './files.ts';
import type { Host } from './host.ts';

/** An extract file and the section it fills. */
export interface ExtractFile {
  readonly uri: string;
  readonly section: string;
  readonly text: string;
}

interface Known {
  readonly modified: number;
  readonly section: string | null;
}

/** Files larger than this are no section files, which hold one SELECT, in bytes. */
const maxExtractSize = 1_000_000;

/** Finds the extract of a section among the `.sql` files of the workspace, then in the shipped pack. */
export class ExtractFiles {
  readonly #host: Host;
  readonly #known = new Map<string, Known>();
  /** Folder URIs in the order in which they count: workspace folders, then the shipped pack. */
  folders: readonly string[] = [];

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * The file that fills a section: one that says `-- @section`, best of all in a place that `globs` name, or one that
   * is named for the section and matches `globs`. Null when there is none.
   */
  async find(section: string, globs: readonly string[], signal: AbortSignal): Promise<ExtractFile | null> {
    for (const folder of this.folders) {
      const found: { uri: string; rank: number }[] = [];
      for (const { uri, size, modified } of await this.#host.findFiles(folder, ['.sql'], signal)) {
        if (signal.aborted) return null;
        if (size > maxExtractSize) continue;
        const named = uri.toLowerCase().endsWith(`/${section.toLowerCase()}.sql`);
        const declared = (await this.#sectionOf(uri, modified)) === section;
        const placed = matchesFiles(uri, globs);
        if (declared || (named && placed)) found.push({ uri, rank: (declared ? 2 : 0) + (placed ? 1 : 0) });
      }
      const best = found.sort((a, b) => b.rank - a.rank || (a.uri < b.uri ? -1 : 1))[0];
      const text = best === undefined ? null : await this.#host.readTextFile(best.uri);
      if (best !== undefined && text !== null) return { uri: best.uri, section, text };
    }
    return null;
  }

  async #sectionOf(uri: string, modified: number): Promise<string | null> {
    const known = this.#known.get(uri);
    if (known !== undefined && known.modified === modified) return known.section;
    const text = (await this.#host.readTextFile(uri)) ?? '';
    const section = text.includes('@section') ? (readSectionHeader(text).section?.value ?? null) : null;
    this.#known.set(uri, { modified, section });
    return section;
  }
}
