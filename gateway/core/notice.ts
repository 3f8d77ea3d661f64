import type { EpochMs } from "./units.ts";
import type { Word } from "./words.ts";

/** What a notice is about, and what it is called. */
export const NOTICE_TITLES = {
  duty: ["值班通知", "duty"],
  faults: ["设备与线路故障", "faults of devices and lines"],
} as const satisfies Readonly<Record<string, Word>>;

export type NoticeAbout = keyof typeof NOTICE_TITLES;

/** A contact of a responder: its channel, and its `order` there. The address is personal and stays in the directory. */
export interface ContactRef {
  readonly channel: string;
  readonly contact: number;
}

/** Something that one person is told and that is no call for help. Its message leaves once and is merged until then. */
export interface Notice {
  readonly id: string;
  readonly responder: string;
  readonly about: NoticeAbout;
  /** Chinese and English. `{@id}` stands for the name of a responder, `{r:id}` for that of a resident. */
  readonly lines: readonly Word[];
  /** Lines for which there was no room. */
  readonly unsaid: number;
  /** What is said until then is one message. */
  readonly leavesAt: EpochMs;
  /** Where it was sent, the newest last; empty: it has not left. */
  readonly tried: readonly ContactRef[];
  /** After that it tells nothing that is still of use. */
  readonly endsAt: EpochMs;
}

/** The key of its newest message. */
export const keyOfNotice = ({ id, tried }: Pick<Notice, "id" | "tried">): string => `${id}.n${tried.length}`;

export const noticeDueAt = ({ tried, leavesAt, endsAt }: Notice): EpochMs =>
  tried.length === 0 ? Math.min(leavesAt, endsAt) : endsAt;
