import * as vscode from 'vscode';
import { DataflowError } from '../../core/errors.ts';
import type { ChangesSource } from '../views/changesModel.ts';

/** Scheme of the read-only documents that show a child's change. */
export const deltaScheme = 'ssd-delta';

const sides = ['previous', 'current', 'delta'] as const;
/** What the DfE last accepted, what is staged now, or what would be sent. */
export type DeltaSide = (typeof sides)[number];

/** What a document of the scheme shows. */
export interface DeltaAddress {
  readonly side: DeltaSide;
  readonly personId: string;
  readonly from: ChangesSource;
}

/**
 * The address of one side of one child. The path is for people and for the JSON language; the query says all, so
 * that an editor that VS Code restores after a restart still finds its child.
 */
export function deltaUri(address: DeltaAddress): vscode.Uri {
  const name = address.personId.replace(/[^\w.-]+/g, '_');
  return vscode.Uri.from({
    scheme: deltaScheme,
    path: `/${address.side}/${name}.json`,
    query: JSON.stringify(address),
  });
}

/** @throws DataflowError `usage` when the URI was not made by {@link deltaUri} */
export function parseDeltaUri(uri: vscode.Uri): DeltaAddress {
  try {
    const value: unknown = JSON.parse(uri.query);
    if (isAddress(value)) return value;
  } catch {
    // Falls through to the one message below.
  }
  throw new DataflowError(
    'usage',
    vscode.l10n.t('This document does not name a child. Open it from the Changes view.'),
  );
}

function isAddress(value: unknown): value is DeltaAddress {
  return (
    typeof value === 'object' &&
    value !== null &&
    'side' in value &&
    sides.some((side) => side === value.side) &&
    'personId' in value &&
    typeof value.personId === 'string' &&
    'from' in value &&
    typeof value.from === 'object' &&
    value.from !== null &&
    'source' in value.from &&
    typeof value.from.source === 'object'
  );
}
