/** Uses passkeys of the browser, whose options and answers travel as JSON. */

/** Returns whether this browser can use passkeys here: it offers them to pages with https, and to localhost. */
export function canUsePasskeys(): boolean {
  return typeof PublicKeyCredential === "function" && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

/** Lets a passkey sign the server's challenge, and returns what the server checks. Throws if the user cancels it. */
export async function signWithPasskey(options: PublicKeyCredentialRequestOptionsJSON): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return toJson(await navigator.credentials.get({ publicKey }));
}

/** Returns whether this browser can make passkeys here. */
export function canMakePasskeys(): boolean {
  return typeof PublicKeyCredential === "function" && "parseCreationOptionsFromJSON" in PublicKeyCredential;
}

/** Makes a passkey, and returns what the server stores of it. Throws an Error with a sentence for the user. */
export async function makePasskey(options: PublicKeyCredentialCreationOptionsJSON): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return toJson(await navigator.credentials.create({ publicKey }).catch(refuse));
}

function refuse(error: unknown): never {
  const isKnown = error instanceof DOMException && error.name === "InvalidStateError";
  throw new Error(isKnown ? "This device has a passkey of yours already." : "The browser made no passkey. Try it again.", { cause: error });
}

function toJson(credential: Credential | null): unknown {
  if (!(credential instanceof PublicKeyCredential)) throw new Error("The browser gave no passkey.");
  return credential.toJSON();
}
