import type { ChildExtent } from '../../core/payload/payloadDocument.ts';

/** What was derived from a child's text, kept as long as that text stands, also when edits before it move it. */
export class ChildCache<Value> {
  readonly #values = new WeakMap<object, { readonly variant: string; readonly value: Value }>();

  /** The value for a child; `variant` names what else it depends on. */
  of(child: ChildExtent, variant: string, derive: () => Value): Value {
    const known = this.#values.get(child.identity);
    if (known !== undefined && known.variant === variant) return known.value;
    const value = derive();
    this.#values.set(child.identity, { variant, value });
    return value;
  }
}
