import path from 'node:path';
import type { Command } from 'commander';
import type { SourceInput } from '../jobs/contract.ts';
import type { Runtime } from './runtime.ts';

/** Flags that say where children come from. */
export interface SourceOptions {
  readonly connection?: string;
  readonly pack?: string;
  readonly query?: string;
}

/** Adds the source flags to a command. */
export function withSource(command: Command): Command {
  return command
    .option('--connection <name>', 'connection of ssd.config.json to read (default: the sandbox)')
    .option('--pack <folder>', 'folder whose .sql files replace those of the shipped pack by name')
    .option('--query <file>', 'query that returns person_id and json_payload, instead of the pack');
}

export function sourceInput(options: SourceOptions, runtime: Runtime): SourceInput {
  const resolve = (file: string): string => path.resolve(runtime.workingFolder, file);
  return {
    ...(options.connection === undefined ? {} : { connection: options.connection }),
    ...(options.pack === undefined ? {} : { pack: resolve(options.pack) }),
    ...(options.query === undefined ? {} : { query: resolve(options.query) }),
  };
}
