import path from 'node:path';
import { sandboxName } from '../config/settings.ts';
import type { Ctx } from '../ctx.ts';
import { fileName } from './files.ts';

/**
 * Where the last extract from the connection in use lies: in the extension's own folder, outside every repository.
 * Each extract replaces the one before, so that records do not pile up.
 */
export function extractFile(ctx: Ctx): string {
  return path.join(ctx.dataFolder, 'extracts', `${fileName(ctx.connection.name ?? sandboxName)}.json`);
}
