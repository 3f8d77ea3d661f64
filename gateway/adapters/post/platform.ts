import { hasIt } from "../../core/platform-acts.ts";
import { PLATFORM_ACTS_MAX } from "../../core/platform-act-reader.ts";
import type { PlatformMessage } from "../../core/platform-message.ts";
import { minutes } from "../../core/units.ts";
import type { HotlineMessage, NewsMessage } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { PlatformIntake } from "../../ports/platform.ts";
import type { Sender, Try, Verdict } from "../../ports/sender.ts";
import { httpVerdict } from "./http-verdict.ts";
import { callOf, newsOf } from "./platform-bodies.ts";
import type { PostLimits } from "./post-limits.ts";
import { isSuccess, Poster, type PostResult } from "./poster.ts";
import { signatureOf } from "./webhook-post.ts";

export interface PlatformParts {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  readonly acknowledges: "body" | "status";
  /** The name of this site. */
  readonly site: string;
  /** Takes what its operators did, where it says so in its answers. */
  readonly intake: Pick<PlatformIntake, "hear">;
  readonly clock: Clock;
  readonly limits?: Partial<PostLimits>;
}

/** A call that the platform took without a word is made again after so long, under the same key. */
const ACKNOWLEDGED_WITHIN_MS = minutes(1);

/** These messages it will never take. Anything else of 4xx is a platform or an entry that is not set up yet. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/** Posts one kind of messages to a city platform, and reads what it answers. */
class PlatformSender<Message extends { readonly key: string }> implements Sender<Message> {
  readonly place: string;
  readonly #parts: PlatformParts;
  readonly #poster: Poster;
  readonly #bodyOf: (message: Message, site: string) => PlatformMessage;

  constructor(parts: PlatformParts, bodyOf: (message: Message, site: string) => PlatformMessage) {
    this.#parts = parts;
    this.#bodyOf = bodyOf;
    this.place = new URL(parts.url).origin;
    this.#poster = new Poster({ clock: parts.clock, limits: parts.limits ?? {}, reads: "body" });
  }

  open(): Promise<void> {
    return this.#poster.open(this.#parts.url);
  }

  close(): Promise<void> {
    return this.#poster.close();
  }

  async send(message: Message, { wallAt }: Try): Promise<Verdict> {
    const { url, secret, site } = this.#parts;
    const body = JSON.stringify(this.#bodyOf(message, site));
    const headers = {
      "content-type": "application/json; charset=utf-8",
      "idempotency-key": message.key,
      "x-okc-signature": signatureOf(body, secret, wallAt),
    };
    const result = await this.#poster.post({ url, headers, body });
    if (result.kind === "unreached" || !isSuccess(result.status)) return refusedVerdict(result, wallAt);
    return this.#taken(message, result.status, answerOf(result.body));
  }

  /** What its operators did is journaled first: after a crash in between the message leaves again, and they are told again. */
  async #taken(message: Message, status: number, answer: Answer): Promise<Verdict> {
    const { name, intake, acknowledges } = this.#parts;
    const ok = { works: true, result: String(status), detail: hasIt(name) } as const;
    const heard = answer.acts.length > 0 ? await intake.hear(name, answer.acts) : [];
    const mine = heard.filter(({ done, alarm }) => done && message.key.startsWith(`${alarm}.`));
    if (mine.some(({ act }) => act === "rejected")) return gaveBack(name);
    if (mine.some(({ act }) => act === "taken")) return { ...ok, fate: "answered" };
    const said = acknowledges === "status" || (answer.received && (answer.id === null || answer.id === message.key));
    return said ? { ...ok, fate: "received" } : this.bare(String(status));
  }

  /** A 2xx without a word: it has left, and that is all that is known. */
  protected bare(result: string): Verdict {
    return { fate: "sent", works: true, result };
  }
}

/** The hotline leg: calls an operator of the platform to an alarm. */
export class PlatformCallSender extends PlatformSender<HotlineMessage> {
  readonly #name: string;

  constructor(parts: PlatformParts) {
    super(parts, callOf);
    this.#name = parts.name;
  }

  override send(message: HotlineMessage, attempt: Try): Promise<Verdict> {
    const isBack = message.details?.rejectedBy?.includes(this.#name) === true;
    return isBack ? Promise.resolve(gaveBack(this.#name)) : super.send(message, attempt);
  }

  /** A call that nobody acknowledges is made again until somebody does. */
  protected override bare(result: string): Verdict {
    const why = `HTTP ${result} without an acknowledgement`;
    return { fate: "retry", works: true, left: true, result, reason: why, detail: why, waitMs: ACKNOWLEDGED_WITHIN_MS };
  }
}

/** Tells the platform the life of every alarm. */
export class PlatformNewsSender extends PlatformSender<NewsMessage> {
  constructor(parts: PlatformParts) {
    super(parts, newsOf);
  }
}

const gaveBack = (name: string): Verdict => ({
  fate: "failed",
  works: null,
  result: "rejected",
  reason: "the platform gave the alarm back",
  detail: `given back by ${name}`,
});

/** Whatever it says may be mended there or here is tried again; only what the message itself is refused for is not. */
function refusedVerdict(result: PostResult, wallAt: number): Verdict {
  const verdict = httpVerdict(result, wallAt);
  if (verdict.fate !== "failed" || (result.kind === "answered" && REFUSALS.has(result.status))) return verdict;
  return { ...verdict, fate: "retry", works: false, waitMs: 0 };
}

interface Answer {
  readonly received: boolean;
  readonly id: string | null;
  readonly acts: readonly unknown[];
}

/** Anything that is not the answer of docs/schemas/platform-response is a bare 2xx. */
function answerOf(body: string): Answer {
  const said = parsed(body);
  const { received, id, acts } = (typeof said === "object" && said !== null ? said : {}) as Record<string, unknown>;
  return {
    received: received === true,
    id: typeof id === "string" ? id : null,
    acts: Array.isArray(acts) ? acts.slice(0, PLATFORM_ACTS_MAX) : [],
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
