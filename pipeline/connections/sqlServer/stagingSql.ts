import model from '../../../schemas/ssd-model.json' with { type: 'json' };
import { type StagingTable, stagingTableNames } from '../../staging/stagingStore.ts';
import { quoteName } from './qualifyTables.ts';

/** Characters that a person id has at most in the SSD model. */
export const personIdLength = 48;

/** Compares ids character by character, whatever the database's collation is. */
const binary = 'COLLATE Latin1_General_BIN2';

/** Existing data mixes cases and pads; a missing or unknown state is told from what the DfE accepted. */
const state = "LOWER(LTRIM(RTRIM(COALESCE(s.row_state, ''))))";
const status = "LOWER(LTRIM(RTRIM(COALESCE(s.submission_status, ''))))";
const hasPrevious = 'COALESCE(DATALENGTH(s.previous_json_payload), 0) > 0';
/** By text too: a row that another tool staged may have no hash of ours. */
const holdsAccepted = `(s.current_hash = o.hash OR s.json_payload ${binary} = o.payload)`;
const maySettle = `((${state} = 'deleted' AND NOT (${hasPrevious}))
    OR (${state} <> 'deleted' AND ${hasPrevious} AND s.current_hash = COALESCE(o.hash, s.previous_hash)))`;

interface ModelColumn {
  readonly type: string;
  readonly nullable: boolean;
  readonly default?: string;
}

const modelTables: Readonly<Record<string, { readonly columns: Readonly<Record<string, ModelColumn>> }>> = model.tables;

/**
 * The T-SQL of a staging table, for SQL Server 2012 and later: no MERGE, no JSON functions, no STRING_SPLIT.
 * @param schema the schema's name, as it is
 */
export function stagingSql(schema: string, table: StagingTable) {
  const name = stagingTableNames[table];
  const qualified = `${quoteName(schema)}.${quoteName(name)}`;
  const indexName = quoteName(`ix_${name}_person_id`);
  // The live table has defaults, which other tools of the authorities rely on; the other one has none.
  const columns = modelTables[name]?.columns ?? {};
  return {
    create: [
      `CREATE TABLE ${qualified} (${Object.entries(columns).map(definition).join(', ')})`,
      // Not unique: where the collation ignores case, two people can have ids that it takes for the same.
      `CREATE INDEX ${indexName} ON ${qualified} (person_id)`,
    ].join(';\n'),

    createIncoming: [
      `CREATE TABLE #incoming (person_id nvarchar(${personIdLength}) ${binary} NOT NULL PRIMARY KEY,
  legacy_id nvarchar(${personIdLength}) COLLATE DATABASE_DEFAULT NULL,
  payload nvarchar(max) COLLATE DATABASE_DEFAULT NOT NULL, hash varbinary(32) NOT NULL)`,
      `CREATE TABLE #keep (person_id nvarchar(${personIdLength}) ${binary} NOT NULL PRIMARY KEY)`,
    ].join(';\n'),

    // The connection is used again after the transaction, and would still have them.
    dropIncoming: 'DROP TABLE #incoming;\nDROP TABLE #keep',

    duplicates: `SELECT MIN(s.person_id) AS person_id FROM ${qualified} AS s WHERE s.person_id IS NOT NULL
GROUP BY s.person_id ${binary} HAVING COUNT(*) > 1`,

    updateChanged: `UPDATE s SET json_payload = i.payload, legacy_id = i.legacy_id, current_hash = i.hash, submission_status = 'pending',
  row_state = CASE WHEN ${state} = 'deleted' OR ${hasPrevious} THEN 'updated' ELSE 'new' END, last_updated = @at
FROM ${qualified} AS s JOIN #incoming AS i ON i.person_id = s.person_id ${binary}
WHERE s.current_hash IS NULL OR s.current_hash <> i.hash OR ${state} = 'deleted'`,

    markDeleted: `UPDATE s SET row_state = 'deleted', submission_status = 'pending', last_updated = @at
FROM ${qualified} AS s
WHERE ${state} <> 'deleted' AND s.person_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM #incoming AS i WHERE i.person_id = s.person_id ${binary})
  AND NOT EXISTS (SELECT 1 FROM #keep AS k WHERE k.person_id = s.person_id ${binary})`,

    insertNew: `INSERT INTO ${qualified} (person_id, legacy_id, json_payload, current_hash, submission_status, row_state, last_updated,
  submission_timestamp)
SELECT i.person_id, i.legacy_id, i.payload, i.hash, 'pending', 'new', @at, NULL FROM #incoming AS i
WHERE NOT EXISTS (SELECT 1 FROM ${qualified} AS s WHERE s.person_id ${binary} = i.person_id)
ORDER BY i.person_id`,

    counts: `SELECT x.row_state AS row_state, x.submission_status AS submission_status, x.has_previous AS has_previous,
  COUNT(*) AS rows_counted
FROM (SELECT ${state} AS row_state, ${status} AS submission_status, CASE WHEN ${hasPrevious} THEN 1 ELSE 0 END AS has_previous
  FROM ${qualified} AS s WHERE s.person_id IS NOT NULL) AS x
GROUP BY x.row_state, x.submission_status, x.has_previous`,

    ids: `SELECT s.person_id AS person_id, ${state} AS row_state, ${status} AS submission_status,
  CASE WHEN ${hasPrevious} THEN 1 ELSE 0 END AS has_previous
FROM ${qualified} AS s WHERE s.person_id IS NOT NULL`,

    /** Whole rows of some people, whose ids are the parameters `@p0` and on. */
    rows: (
      count: number,
    ) => `SELECT s.person_id, s.legacy_id, s.json_payload, s.current_hash, s.previous_json_payload, s.previous_hash,
  s.row_state, s.submission_status, s.submission_timestamp, s.api_response, s.last_updated
FROM ${qualified} AS s WHERE s.person_id IN (${numbered('p', count)})`,

    /** Writes the outcomes of one batch: all of them in one statement, each a row of parameters. */
    record: (count: number) => `UPDATE s SET
  previous_json_payload = CASE o.kind WHEN 'accepted' THEN o.payload WHEN 'deletion' THEN NULL WHEN 'settled'
    THEN CASE WHEN ${state} = 'deleted' THEN s.previous_json_payload ELSE s.json_payload END
    ELSE s.previous_json_payload END,
  previous_hash = CASE o.kind WHEN 'accepted' THEN o.hash WHEN 'deletion' THEN NULL WHEN 'settled'
    THEN CASE WHEN ${state} = 'deleted' THEN s.previous_hash ELSE s.current_hash END ELSE s.previous_hash END,
  api_response = o.note,
  submission_timestamp = CASE WHEN o.kind IN ('accepted', 'deletion') THEN o.sent_at ELSE s.submission_timestamp END,
  submission_status = CASE o.kind WHEN 'rejected' THEN 'error' WHEN 'settled' THEN 'sent'
    WHEN 'deletion' THEN CASE WHEN ${state} = 'deleted' THEN 'sent' ELSE 'pending' END
    ELSE CASE WHEN ${state} <> 'deleted' AND ${holdsAccepted} THEN 'sent' ELSE 'pending' END END,
  row_state = CASE o.kind WHEN 'rejected' THEN s.row_state WHEN 'deletion' THEN s.row_state
    WHEN 'settled' THEN CASE WHEN ${state} = 'deleted' THEN 'deleted' ELSE 'unchanged' END
    ELSE CASE WHEN ${state} = 'deleted' THEN 'deleted' WHEN ${holdsAccepted} THEN 'unchanged' ELSE 'updated' END END
FROM ${qualified} AS s JOIN (${Array.from({ length: count }, (_, i) => outcomeRow(i)).join('\n  UNION ALL ')}) AS o
  ON o.person_id = s.person_id ${binary}
WHERE o.kind <> 'settled' OR ${maySettle}`,
  };
}

export type StagingSql = ReturnType<typeof stagingSql>;

function definition([name, column]: [string, ModelColumn]): string {
  const primary = column.type.includes('identity') ? ' PRIMARY KEY' : '';
  const value = column.default === undefined ? '' : ` DEFAULT ${column.default}`;
  return `${name} ${column.type} ${column.nullable ? 'NULL' : 'NOT NULL'}${value}${primary}`;
}

/** `@p0, @p1, ...` */
function numbered(prefix: string, count: number): string {
  return Array.from({ length: count }, (_, i) => `@${prefix}${i}`).join(', ');
}

function outcomeRow(i: number): string {
  return `SELECT @id${i} AS person_id, @kind${i} AS kind, @note${i} AS note, @payload${i} AS payload, @hash${i} AS hash, @at${i} AS sent_at`;
}
