import type { ContactTestEvent } from "./contact-test.ts";
import type { ContactRef, NoticeAbout } from "./notice.ts";
import type { EpochMs } from "./units.ts";
import type { Word } from "./words.ts";

type NoticeFact<Kind extends string, Fields> = {
  readonly kind: Kind;
  /** The notice's id. */
  readonly notice: string;
  readonly at: EpochMs;
} & Fields;

/** How a notice ended: by what is proved of it, or without having reached anybody. */
export type NoticeEnd = "sent" | "delivered" | "answered" | "failed" | "too-late" | "nobody";

export type NoticeEvent =
  | ContactTestEvent
  /** When contacts and faults are looked after again. */
  | { readonly kind: "rounds-planned"; readonly nextAt: EpochMs; readonly at: EpochMs }
  | NoticeFact<
      "notice-queued",
      {
        readonly responder: string;
        readonly about: NoticeAbout;
        readonly lines: readonly Word[];
        readonly leavesAt: EpochMs;
        readonly endsAt: EpochMs;
      }
    >
  /** Said in the same message. */
  | NoticeFact<"notice-joined", { readonly lines: readonly Word[] }>
  /** Its message leaves for this contact. */
  | NoticeFact<"notice-left", ContactRef>
  | NoticeFact<"notice-ended", { readonly how: NoticeEnd; readonly detail: string | null }>;
