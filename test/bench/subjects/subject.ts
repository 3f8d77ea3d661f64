import type { Receiver } from "../receiver.ts";

/** One way to run presses to a hotline: the gateway itself, or what it is compared with. */
export interface Subject {
  readonly name: string;
  /** How presses go in and frames come out, for the table. */
  readonly description: string;
  readonly receiver: Receiver;
  /** Starts on empty data; milliseconds from process start to the first press at the receiver. Resident 0 is used up. */
  start(): Promise<number>;
  /** Starts again on what a killed process left. */
  restart(): Promise<void>;
  /** Connects that many pendants at once; null where none connect by themselves. */
  connect(count: number): Promise<{ readonly tookMs: number; readonly refused: number } | null>;
  /** Presses the button of a resident; resolves when the press is acknowledged to the pendant. */
  press(index: number): Promise<void>;
  /** Gateway and broker. */
  pids(): readonly number[];
  /** `kill -9`; pendants are cut off, so that nothing is sent again. */
  kill(): Promise<void>;
  /** Ends the processes and keeps nothing. */
  stop(): Promise<void>;
  /** Ends the receiver too. */
  close(): Promise<void>;
}
