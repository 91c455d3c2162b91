import type * as vscode from 'vscode';

/** The secrets of the DfE's API, as keys of pipeline/config. */
export const endpointSecrets = ['clientSecret', 'supplierKey'] as const;
export type EndpointSecret = (typeof endpointSecrets)[number];

const prefix = 'ssd.';

/**
 * Passwords and keys, in the operating system's store behind VS Code's SecretStorage. They are read for one job at a
 * time and never written to a setting, a file or a log.
 */
export class Secrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async endpointSecret(name: EndpointSecret): Promise<string | undefined> {
    return await this.#storage.get(`${prefix}endpoint.${name}`);
  }

  async setEndpointSecret(name: EndpointSecret, value: string): Promise<void> {
    await this.#set(`${prefix}endpoint.${name}`, value);
  }

  async password(connection: string): Promise<string | undefined> {
    return await this.#storage.get(`${prefix}connection.${connection}.password`);
  }

  async setPassword(connection: string, value: string): Promise<void> {
    await this.#set(`${prefix}connection.${connection}.password`, value);
  }

  /** An empty value removes the secret. */
  async #set(key: string, value: string): Promise<void> {
    if (value === '') await this.#storage.delete(key);
    else await this.#storage.store(key, value);
  }
}
