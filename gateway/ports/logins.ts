import type { Actor } from "../core/directory.ts";
import type { Role } from "../core/kinds.ts";

/** A session that was just opened. The secret is for its browser and kept nowhere else. */
export interface OpenedSession {
  readonly secret: string;
  readonly actor: Actor;
}

/** People who log in with a name and a password, and their sessions. */
export interface Logins {
  /** What the first administrator is made with; null: that was done. */
  readonly setupCode: string | null;
  /** Makes the first administrator. `from` is the address that asks. Throws GatewayError. */
  setUp(given: { code: string; name: string; password: string }, from: string): Promise<OpenedSession>;
  /** Throws `not-authorised` without a hint which of the two is wrong, and `too-many`. */
  logIn(name: string, password: string, from: string): Promise<OpenedSession>;
  /** A session for whoever holds this bearer token; null: nobody does. */
  exchange(token: string): Promise<OpenedSession | null>;
  logOut(secret: string): Promise<void>;
  /** Who holds this session; null: nobody. Counts as its use. */
  actorOf(secret: string): Actor | null;
  list(): readonly Actor[];
  /** Throws `bad-input` where the name is taken or the password too weak. */
  add(name: string, role: Role, password: string): Promise<void>;
  /** Ends the sessions of this login. Throws `not-found`. */
  changePassword(name: string, password: string): Promise<void>;
  /** Ends the sessions of this login. Throws `not-found`. */
  remove(name: string): Promise<void>;
}
