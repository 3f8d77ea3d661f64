import type { Gap } from "../core/salvage.ts";
import type { EpochMs } from "../core/units.ts";

export type { Gap };

/** A fact, as the core writes it. `personal` is encrypted at rest under the key of its person. */
export interface JournalEvent {
  readonly kind: string;
  readonly personal?: { readonly person: string; readonly data: Readonly<Record<string, unknown>> };
  readonly [field: string]: unknown;
}

export interface StoredEvent {
  /** Counts up by one over the life of the journal, without a gap. */
  readonly seq: number;
  readonly at: EpochMs;
  /** True when the effects left before the event was on disk. */
  readonly notLogged: boolean;
  readonly event: JournalEvent;
}

/** What one input led to; committed whole or not at all. */
export interface JournalRecord {
  readonly at: EpochMs;
  readonly events: readonly JournalEvent[];
  /** Something waits for the commit: start it now. Otherwise it may wait a few milliseconds for company. */
  readonly urgent: boolean;
  /**
   * Without events, to ask the writer for a sign of life: neither spilled nor let go, it settles when the writer has
   * committed it or has said that the disk takes nothing.
   */
  readonly probe?: boolean;
}

export type Kept = "journal" | "spill" | "refused";

export interface Append {
  /**
   * Where the record is safe. Never rejects; stays pending while neither journal nor spill takes it. `refused`: a probe
   * that the writer answered and the disk did not take.
   */
  readonly durable: Promise<Kept>;
  /** When effects may leave: `logged` false: the commit failed or took longer than `commitMaxMs`. Never rejects. */
  readonly released: Promise<{ readonly logged: boolean }>;
}

/** What a damaged journal and the newest backup still say. */
export interface Salvaged {
  /** The id of the journal that takes its place. */
  readonly gatewayId: string;
  readonly at: EpochMs;
  /** All events of the kinds that were asked for, of all history, in order, with personal data. */
  readonly directory: readonly JournalEvent[];
  readonly snapshot: { readonly seq: number; readonly state: string } | null;
  /** Events after the snapshot, in order, with gaps. Those of one record were one input's; "": not known. */
  readonly rows: readonly (StoredEvent & { readonly record: string })[];
  readonly gap: Gap | null;
}

/** What becomes of a damaged journal. */
export interface TakeOver {
  /** The kinds of events that are wanted of all history. */
  readonly kinds: readonly string[];
  /** What the new journal begins with. */
  plan(found: Salvaged): readonly JournalEvent[];
}

export interface JournalStart {
  /** 8 characters a-z2-7, made at random when the journal was created; part of every id. */
  readonly gatewayId: string;
  readonly created: boolean;
  /** The newest readable snapshot, as it was given. */
  readonly snapshot: { readonly seq: number; readonly state: string } | null;
  /** All events after the snapshot, in order, upcast to the present schema version. */
  readonly events: readonly StoredEvent[];
  /** The time of the newest record; null when there is none. */
  readonly lastAt: EpochMs | null;
  /** Records folded in from the spill file. */
  readonly spilled: number;
  /** Set when a damaged database was moved aside: where to, the backup that was used, and what could not be read. */
  readonly damaged: {
    readonly movedTo: string;
    readonly backup: string | null;
    readonly why: string;
    readonly gap: Gap | null;
  } | null;
}

export type JournalHealth =
  { readonly state: "ok" } | { readonly state: "slow" | "failing"; readonly why: string; readonly waiting: number };

/** The gateway's memory. One writer. */
export interface Journal {
  open(): Promise<JournalStart>;
  append(record: JournalRecord): Append;
  /** Called in order for every committed record. */
  onCommitted(listener: (events: readonly StoredEvent[]) => void): void;
  onHealth(listener: (health: JournalHealth) => void): void;
  /** Committed events with seq > `after`, oldest first, at most `limit`, personal fields left out. */
  readAfter(after: number, limit: number): Promise<readonly StoredEvent[]>;
  /** Keeps `state` as what folding all appended so far gives. Resolves when on disk. */
  snapshot(state: string): Promise<void>;
  /**
   * Writes a copy that can be opened by itself, verified by opening it; never overwrites. The commits of the gateway go
   * on meanwhile. `slowly`: nobody waits for it, so it takes half of what the disk can do.
   */
  backup(file: string, slowly?: boolean): Promise<{ readonly bytes: number; readonly lastSeq: number }>;
  /** Whether a copy that was made earlier can still be opened. */
  opens(file: string): Promise<boolean>;
  /** Forgets the key of a person: what was personal can never be read again; the chain still verifies. */
  erase(person: string): Promise<void>;
  /** Recomputes the hash chain and SQLite's quick_check. */
  verify(): Promise<{ readonly ok: true; readonly events: number } | { readonly ok: false; readonly why: string }>;
  /** Waits for what was appended, then closes. */
  close(): Promise<void>;
}
