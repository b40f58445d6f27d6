/** Makes a random key of 32 hex digits. Not `crypto.randomUUID`, which browsers offer only on https and localhost. */
export function makeRandomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
