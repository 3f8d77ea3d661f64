import { connect, type Socket } from "node:net";
import { Battery } from "./battery.ts";
import type { SimClock, SimTimer } from "./clock.ts";
import { realClock } from "./clock.ts";

const RECONNECT_MS = 1_000;
/** An alarm that is not acknowledged is sent again. */
export const RESEND_MS = 30_000;
const HEARTBEAT_MS = 300_000;
/** Alarms that wait for their acknowledgement; the oldest is given up. */
const CALLING_MAX = 20;
/** What the server wrote is kept for tests; the oldest is forgotten. */
const REPLIES_MAX = 200;
const REPLY_BYTES_MAX = 4_096;

export const WATCH_KINDS = ["emergency", "fall"] as const;
export type WatchKind = (typeof WATCH_KINDS)[number];
/** Bit 16: the SOS key. Bit 21: a fall. */
const STATUS: Readonly<Record<WatchKind, string>> = { emergency: "00010000", fall: "00200000" };

/** What mobile networks do to a connection. Changed while it runs. */
export interface WatchFaults {
  /** Messages leave in pieces of so many bytes; 0: whole. */
  pieceBytes: number;
  /** So many of the next replies never come. */
  loseReplies: number;
}

export interface WatchOptions {
  /** Ten digits, as printed on its back. */
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly clock?: SimClock;
  /** Where it is, in degrees of WGS 84; null: it has no fix. */
  readonly place?: { readonly lat: number; readonly lon: number } | null;
}

interface Alarm {
  readonly content: string;
  again: SimTimer | null;
}

/**
 * A 4G watch with an SOS key: it connects by itself, logs in by `LK`, which it repeats as its heartbeat, and sends an
 * alarm again until `AL` comes back. Its grammar is that of the makers' "GPS watch communication protocol".
 */
export class Watch {
  readonly id: string;
  readonly faults: WatchFaults = { pieceBytes: 0, loseReplies: 0 };
  readonly replies: string[] = [];
  /** Alarms that were sent, copies too. */
  alarmsSent = 0;
  place: WatchOptions["place"];
  readonly #options: WatchOptions;
  readonly #clock: SimClock;
  readonly #battery: Battery;
  readonly #calling: Alarm[] = [];
  #lamp: "off" | "acknowledged" = "off";
  #socket: Socket | null = null;
  #isLoggedIn = false;
  #pending = "";
  #timer: SimTimer | null = null;
  #isRunning = false;
  #onAcknowledged: () => void = () => undefined;

  constructor(options: WatchOptions) {
    this.id = options.id;
    this.place = options.place ?? null;
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#battery = new Battery(this.#clock.now(), 100, 3, 5_000);
  }

  /** As people type it. */
  get name(): string {
    return `w-${this.id}`;
  }

  /** What its screen shows: *calling* until the server has acknowledged every alarm. */
  get lamp(): "off" | "calling" | "acknowledged" {
    return this.#calling.length > 0 ? "calling" : this.#lamp;
  }

  get batteryPct(): number {
    return this.#battery.pct(this.#clock.now());
  }

  get isLoggedIn(): boolean {
    return this.#isLoggedIn;
  }

  /** Switches it on: from now on it connects, and connects again, for ever. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#connect();
  }

  stop(): void {
    this.#isRunning = false;
    this.#timer?.cancel();
    for (const { again } of this.#calling) again?.cancel();
    this.#drop();
  }

  /** `run` is called each time that nothing waits any more. */
  onAcknowledged(run: () => void): void {
    this.#onAcknowledged = run;
  }

  /** A finger on the SOS key for three seconds, or a fall. */
  press(kind: WatchKind = "emergency"): void {
    if (this.#calling.length >= CALLING_MAX) this.#calling.shift()!.again?.cancel();
    const alarm: Alarm = { content: this.#stateOf("AL", STATUS[kind]), again: null };
    this.#calling.push(alarm);
    this.#call(alarm);
  }

  /** Tells where it is, unasked. */
  tellPlace(): void {
    this.#send(this.#stateOf("UD", "00000000"));
  }

  heartbeat(): void {
    this.#send(`LK,0,0,${this.batteryPct}`);
  }

  /** The connection breaks, without a word. */
  breakOff(): void {
    this.#socket?.resetAndDestroy();
  }

  #connect(): void {
    const { host, port } = this.#options;
    const socket = connect({ host, port, noDelay: true });
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.on("error", () => socket.destroy());
    socket.on("connect", () => this.heartbeat());
    socket.on("data", (text) => this.#take(String(text)));
    socket.on("close", () => {
      if (this.#socket !== socket) return;
      this.#drop();
      if (this.#isRunning) this.#timer = this.#clock.after(RECONNECT_MS, () => this.#connect());
    });
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#isLoggedIn = false;
    this.#pending = "";
    this.#timer?.cancel();
    socket?.destroy();
  }

  #take(text: string): void {
    this.#pending = (this.#pending + text).slice(-REPLY_BYTES_MAX);
    for (let end = this.#pending.indexOf("]"); end >= 0; end = this.#pending.indexOf("]")) {
      const reply = this.#pending.slice(this.#pending.indexOf("[") + 1, end);
      this.#pending = this.#pending.slice(end + 1);
      if (this.faults.loseReplies > 0) this.faults.loseReplies--;
      else this.#replied(reply.split("*")[3] ?? "");
    }
  }

  #replied(content: string): void {
    this.replies.push(content);
    if (this.replies.length > REPLIES_MAX) this.replies.shift();
    if (content === "LK" && !this.#isLoggedIn) this.#loggedIn();
    if (content !== "AL") return;
    this.#calling.shift()?.again?.cancel();
    this.#lamp = "acknowledged";
    if (this.#calling.length === 0) this.#onAcknowledged();
  }

  #loggedIn(): void {
    this.#isLoggedIn = true;
    this.#beat();
    for (const alarm of this.#calling) this.#call(alarm);
  }

  #beat(): void {
    this.#timer = this.#clock.after(HEARTBEAT_MS, () => {
      this.heartbeat();
      this.#beat();
    });
  }

  #call(alarm: Alarm): void {
    alarm.again?.cancel();
    alarm.again = this.#clock.after(RESEND_MS, () => this.#call(alarm));
    if (!this.#isLoggedIn) return;
    this.alarmsSent++;
    this.#send(alarm.content);
  }

  /** Date, time, place, and what its sensors say; all of it stands behind an alarm too, as it was at the press. */
  #stateOf(command: string, status: string): string {
    const [date = "", time = ""] = new Date(this.#clock.now()).toISOString().split(/[T.]/);
    const [year = "", month, day] = date.split("-");
    const { lat, lon } = this.place ?? { lat: 0, lon: 0 };
    const place = [this.place ? "A" : "V", Math.abs(lat).toFixed(6), lat < 0 ? "S" : "N"];
    const east = [Math.abs(lon).toFixed(6), lon < 0 ? "W" : "E"];
    const motion = ["0.00", "0.0", "12.0", this.place ? "8" : "0", "85", this.batteryPct, "0", "0", status];
    const cells = ["1", "1", "460", "0", "9520", "3671", "-65"];
    return [
      command,
      `${day}${month}${year.slice(2)}`,
      time.replaceAll(":", ""),
      ...place,
      ...east,
      ...motion,
      ...cells,
    ].join(",");
  }

  #send(content: string): void {
    const socket = this.#socket;
    if (!socket || socket.destroyed) return;
    this.#battery.send();
    const length = content.length.toString(16).toUpperCase().padStart(4, "0");
    const message = Buffer.from(`[3G*${this.id}*${length}*${content}]`, "latin1");
    const bytes = this.faults.pieceBytes || message.length;
    for (let at = 0; at < message.length; at += bytes) socket.write(message.subarray(at, at + bytes));
  }
}
