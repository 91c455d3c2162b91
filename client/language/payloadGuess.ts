/** How much of a document is read to guess what it is, in UTF-16 code units. */
export const guessLength = 4096;

/**
 * Whether the start of a JSON text looks like a payload for the DfE: it names a field that every child has. Only
 * decides whether to start the language server, which looks properly.
 */
export function looksLikePayload(start: string): boolean {
  return /"(la_child_id|mis_child_id|child_details|social_care_episodes|purge)"\s*:/.test(start);
}

/** Whether the start of an SQL text looks like an extract from the SSD. */
export function looksLikeExtract(start: string): boolean {
  return /--\s*@section\b|\bssd_[a-z]/i.test(start);
}
