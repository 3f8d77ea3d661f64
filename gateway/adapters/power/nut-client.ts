import { connect, type Socket } from "node:net";
import { formatDuration, type DurationMs } from "../../core/units.ts";
import type { Clock } from "../../ports/clock.ts";

/** No answer to what we ask comes near this; a server that sends more is left. */
const ANSWER_BYTES_MAX = 16 * 1024;

/** The lines of an answer, or the word after ERR. */
export type NutAnswer = { readonly lines: readonly string[] } | { readonly refused: string };

export interface NutServer {
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  readonly password: string | null;
}

interface Asked {
  resolve(answer: NutAnswer): void;
  reject(error: Error): void;
}

/** A text as it stands between quotes (RFC 9271, section 4): quote and backslash are escaped. */
export const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;

/** One line after the other to a Network UPS Tools server (RFC 9271); connects when asked and not connected. */
export class NutClient {
  readonly #server: NutServer;
  readonly #clock: Clock;
  readonly #answerMs: DurationMs;
  #socket: Socket | null = null;
  #asked: Asked | null = null;
  #text = "";

  /** `answerMs`: an answer that takes longer counts as none. */
  constructor(server: NutServer, clock: Clock, answerMs: DurationMs) {
    this.#server = server;
    this.#clock = clock;
    this.#answerMs = answerMs;
  }

  /** One command at a time. Rejects when there is no connection or no answer; the next call connects again. */
  async ask(command: string): Promise<NutAnswer> {
    if (!this.#socket) await this.#open();
    return this.#exchange(command);
  }

  close(): void {
    this.#leave("closed");
  }

  async #open(): Promise<void> {
    const { host, port, user, password } = this.#server;
    const socket = connect({ host, port, noDelay: true });
    this.#socket = socket;
    this.#text = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk) => this.#socket === socket && this.#take(String(chunk)));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      this.#left(socket, error.message || (error.code ?? "refused")),
    );
    socket.on("close", () => this.#left(socket, "closed by upsd"));
    await this.#answered((asked) => socket.once("connect", () => asked.resolve({ lines: [] })));
    if (user === null || password === null) return;
    for (const login of [`USERNAME ${quoted(user)}`, `PASSWORD ${quoted(password)}`]) {
      const answer = await this.#exchange(login);
      if ("refused" in answer) throw this.#leave(`upsd refuses the user: ${answer.refused}`);
    }
  }

  #exchange(command: string): Promise<NutAnswer> {
    return this.#answered(() => this.#socket?.write(`${command}\n`));
  }

  #answered(begin: (asked: Asked) => void): Promise<NutAnswer> {
    const timer = this.#clock.after(this.#answerMs, () =>
      this.#leave(`no answer within ${formatDuration(this.#answerMs)}`),
    );
    return new Promise<NutAnswer>((resolve, reject) => {
      this.#asked = { resolve, reject };
      begin(this.#asked);
    }).finally(() => timer.cancel());
  }

  #take(chunk: string): void {
    this.#text += chunk;
    if (this.#text.length > ANSWER_BYTES_MAX) return void this.#leave("what answers there is no upsd");
    const answer = answerIn(this.#text);
    if (!answer || !this.#asked) return;
    this.#text = "";
    const { resolve } = this.#asked;
    this.#asked = null;
    resolve(answer);
  }

  #left(socket: Socket, why: string): void {
    if (this.#socket === socket) this.#leave(why);
  }

  #leave(why: string): Error {
    const error = new Error(why);
    const [socket, asked] = [this.#socket, this.#asked];
    this.#socket = this.#asked = null;
    socket?.destroy();
    asked?.reject(error);
    return error;
  }
}

/** The answer, once it is whole; null before. A list goes from BEGIN to END. */
function answerIn(text: string): NutAnswer | null {
  const lines = text.split("\n");
  lines.pop();
  const first = lines[0];
  if (first === undefined) return null;
  if (first.startsWith("ERR ")) return { refused: first.slice(4).split(" ")[0]! };
  if (!first.startsWith("BEGIN ")) return { lines: [first] };
  const end = lines.indexOf(`END ${first.slice("BEGIN ".length)}`);
  return end < 0 ? null : { lines: lines.slice(1, end) };
}
