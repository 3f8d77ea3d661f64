import { formatDuration, hours, isoOrNull, type DurationMs, type EpochMs } from "../core/units.ts";
import type { PathSpec } from "../ports/channel.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { PathView } from "../ports/desk.ts";

/** A proof of a path without a heartbeat counts for this long. */
const STALE_AFTER_MS: DurationMs = hours(24);

interface Path {
  readonly spec: PathSpec;
  /** What was last told; null: nothing since the start. */
  up: boolean | null;
  why: string;
  lastProofAt: EpochMs | null;
}

export interface PathBoardParts {
  readonly clock: Clock;
  readonly paths: readonly PathSpec[];
  /** Called on each change of a path: down is a fault. */
  readonly changed: (id: string, up: boolean, why: string) => void;
}

/** Which paths to the outside live, by what proof and when. What nothing proves is never called up. */
export class PathBoard {
  readonly #clock: Clock;
  readonly #changed: PathBoardParts["changed"];
  readonly #paths: ReadonlyMap<string, Path>;
  #startedAt: EpochMs = 0;
  #timer: Timer | null = null;

  constructor({ clock, paths, changed }: PathBoardParts) {
    this.#clock = clock;
    this.#changed = changed;
    this.#paths = new Map(paths.map((spec) => [spec.id, { spec, up: null, why: "", lastProofAt: null }]));
  }

  start(): void {
    this.#startedAt = this.#clock.now();
    this.#watch();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** What a channel says of its path; `up` is a proof. */
  told(id: string, up: boolean, why: string): void {
    const path = this.#paths.get(id);
    if (path) {
      path.up = up;
      path.why = why;
      if (up) path.lastProofAt = this.#clock.now();
    }
    this.#changed(id, up, why);
    if (up) this.#watch();
  }

  /** The other side has just proved that it lives. */
  proved(id: string): void {
    const path = this.#paths.get(id);
    if (!path) return;
    path.lastProofAt = this.#clock.now();
    if (path.up !== true) this.told(id, true, "answered");
  }

  view(): PathView[] {
    return [...this.#paths.values()].map((path) => ({
      id: path.spec.id,
      kind: path.spec.kind,
      state: this.#stateOf(path),
      lastProofAt: isoOrNull(path.lastProofAt),
      lostAfterMs: path.spec.lostAfterMs,
      why: path.why,
    }));
  }

  #stateOf({ spec, up, lastProofAt }: Path): PathView["state"] {
    if (up === false) return "down";
    if (up === null || lastProofAt === null) return "unproved";
    const isFresh = this.#clock.now() - lastProofAt <= (spec.lostAfterMs ?? STALE_AFTER_MS);
    return isFresh ? "up" : "unproved";
  }

  /** Looks again when the first of the paths with a heartbeat would be lost. */
  #watch(): void {
    if (this.#timer) return;
    const due = [...this.#paths.values()].flatMap((path) => this.#lostAt(path) ?? []);
    if (due.length === 0) return;
    const waitMs = Math.max(1, Math.min(...due) - this.#clock.now());
    this.#timer = this.#clock.after(waitMs, () => {
      this.#timer = null;
      this.#look();
      this.#watch();
    });
  }

  #lostAt({ spec, up, lastProofAt }: Path): EpochMs | null {
    if (spec.lostAfterMs === null || up === false) return null;
    return (lastProofAt ?? this.#startedAt) + spec.lostAfterMs;
  }

  #look(): void {
    const now = this.#clock.now();
    for (const path of this.#paths.values()) {
      const lostAt = this.#lostAt(path);
      if (lostAt === null || lostAt > now) continue;
      this.told(path.spec.id, false, `nothing proved it for ${formatDuration(path.spec.lostAfterMs!)}`);
    }
  }
}
