import { pathOfChannel } from "../../core/channel-kinds.ts";
import type { CreateByteLine } from "../../ports/byte-line.ts";
import type { ChannelSink, PathSpec } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log, Meter } from "../../ports/log.ts";
import { Modem } from "./modem.ts";
import type { ReadPdu } from "./pdu.ts";
import { PinNotes } from "./pin-notes.ts";
import type { SmsLimits } from "./sms-limits.ts";

export interface ModemSettings {
  readonly name: string;
  /** `/dev/ttyUSB2`. */
  readonly path: string;
  readonly baud: number;
  /** Null: the SIM asks for none. */
  readonly pin: string | null;
  /** The message centre's number; null: the SIM knows it. */
  readonly smsc: string | null;
}

export interface ModemBankParts {
  readonly id: string;
  readonly modems: readonly ModemSettings[];
  readonly folder: string;
  readonly createLine: CreateByteLine;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly limits: SmsLimits;
  /** A modem became ready or no longer is. */
  changed(modem: Modem): void;
  text(from: string, text: string): Promise<void>;
  report(modem: Modem, report: Extract<ReadPdu, { readonly kind: "report" }>): void;
  /** What a modem says of its call. */
  call(modem: Modem, line: string): void;
}

interface Member {
  readonly settings: ModemSettings;
  readonly modem: Modem;
  /** Its own path beside the entry's; null: the only modem is the entry. */
  readonly path: string | null;
  /** It has told that it cannot work, at least once. */
  spoke: boolean;
  /** Looks in a row with a weak signal. */
  weakLooks: number;
}

/** Weaker than this, messages get lost; a good bit stronger, and the fault is over. */
const WEAK_DBM = -103;
const GOOD_DBM = -97;
/** A single look may meet a lorry. */
const WEAK_LOOKS = 2;

/** The modems of one entry: which of them work, and what a technician must know of them. */
export class ModemBank {
  readonly paths: readonly PathSpec[];
  readonly #parts: ModemBankParts;
  readonly #members: readonly Member[];
  readonly #path: string;
  readonly #faults = new Map<string, string | null>();
  #sink: ChannelSink | null = null;
  #said = "";

  constructor(parts: ModemBankParts) {
    this.#parts = parts;
    this.#path = pathOfChannel("sms", parts.id);
    const notes = new PinNotes(parts.folder);
    const isAlone = parts.modems.length === 1;
    this.#members = parts.modems.map((settings) => this.#member(settings, notes, isAlone));
    const own = this.#members.flatMap(({ path }) => path ?? []);
    this.paths = [this.#path, ...own].map((id) => ({ id, kind: "sms", lostAfterMs: parts.limits.lostAfterMs }));
  }

  async start(sink: ChannelSink): Promise<void> {
    this.#sink = sink;
    await Promise.all(this.#members.map(({ modem }) => modem.start()));
  }

  async stop(): Promise<void> {
    this.#sink = null;
    await Promise.all(this.#members.map(({ modem }) => modem.stop()));
  }

  /** Those that can send, in the order in which they are used. */
  ready(): readonly Modem[] {
    return this.#members.filter(({ modem }) => modem.isReady).map(({ modem }) => modem);
  }

  /** Why none can send; null: one can, or one has not said yet. */
  hopeless(): string | null {
    if (this.#members.some(({ modem, spoke }) => modem.isReady || !spoke)) return null;
    return this.#members.map((member) => this.#whyOf(member)).join("; ");
  }

  #member(settings: ModemSettings, notes: PinNotes, isAlone: boolean): Member {
    const { createLine, clock, limits, text, report, call } = this.#parts;
    const { name, baud, smsc, pin } = settings;
    const path = isAlone ? null : `${this.#path}:${name}`;
    const modem: Modem = new Modem({
      path: settings.path,
      baud,
      smsc,
      gate: notes.gate(`${this.#parts.id} ${name}`, pin),
      createLine,
      clock,
      limits,
      events: {
        state: (up, why) => this.#changed(member, up, why),
        proved: () => this.#proved(member),
        text,
        report: (one) => report(modem, one),
        signal: (dbm) => this.#signal(member, dbm),
        sim: (fault) => this.#fault("sms-sim", member, fault),
        known: (model, hasReports) => this.#known(member, model, hasReports),
        call: (line) => call(modem, line),
      },
    });
    const member: Member = { settings, modem, path, spoke: false, weakLooks: 0 };
    return member;
  }

  #changed(member: Member, up: boolean, why: string): void {
    const { log, id } = this.#parts;
    member.spoke = true;
    const what = `sms ${id}: modem ${member.settings.name}`;
    if (up) log.info(`${what} works: ${why}`);
    else log.warn(`${what} does not work: ${why}`);
    if (member.path !== null) this.#sink?.path(member.path, up, why);
    this.#tellEntry();
    this.#parts.changed(member.modem);
  }

  /** The entry lives while one of its modems does. */
  #tellEntry(): void {
    const isUp = this.ready().length > 0;
    const why = isUp ? "a modem is in its network" : this.hopeless();
    if (why === null || this.#said === `${isUp} ${why}`) return;
    this.#said = `${isUp} ${why}`;
    this.#sink?.path(this.#path, isUp, why);
  }

  #proved({ path }: Member): void {
    this.#sink?.proved(this.#path);
    if (path !== null) this.#sink?.proved(path);
  }

  #signal(member: Member, dbm: number | null): void {
    if (dbm === null) return;
    const { id, meter } = this.#parts;
    meter.gauge("okc_sms_signal_dbm", dbm, { channel: id, modem: member.settings.name });
    member.weakLooks = dbm < WEAK_DBM ? member.weakLooks + 1 : 0;
    if (member.weakLooks >= WEAK_LOOKS) this.#fault("sms-signal", member, "the signal is weak: move the aerial");
    else if (dbm >= GOOD_DBM) this.#fault("sms-signal", member, null);
  }

  #known(member: Member, model: string, hasReports: boolean): void {
    this.#parts.log.info(`sms ${this.#parts.id}: modem ${member.settings.name} is a ${model}`);
    const why = "the modem tells no delivery reports: nothing is ever `delivered`";
    this.#fault("sms-reports", member, hasReports ? null : why);
  }

  /** Raises it once a reason; null: it is over. */
  #fault(code: string, member: Member, why: string | null): void {
    const key = `${code}:${member.path ?? this.#path}`;
    // The first look says also that it is well: a fault of the life before ends so.
    if (this.#faults.get(key) === why) return;
    this.#faults.set(key, why);
    this.#sink?.fault(key, why !== null, why ?? "mended");
  }

  #whyOf({ settings, modem, path }: Member): string {
    return path === null ? modem.why : `${settings.name}: ${modem.why}`;
  }
}
