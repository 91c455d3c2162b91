import type { JsonObject, JsonValue } from '../json.ts';

/** A property of the object itself; a key such as `constructor` must not reach the prototype. */
export function ownValue(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Sets a property also when its name is `__proto__`, which plain assignment would lose. */
export function setOwn(object: JsonObject, name: string, value: JsonValue): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
