import type { Actor } from "../core/directory.ts";
import type { Input, Reply } from "../core/input.ts";
import type { Role } from "../core/kinds.ts";
import type { WalkHearing, WeakBelow } from "../core/range-walk.ts";
import type { State } from "../core/state.ts";
import type { EpochMs } from "../core/units.ts";
import type { DutyDesk } from "./duty.ts";
import type { StoredEvent } from "./journal.ts";
import type { DurationMs } from "../core/units.ts";
import type { Logins } from "./logins.ts";
import type { PlatformIntake } from "./platform.ts";
import type { PushDesk } from "./push.ts";
import type { ReportsDesk } from "./reports.ts";

export interface ImportReport {
  readonly kind: string;
  readonly rows: readonly {
    readonly line: number;
    readonly fate: "created" | "updated" | "unchanged" | "refused";
    readonly message: string;
  }[];
  /** About the file as a whole: how it was read, unknown columns that are ignored. */
  readonly notes: readonly string[];
  /** Printed once, never kept in clear. */
  readonly credentials: readonly Readonly<Record<string, string | number>>[];
}

/** A device to be made here, as a row of an import has it. */
export interface NewDevice {
  readonly bridge: string;
  readonly address: string;
  readonly resident: string;
  readonly means?: string;
  readonly label?: string;
  readonly location?: string;
  /** 32 hexadecimal digits, of a device that has a key of its own. */
  readonly key?: string;
}

export interface MadeDevice {
  /** `bridge:address`. */
  readonly device: string;
  /** What it proves itself by, shown once; null: it has nothing, or its own. */
  readonly credential: { readonly key: string } | { readonly user: string; readonly password: string } | null;
  /** The credential for the device's camera or a telephone; see docs/protocol.md. */
  readonly qr: { readonly text: string; readonly svg: string } | null;
  readonly warnings: readonly string[];
}

/** One press of a range walk, as each receiver heard it. */
export interface WalkPress {
  /** From 1. */
  readonly number: number;
  readonly at: EpochMs;
  readonly press: string | null;
  readonly heard: readonly WalkHearing[];
}

/** What a walk has measured since it began. Kept in memory only. */
export interface Walk {
  readonly device: string;
  readonly since: EpochMs;
  /** Weaker than this and presses get lost; null: not known for this kind of device. */
  readonly weakBelow: WeakBelow | null;
  readonly presses: readonly WalkPress[];
}

/** How a way out stands: a receiver, a modem, a service. */
export interface PathView {
  readonly id: string;
  readonly kind: string;
  /** `unproved`: nothing says that it is broken, and nothing proves that it works. */
  readonly state: "up" | "down" | "unproved";
  readonly lastProofAt: string | null;
  /** How long without a proof makes it down, in milliseconds; null: it has no heartbeat. */
  readonly lostAfterMs: DurationMs | null;
  /** What was last told of it; empty: nothing since the start. */
  readonly why: string;
}

/** One thing that `okc doctor` found. `todo` says what to do about it; empty when `level` is ok. */
export interface Finding {
  readonly id: string;
  readonly level: "ok" | "warning" | "error";
  readonly message: string;
  readonly todo: string;
}

/** What an open page of the desk says of itself, every few seconds. */
export interface DeskProof {
  /** Made by the page when it was opened. */
  readonly page: string;
  /** `locked`: the browser lets it make no sound. A timed pause of the tone is `on`: the next alarm ends it. */
  readonly sound: "on" | "locked";
  /** In front, not behind another window or tab. */
  readonly visible: boolean;
}

/** `counts`: this page is a path now. `proved`: some page is. */
export interface DeskStanding {
  readonly counts: boolean;
  readonly proved: boolean;
}

/** What the people at the desk, their programs and `okc` may see and do. */
export interface Desk {
  readonly version: string;
  /** Shown on every page and in the log when everything around the gateway is simulated. */
  readonly demo: boolean;
  readonly site: {
    readonly name: string;
    readonly timezone: string;
    readonly language: string;
    /** Where people reach the desk. */
    readonly phone: string | null;
  };
  /** Where people outside reach the gateway, as it is configured; `state.site` says whether that was proved. */
  readonly publicUrl: string | null;
  /** Read only. Throws `not-reachable` before the journal was read. */
  readonly state: State;
  /** Resolves when what it rests on is safe. Throws GatewayError where an input is malformed. */
  submit(input: Input): Promise<Reply>;
  importCsv(csv: Uint8Array, dryRun: boolean): Promise<ImportReport>;
  /** Makes a device and what it proves itself by. Throws GatewayError where an import would refuse it. */
  makeDevice(wanted: NewDevice): Promise<MadeDevice>;
  /** The newest walk with this device; null: none since the start. */
  walkOf(device: string): Walk | null;
  addAccount(user: string, bridge: string): Promise<{ readonly user: string; readonly password: string }>;
  createToken(
    name: string,
    role: Role,
  ): Promise<{ readonly token: string; readonly name: string; readonly role: Role }>;
  /** Who holds this bearer token; null: nobody. */
  actorOf(token: string): Actor | null;
  /** Whether this token was made for this offer. */
  isOfferToken(offer: string, token: string): boolean;
  /** Null: okc.yaml has no entry with channel `push`. */
  readonly push: PushDesk | null;
  readonly logins: Logins;
  proveDesk(proof: DeskProof): DeskStanding;
  readAfter(seq: number, limit: number): Promise<readonly StoredEvent[]>;
  /** What operators of city platforms did. */
  readonly platforms: PlatformIntake;
  /** Returns how to stop listening. */
  onCommitted(listener: (events: readonly StoredEvent[]) => void): () => void;
  readonly reports: ReportsDesk;
  readonly duty: DutyDesk;
  /** The receiver's table of accounts and zones, as CSV. */
  hotlineCsv(): string;
  checkPolicies(): { readonly problems: readonly string[]; readonly warnings: readonly string[] };
  /** Each way out, and by what it is known to live. */
  paths(): readonly PathView[];
  doctor(): Promise<readonly Finding[]>;
  /** `file` null: into the data folder's backups, named by the time. */
  backup(file: string | null): Promise<{ readonly file: string; readonly bytes: number; readonly lastSeq: number }>;
  /**
   * Somebody has shown a copy of the key file, kept elsewhere: `mark` is what was worked out from it. Throws GatewayError
   * `bad-input` when it is not a copy of the key in use.
   */
  confirmKeyCopy(mark: string, by: Actor): Promise<void>;
  /** The text of `/metrics` (Prometheus). */
  metrics(): Promise<string>;
}
