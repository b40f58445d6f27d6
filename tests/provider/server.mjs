// A sign-in provider for the tests: `node server.mjs` prints its issuer, an address of a free port of this machine. Whoever comes
// to sign in is `account`, at once. `POST /control` with some of the fields of `state` below changes what it says and does.
import { createServer } from "node:http";
import process from "node:process";
import { exportJWK, generateKeyPair, importJWK, SignJWT, UnsecuredJWT, decodeJwt } from "jose";
import { Provider } from "oidc-provider";

const CLIENT = { client_id: "jobs", client_secret: "a:secret with+signs" };
const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

const initial = () => ({
  account: "sub-ann", // who signs in next
  claims: { preferred_username: "ann", email: "ann@example.org", groups: ["ops"] },
  origin: "http://testserver", // where the platform is
  away: null, // the path's part at which requests hang ("hang"), get text ("text") or an error ("error")
  how: "hang",
  spoil: null, // claims that replace those of the next ID tokens; null removes one
  algorithm: "RS256", // of spoiled ID tokens; "none" leaves them unsigned, "HS256" signs with the public key
});
let state = initial();
let [issuer, key, provider, sid] = [];

async function makeKey() {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), alg: "RS256", use: "sig" };
}

/** A provider with the present key; what the one before had stored is lost. */
function makeProvider() {
  const made = new Provider(issuer, {
    clients: [
      {
        ...CLIENT,
        redirect_uris: [`${state.origin}/sign-in/oidc/callback/`],
        backchannel_logout_uri: `${state.origin}/sign-in/oidc/backchannel-logout/`,
        backchannel_logout_session_required: true,
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ["not a secret"] },
    claims: { openid: ["sub"], profile: ["preferred_username"], email: ["email"], groups: ["groups"] },
    scopes: ["openid", "profile", "email", "groups"],
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true }, userinfo: { enabled: true } },
    pkce: { required: () => true },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...state.claims }) }),
    loadExistingGrant,
    // The usual one reaches no address of this machine.
    fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
    ttl: { Session: 600, Grant: 600, Interaction: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
  });
  return made;
}

async function loadExistingGrant(context) {
  const { client, session } = context.oidc;
  const { Grant } = context.oidc.provider;
  const known = session.grantIdFor(client.clientId);
  if (known) return Grant.find(known);
  const grant = new Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope("openid profile email groups");
  await grant.save();
  return grant;
}

/** Signs claims as the provider does, or as somebody would who wants to get in. */
async function sign(claims, algorithm, header = {}) {
  if (algorithm === "none") return new UnsecuredJWT(claims).encode();
  const { n, e } = key;
  const secret = algorithm === "HS256" ? new TextEncoder().encode(JSON.stringify({ kty: "RSA", n, e })) : await importJWK(key, "RS256");
  return new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid: key.kid, ...header }).sign(secret);
}

function change(claims, changes) {
  return Object.fromEntries(Object.entries({ ...claims, ...changes }).filter(([, value]) => value !== null));
}

const COMMANDS = {
  async rotate() {
    key = await makeKey();
    provider = makeProvider();
  },
  async last_sid() {
    return { sid };
  },
  /** Returns a logout token, which the test delivers itself. */
  async logout_token({ claims = {}, algorithm = "RS256" }) {
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: issuer, aud: CLIENT.client_id, iat: now, exp: now + 120, jti: crypto.randomUUID(), events: { [LOGOUT_EVENT]: {} } };
    return { logout_token: await sign(change(usual, claims), algorithm, { typ: "logout+jwt" }) };
  },
  /** Sends a logout token to the platform, as at a sign-out at the provider. */
  async log_out({ sub, sid }) {
    await (await provider.Client.find(CLIENT.client_id)).backchannelLogout(sub, sid);
  },
};

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString() || "{}");
}

async function control(request, response) {
  const { command, reset, ...changes } = await readBody(request);
  const { origin } = state;
  state = { ...(reset ? initial() : state), ...(command ? {} : changes) };
  if (state.origin !== origin) provider = makeProvider();
  const answer = command ? await COMMANDS[command](changes) : {};
  response.setHeader("content-type", "application/json").end(JSON.stringify(answer ?? {}));
}

const AWAY = {
  hang: () => undefined,
  text: (response) => response.end("<h1>Welcome</h1>"),
  error: (response) => response.writeHead(500).end("{}"),
  redirect: (response) => response.writeHead(302, { location: "/elsewhere" }).end(),
};

/** Reads the answer to the exchange of a code, and replaces the ID token in it if that is to be spoiled. */
function readTokens(response) {
  const end = response.end.bind(response);
  response.end = (content) => {
    const body = JSON.parse(content);
    if (!body.id_token) return end(content);
    const claims = decodeJwt(body.id_token);
    sid = claims.sid;
    if (!state.spoil) return end(content);
    sign(change(claims, state.spoil), state.algorithm).then((id_token) => {
      const changed = JSON.stringify({ ...body, id_token });
      response.setHeader("content-length", Buffer.byteLength(changed));
      end(changed);
    });
    return response;
  };
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, issuer);
  if (pathname === "/control") return control(request, response);
  if (state.away && pathname.includes(state.away)) return AWAY[state.how](response);
  if (pathname.startsWith("/interaction/")) {
    return provider.interactionFinished(request, response, { login: { accountId: state.account } });
  }
  if (pathname === "/token") readTokens(response);
  return provider.callback()(request, response);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end(JSON.stringify({ failure: String(error) }));
  });
});
server.listen(0, "127.0.0.1", async () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  await COMMANDS.rotate();
  console.log(issuer);
});
// Node from a wheel is started by a script of Python: when that is ended, this process is left to another parent.
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(), 300);
