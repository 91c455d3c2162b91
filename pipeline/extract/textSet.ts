/** Slots at the start; a power of two, so that a mask finds the slot. */
const initialSlots = 1 << 12;

/** 52 bits of a text, never 0: two FNV-1a hashes side by side. */
function hashOf(text: string): number {
  let [low, high] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
    high ^= high >>> 13;
  }
  return (low >>> 0) * 0x100000 + ((high >>> 0) & 0xfffff) + 1;
}

/**
 * A set of texts that remembers 52 bits of each, in about 16 bytes: for millions of ids. Two texts are taken for one
 * about once in ten thousand runs of a million texts.
 */
export class TextSet {
  #slots = new Float64Array(initialSlots);
  #size = 0;

  /** Adds a text; false when it was there. */
  add(text: string): boolean {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    if (!this.#put(this.#slots, hashOf(text))) return false;
    this.#size++;
    return true;
  }

  has(text: string): boolean {
    const hash = hashOf(text);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot];
      if (found === hash) return true;
      if (found === 0) return false;
    }
  }

  #put(slots: Float64Array, hash: number): boolean {
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== 0) {
      if (slots[slot] === hash) return false;
      slot = (slot + 1) & mask;
    }
    slots[slot] = hash;
    return true;
  }

  #grow(): void {
    const larger = new Float64Array(this.#slots.length * 2);
    for (const hash of this.#slots) if (hash !== 0) this.#put(larger, hash);
    this.#slots = larger;
  }
}
