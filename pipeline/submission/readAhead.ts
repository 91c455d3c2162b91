/** Makes items one ahead of where they are taken, when told that there is time to. */
export class ReadAhead<T> {
  readonly #last: number;
  readonly #make: (number: number) => Promise<T>;
  #taken = 0;
  #next: { readonly number: number; readonly made: Promise<T> } | null = null;

  /** @param last number of the last item; the first is 1 */
  constructor(last: number, make: (number: number) => Promise<T>) {
    this.#last = last;
    this.#make = make;
  }

  /** Makes the item after the one that was taken last, if it is not there yet. Never rejects: `take` does. */
  async fetchNext(): Promise<void> {
    const number = this.#taken + 1;
    if (number > this.#last) return;
    if (this.#next?.number !== number) this.#next = { number, made: this.#make(number) };
    await this.#next.made.then(
      () => undefined,
      () => undefined,
    );
  }

  /** The item of that number, made now if it was not made ahead. */
  async take(number: number): Promise<T> {
    const made = this.#next?.number === number ? this.#next.made : this.#make(number);
    this.#next = null;
    this.#taken = number;
    return made;
  }
}
