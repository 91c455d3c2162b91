/** What the receiver returned for one child: `yyyy-MM-dd_HH:mm:ss.ff_<uuid>.json` (protocol notes, "Success reply"). */
export interface Receipt {
  /** As received. */
  readonly text: string;
  /** The id alone, as deployed staging tables keep it in `api_response`. */
  readonly id: string;
}

// Two fraction digits are documented; one to seven are taken, because the service drops trailing zeros.
const form =
  /^\d{4}-\d{2}-\d{2}_\d{2}:\d{2}:\d{2}\.\d{1,7}_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.json$/i;

export type ReceiptCheck =
  | { readonly kind: 'match'; readonly receipts: readonly Receipt[] }
  | { readonly kind: 'mismatch'; readonly words: string };

/**
 * Checks a success answer against the batch: a JSON list of as many receipts as children, each of the known form,
 * none twice. Receipt n belongs to child n; the answer names no child, so anything else cannot be matched.
 */
export function checkReceipts(text: string, children: number): ReceiptCheck {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return { kind: 'mismatch', words: 'the answer is not JSON' };
  }
  if (!Array.isArray(list)) return { kind: 'mismatch', words: 'the answer is not a list of receipts' };
  if (list.length !== children) {
    return { kind: 'mismatch', words: `the answer holds ${list.length} receipts for ${children} children` };
  }
  const receipts: Receipt[] = [];
  const seen = new Set<string>();
  for (const item of list) {
    const match = typeof item === 'string' ? form.exec(item.trim()) : null;
    const id = match?.[1]?.toLowerCase();
    if (typeof item !== 'string' || id === undefined) {
      return { kind: 'mismatch', words: `receipt ${receipts.length + 1} is not of the documented form` };
    }
    if (seen.has(id)) return { kind: 'mismatch', words: `receipt ${receipts.length + 1} repeats an earlier one` };
    seen.add(id);
    receipts.push({ text: item.trim(), id });
  }
  return { kind: 'match', receipts };
}
