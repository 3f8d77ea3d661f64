import { App } from "../../gateway/app.ts";
import { DeskWatch } from "../../gateway/app/desk-watch.ts";
import type { Facilities } from "../../gateway/core/events.ts";
import { DEFAULT_POLICIES } from "../../gateway/core/policy-defaults.ts";
import type { HotlineMessage, PersonMessage, SirenMessage } from "../../gateway/ports/channel.ts";
import type { JournalStart } from "../../gateway/ports/journal.ts";
import type { Log } from "../../gateway/ports/log.ts";
import { MemoryDisk, MemoryJournal, SILENT_METER } from "../support/memory-journal.ts";
import type { WireRecord } from "../../gateway/adapters/journal/wire.ts";
import { MemoryChannel } from "./memory-channel.ts";
import { MemoryRadio, type Air, type RadioWitness } from "./memory-radio.ts";
import { MemorySiren, type HotlineReceiver, type Phones } from "./receiving-ends.ts";
import { CHANNEL } from "./settlement.ts";
import { ProcessClock, type WorldClock } from "./virtual-clock.ts";
import { OUR_OWN } from "../support/spoken.ts";

const FACILITIES: Facilities = { hotline: true, siren: true, channels: [CHANNEL], timezone: "Asia/Shanghai" };

/** The disk, where a run can die just before or just after a commit: between record and send. */
export class MortalDisk extends MemoryDisk {
  /** Set: the next commit is the last thing this run does (`after`), or never happens (`before`). */
  dieAt: "before" | "after" | null = null;
  die: () => void = () => undefined;
  /** Told after each commit. */
  stored: () => void = () => undefined;

  override store(records: readonly WireRecord[]): void {
    const { dieAt } = this;
    if (dieAt !== null) {
      this.dieAt = null;
      this.die();
    }
    if (dieAt === "before") throw new Error("the process died before the commit");
    super.store(records);
    this.stored();
  }
}

/** What the checks want to know of a run, beyond its radios. */
export interface ProcessWitness extends RadioWitness {
  hotline(message: HotlineMessage): void;
  message(message: PersonMessage): void;
  siren(message: SirenMessage): void;
  /** The gateway wrote that something of it is wrong. */
  blamed(message: string): void;
}

export interface ProcessParts {
  readonly world: WorldClock;
  readonly disk: MortalDisk;
  readonly airs: readonly Air[];
  readonly hotline: HotlineReceiver;
  readonly phones: Phones;
  readonly witness: ProcessWitness;
}

/** One run of the gateway on ports in memory: from the first reading of its journal to its death. */
export class GatewayProcess {
  readonly app: App;
  readonly deskWatch: DeskWatch;
  readonly clock: ProcessClock;
  readonly journal: MemoryJournal;
  readonly siren = new MemorySiren();
  isUp = false;
  /** Nothing was lost so far but by death: neither a stall nor a failure of the disk is on. */
  isJournalWell = true;
  /** False while journal and spill both refuse: what is only in memory would die with the process. */
  isSpillWell = true;
  readonly #parts: ProcessParts;
  readonly #channels: MemoryChannel<never>[];
  #radios: readonly MemoryRadio[] = [];

  constructor(parts: ProcessParts) {
    this.#parts = parts;
    const { world, disk, witness, hotline, phones } = parts;
    this.clock = new ProcessClock(world);
    this.journal = new MemoryJournal({ clock: this.clock, disk });
    const receiver = new MemoryChannel<HotlineMessage>("hotline", this.clock, hotline, (one) => witness.hotline(one));
    const webhook = new MemoryChannel<PersonMessage>(CHANNEL, this.clock, phones, (one) => witness.message(one));
    const siren = new MemoryChannel<SirenMessage>("siren", this.clock, this.siren, (one) => witness.siren(one));
    this.#channels = [receiver, webhook, siren] as unknown as MemoryChannel<never>[];
    this.app = new App({
      clock: this.clock,
      journal: this.journal,
      log: blameOnly(witness),
      meter: SILENT_METER,
      definitions: OUR_OWN,
      channels: { hotline: receiver, people: new Map([[CHANNEL, webhook]]), siren },
      signer: {
        link: () => null,
        desk: () => null,
        url: (offer) => `https://okc.example.org/${offer}`,
        token: (offer) => `token of ${offer}`,
      },
      facilities: FACILITIES,
      duty: null,
      policies: DEFAULT_POLICIES,
      language: "zh-CN",
      version: "simulated",
    });
    this.deskWatch = new DeskWatch({ clock: this.clock, faults: this.app, isCalled: true });
  }

  /** Reads the journal, then starts; `opened` is told before anything is decided. */
  async boot(opened: (start: JournalStart) => void): Promise<JournalStart> {
    const { airs, witness } = this.#parts;
    const open = this.journal.open.bind(this.journal);
    this.journal.open = async () => {
      const start = await open();
      opened(start);
      return start;
    };
    const start = await this.app.open();
    this.journal.onHealth((health) => {
      if (!this.isUp) return;
      if (health.state === "ok") this.app.clearFault("journal", "written again");
      else this.app.raiseFault("journal", "journal-failing", health.why);
    });
    this.#radios = airs.map((air) => new MemoryRadio(air, this.clock, this.app.radioSink, witness));
    await this.app.start(this.#radios);
    this.deskWatch.start();
    this.isUp = true;
    return start;
  }

  /** A clean end, with a snapshot. */
  async stop(): Promise<void> {
    this.deskWatch.stop();
    await this.app.stop(this.#radios);
    this.kill();
  }

  /** The process dies here and now: no timer runs, nothing leaves, nothing reaches the disk. */
  kill(): void {
    this.isUp = false;
    this.journal.kill();
    this.clock.kill();
    for (const part of [...this.#radios, ...this.#channels]) part.kill();
    this.siren.sounding.clear();
  }
}

/** Only what the gateway says about its own mistakes is of interest; the journal's complaints are caused on purpose. */
const blameOnly = (witness: ProcessWitness): Log => ({
  info: () => undefined,
  warn: () => undefined,
  error: (message, fields) => {
    if (/please report|has no channel/.test(message)) witness.blamed(`${message} ${JSON.stringify(fields ?? {})}`);
  },
});
