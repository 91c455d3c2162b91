import type { FileFact } from './fileFacts.ts';

/** One place where a value stands. `owner` is the child it stands in. */
export interface Occurrence<Owner> {
  readonly owner: Owner;
  readonly fact: FileFact;
}

/**
 * Which values several children share. Children can be added and removed one by one, so that an edit to one child
 * costs that child alone and a file of any size can be streamed.
 */
export class FileIndex<Owner> {
  readonly #places = new Map<string, Occurrence<Owner>[]>();
  readonly #shared = new Set<string>();

  add(owner: Owner, facts: readonly FileFact[]): void {
    for (const fact of facts) {
      const places = this.#places.get(fact.key);
      if (places === undefined) this.#places.set(fact.key, [{ owner, fact }]);
      else {
        places.push({ owner, fact });
        this.#judge(fact.key, places);
      }
    }
  }

  remove(owner: Owner, facts: readonly FileFact[]): void {
    for (const fact of facts) {
      const places = this.#places.get(fact.key)?.filter((place) => place.owner !== owner) ?? [];
      if (places.length === 0) this.#places.delete(fact.key);
      else this.#places.set(fact.key, places);
      this.#judge(fact.key, places);
    }
  }

  #judge(key: string, places: readonly Occurrence<Owner>[]): void {
    if (places.some((place) => place.owner !== places[0]?.owner)) this.#shared.add(key);
    else this.#shared.delete(key);
  }

  /** The places of each value that stands in more than one child, in no particular order. */
  *clashes(): Iterable<readonly Occurrence<Owner>[]> {
    for (const key of this.#shared) yield this.#places.get(key) ?? [];
  }
}
