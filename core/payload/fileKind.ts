/** How much of a file decides, in UTF-16 code units: enough for a long comment or a wrapper's head. */
const prefixLength = 16_384;

/** Members that stand on a child and nowhere else in usual JSON files. */
const childKeys = /"(?:la_child_id|mis_child_id|child_details|social_care_episodes|health_and_wellbeing)"\s*:/;

/** A JSON Schema or a configuration file names the fields too, but says so in its first members. */
const otherKind = /^[\s\ufeff]*\{[^{}[\]]*"(?:\$schema|\$id|openapi|swagger|x-extends)"\s*:/;

/**
 * Whether a JSON text looks like a payload, judged by its beginning alone: it starts as an array or an object and
 * names a member that only a child has. Cheap for any size; broken or unfinished text is judged the same way.
 */
export function looksLikePayload(text: string): boolean {
  const head = text.slice(0, prefixLength);
  return /^[\s\ufeff]*(?:\/[/*]|[[{])/.test(head) && childKeys.test(head) && !otherKind.test(head);
}
