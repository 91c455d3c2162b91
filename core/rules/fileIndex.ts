import type { FileFact } from './fileFacts.ts';

/** One place where a value stands. `owner` is the child it stands in. */
export interface Occurrence<Owner> {
  readonly owner: Owner;
  readonly fact: FileFact;
}

/** The places of one value: one in nearly every case, so that no list is made for it. */
type Places<Owner> = Occurrence<Owner> | Occurrence<Owner>[];

function listOf<Owner>(places: Places<Owner> | undefined): readonly Occurrence<Owner>[] {
  return places === undefined ? [] : Array.isArray(places) ? places : [places];
}

/**
 * Which values several children share. Children can be added and removed one by one, so that an edit to one child
 * costs that child alone and a file of any size can be streamed.
 */
export class FileIndex<Owner> {
  /** By field, then by value. */
  readonly #fields = new Map<string, Map<string, Places<Owner>>>();
  /** Values that stand in more than one child, by field. */
  readonly #shared = new Map<string, Set<string>>();

  add(owner: Owner, facts: readonly FileFact[]): void {
    for (const fact of facts) {
      let values = this.#fields.get(fact.field);
      if (values === undefined) {
        values = new Map();
        this.#fields.set(fact.field, values);
      }
      const known = values.get(fact.value);
      if (known === undefined) values.set(fact.value, { owner, fact });
      else {
        const places = Array.isArray(known) ? known : [known];
        places.push({ owner, fact });
        values.set(fact.value, places);
        this.#judge(fact, places);
      }
    }
  }

  remove(owner: Owner, facts: readonly FileFact[]): void {
    for (const fact of facts) {
      const values = this.#fields.get(fact.field);
      const places = listOf(values?.get(fact.value)).filter((place) => place.owner !== owner);
      if (places.length === 0) values?.delete(fact.value);
      else values?.set(fact.value, places);
      this.#judge(fact, places);
    }
  }

  #judge({ field, value }: FileFact, places: readonly Occurrence<Owner>[]): void {
    const shared = this.#shared.get(field);
    if (!places.some((place) => place.owner !== places[0]?.owner)) shared?.delete(value);
    else if (shared === undefined) this.#shared.set(field, new Set([value]));
    else shared.add(value);
  }

  /** The places of each value that stands in more than one child, in no particular order. */
  *clashes(): Iterable<readonly Occurrence<Owner>[]> {
    for (const [field, values] of this.#shared) {
      for (const value of values) yield listOf(this.#fields.get(field)?.get(value));
    }
  }
}
