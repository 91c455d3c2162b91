/** A file of lines as read back after any crash. */
export interface Lines {
  /** Complete lines, without their line ends. */
  readonly lines: readonly string[];
  /** Bytes up to and with the last line end. */
  readonly completeBytes: number;
  /** Bytes after it: a line that a crash cut short. Nothing was done on the strength of it. */
  readonly tornBytes: number;
}

/** Splits a file of lines, each ended by `\n`, keeping apart a last line without its end. */
export function splitLines(bytes: Buffer): Lines {
  const end = bytes.lastIndexOf(0x0a) + 1;
  const text = bytes.subarray(0, end).toString('utf8');
  return {
    lines: text === '' ? [] : text.slice(0, -1).split('\n'),
    completeBytes: end,
    tornBytes: bytes.length - end,
  };
}
