import type { WatchSink } from "../../gateway/ports/watch.ts";

/** Keeps the rows that a watch raises, as the gateway would. */
export class RecordingWatchSink implements WatchSink {
  readonly rows = new Map<string, { readonly code: string; readonly detail: string }>();
  /** Rows that were new or ended, in order: `+mains-lost`, `-mains`. */
  readonly changes: string[] = [];
  ends = 0;

  raiseFault(key: string, code: string, detail: string): void {
    if (!this.rows.has(key)) this.changes.push(`+${code}`);
    this.rows.set(key, { code, detail });
  }

  clearFault(key: string): void {
    if (this.rows.delete(key)) this.changes.push(`-${key}`);
  }

  endNear(): void {
    this.ends++;
  }

  get codes(): string[] {
    return [...this.rows.values()].map(({ code }) => code).sort();
  }
}
