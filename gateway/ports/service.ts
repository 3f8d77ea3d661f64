import type { DurationMs } from "../core/units.ts";

/** Who started the gateway and restarts it when it hears nothing for too long. Nothing here waits or throws. */
export interface Service {
  /** Silence longer than this is a restart; null: it does not watch. */
  readonly watchdogMs: DurationMs | null;
  /** The alarm path is up. */
  ready(): void;
  /** A report went through the whole path just now. */
  alive(): void;
  stopping(): void;
}
