import type * as Pg from 'pg';

export type PgClient = Pg.Client;
export type PgConfig = Pg.ClientConfig;

type ClientConstructor = new (config: PgConfig) => PgClient;

function hasClient(value: unknown): value is { readonly Client: ClientConstructor } {
  return typeof value === 'object' && value !== null && 'Client' in value && typeof value.Client === 'function';
}

/** Loads the `pg` driver, on first use. */
export async function loadClient(): Promise<ClientConstructor> {
  const module: unknown = await import('pg');
  if (hasClient(module)) return module.Client;
  if (typeof module === 'object' && module !== null && 'default' in module && hasClient(module.default)) {
    return module.default.Client;
  }
  throw new TypeError('The pg package has another shape than this version expects');
}
