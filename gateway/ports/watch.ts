import type { Finding } from "./desk.ts";

/** What `app` offers to whatever watches the gateway's surroundings. */
export interface WatchSink {
  /** One row a `key`; a changed detail is a new line of the journal, so keep what changes all the time out of it. */
  raiseFault(key: string, code: string, detail: string): void;
  /** Nothing happens where there is no such row. */
  clearFault(key: string, detail: string): void;
  /** The power ends within minutes: write down what makes the next start quick. The alarm path goes on to the last. */
  endNear(why: string): void;
}

/** Something beside the alarm path that is looked at again and again. Constructors do no I/O. */
export interface Watch {
  /** Begins to look, and waits for nothing. */
  start(sink: WatchSink): void;
  stop(): Promise<void>;
  /** What it knows now, for `okc doctor`. */
  findings(): readonly Finding[];
}
