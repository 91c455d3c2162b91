import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sections } from '../../../core/payload/sections.ts';
import type { SsdConnection } from '../../../pipeline/connections/connection.ts';
import { openSqliteConnection } from '../../../pipeline/connections/sqlite.ts';
import { openSqliteFile } from '../../../pipeline/connections/sqliteDatabase.ts';
import type { ExtractedChild, StrayRows } from '../../../pipeline/extract/assemble.ts';
import { type ExtractOptions, extractChildren } from '../../../pipeline/extract/extract.ts';
import { type ExtractPack, loadPack } from '../../../pipeline/extract/pack.ts';

type Cell = string | number | null;

/** Rows by section; `cohort` holds the ids in scope. A row gives some of the section's columns, the rest is NULL. */
export interface FixtureRows {
  readonly cohort: readonly Cell[];
  readonly [section: string]: readonly (Cell | Readonly<Record<string, Cell>>)[];
}

/** A database with one table for each section and a pack that reads them as they stand, to try out any rows. */
export class PackFixture {
  readonly folder: string;
  readonly packFolder: string;
  readonly connection: SsdConnection;

  private constructor(folder: string, connection: SsdConnection) {
    this.folder = folder;
    this.packFolder = path.join(folder, 'pack');
    this.connection = connection;
  }

  static async open(rows: FixtureRows): Promise<PackFixture> {
    const folder = await mkdtemp(path.join(tmpdir(), 'ssd-pack-'));
    const file = path.join(folder, 'ssd.sqlite');
    const database = await openSqliteFile(file, { readOnly: false });
    await mkdir(path.join(folder, 'pack'));
    const put = (name: string, text: string) => writeFile(path.join(folder, 'pack', `${name}.sql`), text);
    database.exec('CREATE TABLE people (person_id)');
    await put('cohort', 'SELECT person_id FROM people');
    for (const id of rows.cohort) database.prepare('INSERT INTO people VALUES (?)').run(id);
    for (const section of sections('0.9')) {
      const columns = [...section.parentIds, ...section.fields.map((field) => field.name)];
      database.exec(`CREATE TABLE rows_${section.name} (${columns.join(', ')})`);
      await put(section.name, `-- @section ${section.name}\nSELECT * FROM rows_${section.name}`);
      for (const row of rows[section.name] ?? []) {
        if (row === null || typeof row !== 'object') continue;
        const names = Object.keys(row);
        const sql = `INSERT INTO rows_${section.name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
        database.prepare(sql).run(...Object.values(row));
      }
    }
    database.close();
    const signal = new AbortController().signal;
    return new PackFixture(folder, await openSqliteConnection({ name: 'test', file, purpose: 'test' }, signal));
  }

  /** Replaces one file of the pack. */
  async put(name: string, sql: string): Promise<void> {
    await writeFile(path.join(this.packFolder, `${name}.sql`), sql);
  }

  pack(): Promise<ExtractPack> {
    return loadPack({ shipped: this.packFolder, override: null, spec: '0.9' });
  }

  /** Extracts everything. */
  async extract(
    options: Partial<ExtractOptions> = {},
    signal = new AbortController().signal,
  ): Promise<{ children: ExtractedChild[]; strayRows: readonly StrayRows[]; complete: boolean }> {
    const extraction = extractChildren(
      this.connection,
      { kind: 'pack', pack: await this.pack() },
      { spec: '0.9', runDate: '2026-11-22', ...options },
      signal,
    );
    const children: ExtractedChild[] = [];
    for await (const child of extraction.children) children.push(child);
    return { children, strayRows: extraction.report.strayRows, complete: extraction.report.complete };
  }

  async close(): Promise<void> {
    await this.connection.close();
    await rm(this.folder, { recursive: true });
  }
}
