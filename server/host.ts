/** A file found in a workspace folder. */
export interface FoundFile {
  readonly uri: string;
  /** Size in bytes. */
  readonly size: number;
  /** Last change in milliseconds since 1970, for telling whether to look again. */
  readonly modified: number;
}

/** What the server needs from the machine it runs on. Tests and `nodeHost` provide it. */
export interface Host {
  /** Today in local time, `YYYY-MM-DD`. */
  today(): string;
  /** The version of this software, for reports. */
  version(): Promise<string>;
  /**
   * The text of a file (UTF-8), or null when it is not a local file or cannot be read. With `maxBytes` only the
   * beginning, whose last character may be cut.
   */
  readTextFile(uri: string, maxBytes?: number): Promise<string | null>;
  /** Size and time of one local file, or null when there is none. */
  stat(uri: string): Promise<FoundFile | null>;
  /** Files below a local folder whose names end in one of `extensions` (with the dot), without tool folders. */
  findFiles(folderUri: string, extensions: readonly string[], signal: AbortSignal): Promise<readonly FoundFile[]>;
}
