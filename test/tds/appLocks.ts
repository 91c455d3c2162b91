/** Locks by name, as `sp_getapplock` gives them; each is held by one session until its transaction or it ends. */
export class AppLocks {
  readonly #holders = new Map<string, object>();

  /** Takes the lock if nobody else holds it. */
  take(resource: string, session: object): boolean {
    const holder = this.#holders.get(resource);
    if (holder !== undefined && holder !== session) return false;
    this.#holders.set(resource, session);
    return true;
  }

  release(session: object): void {
    for (const [resource, holder] of this.#holders) if (holder === session) this.#holders.delete(resource);
  }
}
