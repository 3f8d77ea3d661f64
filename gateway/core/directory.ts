import type { Means, ResponderRole, Role, Standing } from "./kinds.ts";
import type { ContactTested } from "./contact-test.ts";
import type { Chase, TimeWindow } from "./policy.ts";
import type { DurationMs, EpochMs } from "./units.ts";

/** A wearer 居民. Name, phone, notes and key place are personal: sealed at rest under this person's key. */
export interface Resident {
  readonly id: string;
  readonly name: string;
  readonly building: string;
  readonly unit: string;
  readonly room: string;
  readonly phone: string;
  readonly notes: string;
  readonly keyPlace: string;
  /** The responder who holds the key, by id; null: nobody in particular. */
  readonly keyHolder: string | null;
  /** 1–5 where the site raises this person's alarms above the policy's; null: the policy's. */
  readonly priority: number | null;
  /** With `zone` the name under which the hotline knows this person; null: none. */
  readonly account: string | null;
  readonly zone: string | null;
}

export interface Building {
  readonly name: string;
  readonly lat: number | null;
  readonly lon: number | null;
}

/** Somebody who can be asked to help. `order` is the order of import. */
export interface Responder {
  readonly id: string;
  readonly order: number;
  readonly name: string;
  readonly role: ResponderRole;
  readonly building: string;
  readonly unit: string;
  readonly room: string;
  /** Whose family this is, by resident id; empty: nobody's in particular. */
  readonly residents: readonly string[];
  /** When they would rather not be asked, in the site's time; null: as the policy's pool says. */
  readonly quiet: TimeWindow | null;
  /** After another alarm; null: as the policy's pool says. */
  readonly minRestMs: DurationMs | null;
}

/** One way to reach a responder. */
export interface Contact {
  readonly responder: string;
  /** Names an entry of `volunteers` in the configuration. */
  readonly channel: string;
  readonly address: string;
  readonly order: number;
  /** Where this contact is chased otherwise than the policy says; absent: as it says. */
  readonly chase?: Partial<Chase>;
  /** What its tests say; absent: it was never tested. */
  readonly test?: ContactTested;
}

/** A device that somebody enrolled. */
export interface Enrolled {
  /** `bridge:address`. */
  readonly id: string;
  readonly bridge: string;
  readonly address: string;
  readonly resident: string | null;
  readonly means: Means;
  readonly label: string;
  readonly location: string;
  /** 32 hex digits, of a protocol whose devices have keys. Sealed at rest. */
  readonly key: string | null;
  /** The telephone number or SIP address at which its wearer can be spoken with; null: it has none. Sealed at rest. */
  readonly sip: string | null;
  readonly standing: Standing;
  /** Null: by a gateway that did not note it. */
  readonly enrolledAt: EpochMs | null;
  /** The device whose place it took, and the one that took its own; null: none. */
  readonly replaces: string | null;
  readonly replacedBy: string | null;
}

/** An MQTT account: one device's (`address`) or a whole bridge's (null). */
export interface Account {
  readonly user: string;
  readonly passwordSha256: string;
  readonly bridge: string;
  readonly address: string | null;
}

/** A bearer token, kept as its SHA-256. */
export interface Token {
  readonly sha256: string;
  readonly name: string;
  readonly role: Role;
}

/** Somebody who logs in with a name and a password. */
export interface Login {
  readonly name: string;
  readonly role: Role;
  /** argon2id, as one text that names its parameters. */
  readonly passwordHash: string;
}

/** A browser that somebody logged in on; its secret is kept as its SHA-256. */
export interface Session {
  readonly sha256: string;
  /** The name of its login; null: it was opened with a token. */
  readonly login: string | null;
  readonly tokenSha256: string | null;
  readonly usedAt: EpochMs;
}

/** Who does something: the name is shown everywhere. */
export interface Actor {
  readonly name: string;
  readonly role: Role;
}
