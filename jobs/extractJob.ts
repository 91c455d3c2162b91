import type { JsonObject } from '../core/json.ts';
import { createValidator } from '../core/rules/validator.ts';
import { type ExtractReport, extractChildren } from '../pipeline/extract/extract.ts';
import { writePayloadFile, writePayloadStream } from '../pipeline/extract/payloadWriter.ts';
import { type ValidatedStream, validateStream } from '../pipeline/extract/validateStream.ts';
import type { SourceInput } from './contract.ts';
import type { JobFunction } from './jobFunction.ts';
import type { JobScope } from './scope.ts';
import { extractSource, type OpenSource, openSource } from './source.ts';
import { sayStrayRows } from './strayRows.ts';

/** An extract under way: read `stream.children` once, then ask for what was found. */
export interface RunningExtract {
  readonly stream: ValidatedStream;
  readonly report: ExtractReport;
  /** What the reads guaranteed, and rows that belong to no child. Complete when the children were read to the end. */
  notes(): string;
  /** Hash of the pack; null for a custom query. */
  readonly packVersion: string | null;
}

/** Starts an extract that is validated on its way. */
export async function startExtract(
  scope: JobScope,
  source: OpenSource,
  input: SourceInput & { readonly limit?: number },
): Promise<RunningExtract> {
  const { settings, context } = scope;
  const from = await extractSource(scope, input);
  const extraction = extractChildren(
    source.connection,
    from,
    { spec: settings.spec, runDate: source.runDate, ...(input.limit === undefined ? {} : { limit: input.limit }) },
    context.signal,
  );
  const validator = createValidator({
    spec: settings.spec,
    asOf: settings.validation.asOf ?? source.runDate,
    severities: settings.validation.rules,
    kind: 'full',
  });
  const stream = validateStream(extraction.children, validator, context.signal);
  return {
    stream,
    report: extraction.report,
    notes: () => [extraction.report.consistency, ...sayStrayRows(extraction.report.strayRows)].join(' '),
    packVersion: from.kind === 'pack' ? from.pack.hash : null,
  };
}

async function* payloads(stream: ValidatedStream, scope: JobScope): AsyncGenerator<JsonObject> {
  for await (const extracted of stream.children) {
    if (extracted.kind === 'child') yield extracted.child;
    const done = stream.count();
    if (done % 50 === 0) scope.context.progress({ phase: 'Extracting', done, unit: 'children' });
  }
}

/** SSD to a payload file, or to standard output when `out` is `-`. */
export const extractJob: JobFunction<'extract'> = async (input, scope) => {
  const source = await openSource(scope, input);
  try {
    scope.context.progress({ phase: 'Extracting' });
    const { stream, notes } = await startExtract(scope, source, input);
    const children = payloads(stream, scope);
    if (input.out === undefined || input.out === '-') {
      await writePayloadStream(process.stdout, children, scope.context.signal);
    } else await writePayloadFile(input.out, children, scope.context.signal);
    return {
      out: input.out ?? null,
      children: stream.count(),
      consistency: notes(),
      problems: stream.problems(),
      notAssembled: stream.notAssembled(),
    };
  } finally {
    await source.close();
  }
};
