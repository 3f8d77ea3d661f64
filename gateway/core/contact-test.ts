import type { EpochMs } from "./units.ts";

/** How the last test of a contact ended. `delivered`: the telephone has it, and nobody answered or opened it. */
export type ContactTestResult = "passed" | "delivered" | "failed";

/** What is known of a contact by its tests. */
export interface ContactTested {
  readonly state: "running" | ContactTestResult;
  /** When the last one began. */
  readonly at: EpochMs;
  /** When one was last passed; null: never. */
  readonly okAt: EpochMs | null;
}

/** A test that runs: a message that is only to be answered, or its page to be touched. */
export interface ContactTest {
  readonly id: string;
  readonly responder: string;
  readonly channel: string;
  /** The contact's `order`. */
  readonly contact: number;
  /** What a text answers with, as an offer's. */
  readonly code: string;
  readonly startedAt: EpochMs;
  readonly failAt: EpochMs;
  /** Its telephone has it. */
  readonly isDelivered: boolean;
}

type ContactTestFact<Kind extends string, Fields> = {
  readonly kind: Kind;
  /** The test's id. */
  readonly test: string;
  readonly at: EpochMs;
} & Fields;

export type ContactTestEvent =
  | ContactTestFact<
      "contact-test-started",
      {
        readonly responder: string;
        readonly channel: string;
        readonly contact: number;
        readonly code: string;
        readonly failAt: EpochMs;
        /** Who asked for it; null: by itself, as every month. */
        readonly by: string | null;
      }
    >
  | ContactTestFact<"contact-test-delivered", unknown>
  | ContactTestFact<"contact-test-ended", { readonly result: ContactTestResult; readonly detail: string | null }>;

/** The key that its message travels under. */
export const keyOfContactTest = (id: string): string => `${id}.t1`;
