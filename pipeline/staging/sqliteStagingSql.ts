import { stagingColumns } from './stagingValues.ts';

/** The statements of an SQLite staging table; each is named for what it does (stagingStore.ts has the transitions). */
export interface StagingStatements {
  readonly columns: string;
  readonly create: string;
  readonly createIncoming: string;
  readonly insertIncoming: string;
  readonly duplicates: string;
  readonly updateChanged: string;
  readonly markDeleted: string;
  readonly insertNew: string;
  readonly counts: string;
  readonly rows: string;
  readonly acceptPayload: string;
  readonly acceptDeletion: string;
  readonly reject: string;
  readonly settle: string;
}

/** Existing data mixes cases and pads; a missing or unknown state is told from what the DfE accepted. */
const state = "lower(trim(coalesce(row_state, '')))";
const hasPrevious = "coalesce(previous_json_payload, '') <> ''";
const knownState = `CASE WHEN ${state} IN ('new', 'updated', 'unchanged', 'deleted') THEN ${state}
       WHEN ${hasPrevious} THEN 'updated' ELSE 'new' END`;
const status = "lower(trim(coalesce(submission_status, '')))";

/** Whether the row still is what was accepted. By text too: a row that another tool staged may have no hash of ours. */
const holdsAccepted = '(current_hash = @hash OR json_payload = @payload)';

function columnDefinition(column: { name: string; type: string; nullable: boolean }): string {
  if (column.type.includes('identity')) return `${column.name} INTEGER PRIMARY KEY`;
  // SQLite has no (max).
  return `${column.name} ${column.type.replace('(max)', '')}${column.nullable ? '' : ' NOT NULL'}`;
}

/** The statements for the staging table of that name. The name is one of ours, never a person's text. */
export function stagingStatements(table: string): StagingStatements {
  return {
    columns: `SELECT name FROM pragma_table_info('${table}')`,
    create: `CREATE TABLE ${table} (${stagingColumns.map(columnDefinition).join(', ')});
      CREATE UNIQUE INDEX ${table}_person_id ON ${table} (person_id)`,
    createIncoming:
      'CREATE TEMP TABLE incoming (person_id TEXT PRIMARY KEY, legacy_id TEXT, payload TEXT NOT NULL, hash BLOB NOT NULL)',
    insertIncoming: 'INSERT OR IGNORE INTO temp.incoming (person_id, legacy_id, payload, hash) VALUES (?, ?, ?, ?)',
    duplicates: `SELECT person_id FROM ${table} WHERE person_id IS NOT NULL
      GROUP BY person_id HAVING count(*) > 1 ORDER BY person_id LIMIT 3`,
    updateChanged: `UPDATE ${table}
      SET json_payload = i.payload, legacy_id = i.legacy_id, current_hash = i.hash, submission_status = 'pending',
          row_state = CASE WHEN ${state} = 'deleted' OR ${hasPrevious} THEN 'updated' ELSE 'new' END,
          last_updated = @at
      FROM temp.incoming i
      WHERE i.person_id = ${table}.person_id
        AND (current_hash IS NULL OR current_hash <> i.hash OR ${state} = 'deleted')`,
    markDeleted: `UPDATE ${table} SET row_state = 'deleted', submission_status = 'pending', last_updated = @at
      WHERE ${state} <> 'deleted'
        AND person_id IS NOT NULL
        AND person_id NOT IN (SELECT person_id FROM temp.incoming)
        AND person_id NOT IN (SELECT value FROM json_each(@keep))`,
    insertNew: `INSERT INTO ${table}
        (person_id, legacy_id, json_payload, current_hash, submission_status, row_state, last_updated, submission_timestamp)
      SELECT person_id, legacy_id, payload, hash, 'pending', 'new', @at, NULL FROM temp.incoming
      WHERE person_id NOT IN (SELECT person_id FROM ${table} WHERE person_id IS NOT NULL)
      ORDER BY person_id`,
    counts: `SELECT ${state} AS row_state, ${status} AS submission_status, ${hasPrevious} AS has_previous,
        count(*) AS rows_counted
      FROM ${table} WHERE person_id IS NOT NULL GROUP BY 1, 2, 3`,
    rows: `SELECT person_id, legacy_id, json_payload, current_hash, previous_json_payload, previous_hash, row_state,
        submission_status, submission_timestamp, api_response, last_updated
      FROM ${table}
      WHERE person_id IS NOT NULL
        AND (@states IS NULL OR ${knownState} IN (SELECT value FROM json_each(@states)))
        AND (@statuses IS NULL OR ${status} IN (SELECT value FROM json_each(@statuses)))
        AND (@ids IS NULL OR person_id IN (SELECT value FROM json_each(@ids)))
      ORDER BY person_id COLLATE BINARY`,
    acceptPayload: `UPDATE ${table}
      SET previous_json_payload = @payload, previous_hash = @hash, api_response = @receipt, submission_timestamp = @at,
          submission_status = CASE WHEN ${state} <> 'deleted' AND ${holdsAccepted} THEN 'sent' ELSE 'pending' END,
          row_state = CASE WHEN ${state} = 'deleted' THEN 'deleted' WHEN ${holdsAccepted} THEN 'unchanged'
            ELSE 'updated' END
      WHERE person_id = @personId`,
    acceptDeletion: `UPDATE ${table}
      SET previous_json_payload = NULL, previous_hash = NULL, api_response = @receipt, submission_timestamp = @at,
          submission_status = CASE WHEN ${state} = 'deleted' THEN 'sent' ELSE 'pending' END
      WHERE person_id = @personId`,
    reject: `UPDATE ${table} SET submission_status = 'error', api_response = @message WHERE person_id = @personId`,
    settle: `UPDATE ${table}
      SET previous_json_payload = CASE WHEN ${state} = 'deleted' THEN previous_json_payload ELSE json_payload END,
          previous_hash = CASE WHEN ${state} = 'deleted' THEN previous_hash ELSE current_hash END,
          row_state = CASE WHEN ${state} = 'deleted' THEN 'deleted' ELSE 'unchanged' END,
          submission_status = 'sent', api_response = @note
      WHERE person_id = @personId
        AND ((${state} = 'deleted' AND NOT (${hasPrevious}))
          OR (${state} <> 'deleted' AND ${hasPrevious} AND current_hash = coalesce(@hash, previous_hash)))`,
  };
}
