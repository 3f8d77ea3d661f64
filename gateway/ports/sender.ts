import type { DurationMs, EpochMs } from "../core/units.ts";

/**
 * What one try came to. `result`: a word for the counter ("200", "unreached", "errcode 45009"). `reason` stays the same
 * while nothing changes and is fit for a log; `detail` is kept in the journal: what the other side said, which may echo
 * names, is in neither. `works`: whether the path does; null: the answer does not say.
 */
export type Verdict =
  | {
      readonly fate: "sent" | "delivered" | "received" | "answered";
      readonly works: true;
      readonly result: string;
      /** Kept in the journal, as that of a failure. */
      readonly detail?: string;
    }
  | {
      readonly fate: "failed";
      readonly works: boolean | null;
      readonly result: string;
      readonly reason: string;
      readonly detail: string;
      /** Whose address the service says is no more. */
      readonly gone?: { readonly responder: string; readonly address: string };
    }
  | {
      readonly fate: "retry";
      readonly works: boolean | null;
      readonly result: string;
      readonly reason: string;
      readonly detail: string;
      /** The next machine has it, but the proof that is wanted did not come: told as sent, not as failing. */
      readonly left?: true;
      /** What the other side asks for at least; 0: it asks nothing. */
      readonly waitMs: DurationMs;
    };

/** One try of a message. */
export interface Try {
  /** From 1. */
  readonly attempt: number;
  /** What the machine's clock shows. */
  readonly wallAt: EpochMs;
}

/** How one kind of service is asked to take a message: a single request, without a memory of its own. */
export interface Sender<Message> {
  /** Where it goes, for the log: without a path or anything else that may hold a secret. */
  readonly place: string;
  open(): Promise<void>;
  /** Resolves in bounded time, and never rejects. The key of a message is the same at each try. */
  send(message: Message, attempt: Try): Promise<Verdict>;
  /** Cuts what is under way, and resolves when it is closed. */
  close(): Promise<void>;
}
