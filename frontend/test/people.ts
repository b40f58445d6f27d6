/** Makes users, with what they sign in by and what they may do. */
import type { AccessUser, ApiToken, AuditEntry, Factors, Grant, Right, Role, SharedSecret, User, UserSession } from "@/types/api";

let made = 0;

const RIGHTS: Record<Role, Right[]> = {
  viewer: ["see"],
  operator: ["see", "operate"],
  editor: ["see", "operate", "edit"],
  admin: ["see", "operate", "edit", "administer"],
};

export function aPerson(role: Role = "operator", viewer: string | null = null): User {
  return { username: "ann", role, may: viewer ? ["see"] : RIGHTS[role], has_password: true, viewer };
}

export function aToken(changes: Partial<ApiToken> = {}): ApiToken {
  made += 1;
  return {
    id: made,
    name: "nightly import",
    prefix: "a1b2c3d4",
    scopes: ["run"],
    job_types: null,
    created_at: "2026-01-31T12:00:00Z",
    expires_at: "2126-01-31T12:00:00Z",
    last_used_at: null,
    last_used_ip: null,
    ...changes,
  };
}

export function aSession(changes: Partial<UserSession> = {}): UserSession {
  made += 1;
  return {
    id: made,
    user: "ann",
    created_at: "2026-01-31T12:00:00Z",
    last_seen_at: "2026-01-31T12:30:00Z",
    ip: "192.0.2.7",
    agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    current: false,
    ...changes,
  };
}

export function aUser(changes: Partial<AccessUser> = {}): AccessUser {
  return {
    name: "bob",
    role: "viewer",
    active: true,
    groups: [],
    service: false,
    last_seen_at: "2026-01-31T12:00:00Z",
    last_sign_in: "2026-01-31T12:00:00Z",
    created_at: "2026-01-31T12:00:00Z",
    ...changes,
  };
}

export function aGrant(changes: Partial<Grant> = {}): Grant {
  made += 1;
  return {
    id: made,
    user: "bob",
    group: null,
    job_types: ["billing_*"],
    rights: ["see", "run"],
    created_at: "2026-01-31T12:00:00Z",
    created_by: "ann",
    ...changes,
  };
}

export function noFactors(changes: Partial<Factors> = {}): Factors {
  return { totp: null, passkeys: [], recovery_codes_left: 0, ...changes };
}

export function aSharedSecret(changes: Partial<SharedSecret> = {}): SharedSecret {
  return {
    name: "stripe",
    job_types: ["billing_*"],
    hosts: null,
    source: "value",
    created_at: "2026-01-31T12:00:00Z",
    created_by: "ann",
    updated_at: "2026-01-31T12:00:00Z",
    updated_by: "ann",
    used_by: [],
    ...changes,
  };
}

export function anEntry(changes: Partial<AuditEntry> = {}): AuditEntry {
  made += 1;
  return {
    id: `0c000000-0000-7000-8000-${String(made).padStart(12, "0")}`,
    at: "2026-01-31T12:00:00Z",
    actor: "cleo",
    on_behalf_of: null,
    address: "192.0.2.7",
    via: "ui",
    action: "user_changed",
    object: "user:ann",
    before: null,
    after: null,
    ...changes,
  };
}
