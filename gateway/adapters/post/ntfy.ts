import type { PersonMessage } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Sender, Try, Verdict } from "../../ports/sender.ts";
import { httpVerdict } from "./http-verdict.ts";
import type { PostLimits } from "./post-limits.ts";
import { isSuccess, Poster } from "./poster.ts";

export interface NtfyParts {
  /** The server, as `https://ntfy.example.org`, without a topic. */
  readonly url: string;
  /** An access token (`tk_…`), or a user with a password; null: the server lets everybody write. */
  readonly login: { readonly token: string } | { readonly user: string; readonly password: string } | null;
  /** What stands on the button that opens the page. */
  readonly openLabel: string;
  readonly clock: Clock;
  readonly limits?: Partial<PostLimits>;
}

/** What ntfy takes as a topic; the contact's address is one. */
const TOPIC = /^[-\w]{1,64}$/;
/** ntfy makes a file of a longer message. */
const TEXT_MAX_CHARS = 1_300;

/**
 * Publishes to an ntfy server, of one's own or ntfy.sh (docs.ntfy.sh/publish, "Publish as JSON"): a topic a person. 200
 * with the message's id is `sent`: whether a telephone subscribes, nobody tells.
 */
export class NtfySender implements Sender<PersonMessage> {
  readonly place: string;
  readonly #parts: NtfyParts;
  readonly #poster: Poster;

  constructor(parts: NtfyParts) {
    this.place = new URL(parts.url).origin;
    this.#parts = parts;
    this.#poster = new Poster({ clock: parts.clock, limits: parts.limits ?? {}, reads: "body" });
  }

  open(): Promise<void> {
    return this.#poster.open(this.#parts.url);
  }

  async send(message: PersonMessage, { wallAt }: Try): Promise<Verdict> {
    if (!TOPIC.test(message.address)) {
      const detail = "the contact's address is no topic; must be 1 to 64 letters, digits, underscores, hyphens";
      return { fate: "failed", works: null, result: "no-topic", reason: "no topic", detail };
    }
    const headers = { "content-type": "application/json; charset=utf-8", ...authorization(this.#parts.login) };
    const body = JSON.stringify(bodyOf(message, this.#parts.openLabel));
    const result = await this.#poster.post({ url: this.#parts.url, headers, body });
    const verdict = httpVerdict(result, wallAt);
    if (result.kind === "unreached") return verdict;
    if (isSuccess(result.status) && !hasId(result.body)) {
      const detail = "the answer is not that of the service";
      return { fate: "retry", works: false, result: "no-id", reason: detail, detail, waitMs: 0 };
    }
    if (result.status !== 401 && result.status !== 403) return verdict;
    const detail = `HTTP ${result.status}: the server does not let us write to this topic; check token, user and password`;
    return { fate: "failed", works: false, result: String(result.status), reason: `HTTP ${result.status}`, detail };
  }

  close(): Promise<void> {
    return this.#poster.close();
  }
}

function bodyOf({ key, address, priority, words, link }: PersonMessage, openLabel: string) {
  return {
    topic: address,
    title: words.title,
    message: words.text.slice(0, TEXT_MAX_CHARS),
    priority: priority === 1 ? 5 : priority === 2 ? 4 : 3,
    tags: priority === 1 ? ["rotating_light"] : [],
    // The same message again takes the place of the first (ntfy 2.16 and newer).
    ...(TOPIC.test(key) && { sequence_id: key }),
    ...(link !== null && { click: link, actions: [{ action: "view", label: openLabel, url: link }] }),
  };
}

function authorization(login: NtfyParts["login"]): Readonly<Record<string, string>> {
  if (login === null) return {};
  if ("token" in login) return { authorization: `Bearer ${login.token}` };
  return { authorization: `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}` };
}

function hasId(body: string): boolean {
  try {
    const answer = JSON.parse(body) as Readonly<Record<string, unknown>> | null;
    return typeof answer?.["id"] === "string" && answer["event"] === "message";
  } catch {
    return false;
  }
}
