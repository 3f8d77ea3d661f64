import { randomInt } from "node:crypto";
import type { Channel, ChannelSink, PathSpec, PersonMessage } from "../../ports/channel.ts";
import type { AtError } from "./at-errors.ts";
import { JobBook } from "./job-book.ts";
import { JobReceipts } from "./job-receipts.ts";
import type { Modem } from "./modem.ts";
import { ModemBank } from "./modem-bank.ts";
import { submitPdus } from "./pdu.ts";
import { ReportBook } from "./report-book.ts";
import { verdictOf } from "./report-status.ts";
import type { JobPart, SmsJob } from "./sms-job.ts";
import { nextFor } from "./sms-job.ts";
import type { SmsLimits } from "./sms-limits.ts";
import { SMS_LIMITS } from "./sms-limits.ts";
import type { SmsParts } from "./sms-parts.ts";
import { internationalOf, isPersonal } from "./sms-numbers.ts";
import { SmsCalls } from "./sms-calls.ts";
import { smsText } from "./sms-text.ts";
import { TextAnswers } from "./text-answers.ts";

type Report = { readonly reference: number; readonly to: string; readonly status: number };

/** Replies to what people wrote go behind the most urgent alarms. */
const REPLY_PRIORITY = 2;

/**
 * Short messages through modems. `sent` when the network has all parts, `delivered` when its reports say that the
 * telephone has them all. What is not taken is tried again until withdrawn; refused for good is only what no modem can
 * send: a number that nobody has.
 */
export class SmsChannel implements Channel<PersonMessage> {
  readonly id: string;
  readonly paths: readonly PathSpec[];
  readonly #parts: SmsParts;
  readonly #limits: SmsLimits;
  readonly #bank: ModemBank;
  readonly #jobs: JobBook;
  readonly #calls: SmsCalls | null;
  readonly #busy = new Set<Modem>();
  readonly #reports: ReportBook;
  readonly #receipts: JobReceipts;
  #reference = randomInt(0x10000);
  #sink: ChannelSink | null = null;

  constructor(parts: SmsParts) {
    this.id = parts.id;
    this.#parts = parts;
    this.#limits = { ...SMS_LIMITS, ...parts.limits };
    this.#jobs = new JobBook(parts.clock);
    this.#receipts = new JobReceipts(parts.clock, () => this.#sink);
    this.#reports = new ReportBook(this.#limits.reportsMax);
    const answers = new TextAnswers({
      ...parts,
      limits: this.#limits,
      sink: () => this.#sink,
      reply: (number, words) => this.#reply(number, words),
    });
    this.#bank = new ModemBank({
      ...parts,
      limits: this.#limits,
      changed: (modem) => this.#modemChanged(modem),
      text: (from, text) => answers.take(from, text),
      report: (modem, report) => this.#reported(modem, report),
      call: (modem, line) => this.#calls?.heard(modem, line),
    });
    this.#calls = this.#createCalls(parts);
    this.paths = this.#bank.paths;
  }

  async start(sink: ChannelSink): Promise<void> {
    this.#sink = sink;
    await this.#bank.start(sink);
    this.#pump();
  }

  deliver(message: PersonMessage): void {
    const { key, priority, address, type } = message;
    if (this.#jobs.get(key)) return;
    const { offerValidMs, noticeValidMs } = this.#limits;
    const number = internationalOf(address, this.#parts.country);
    const validMs = type === "offer" || type === "withdrawn" ? offerValidMs : noticeValidMs;
    const text = smsText(message);
    const spoken = this.#calls && type === "offer" ? message.words.spoken : null;
    this.#jobs.add({ key, number: number ?? "", text, priority, validitySec: validMs / 1_000, spoken });
    if (this.#jobs.size > this.#limits.queueMax) this.#giveUpLeastUrgent();
    // Not from within the call: the caller may not have finished what led to it.
    queueMicrotask(() => {
      this.#tellHopeless();
      this.#pump();
    });
  }

  withdraw(key: string): void {
    const job = this.#jobs.get(key);
    if (job) this.#finish(job);
    this.#calls?.withdraw(key);
  }

  async stop(): Promise<void> {
    this.#sink = null;
    this.#jobs.stop();
    this.#calls?.stop();
    await this.#bank.stop();
  }

  /** Gives each modem that is free its next message. The second one helps only in a burst. */
  #pump(): void {
    if (!this.#sink) return;
    for (const job of this.#jobs.waiting())
      if (job.number === "") this.#fail(job, "the contact has no telephone number");
    const ready = this.#bank.ready();
    for (const [place, modem] of ready.entries()) {
      if (this.#busy.has(modem)) continue;
      const waiting = this.#jobs.waiting();
      const bound = waiting.some((job) => job.modem === modem || job.refusedBy.has(ready[0]!));
      if (place > 0 && !bound && waiting.length < this.#limits.burst) continue;
      const job = nextFor(modem, waiting);
      if (!job) continue;
      this.#busy.add(modem);
      job.state = "sending";
      void this.#send(modem, job).then(() => {
        this.#busy.delete(modem);
        this.#pump();
      });
    }
  }

  async #send(modem: Modem, job: SmsJob): Promise<void> {
    if (job.modem !== modem) this.#bind(modem, job);
    const early: { readonly part: JobPart; readonly status: number }[] = [];
    for (const part of job.parts) {
      if (part.state !== "waiting" || job.over) continue;
      this.#reports.sending(modem);
      const sent = await modem.send(part.pdu);
      if (!this.#sink) return;
      if (!sent.ok) {
        this.#count(sent.error.code);
        if (!job.over) this.#refused(modem, job, sent.error);
        break;
      }
      this.#count("sent");
      part.state = "taken";
      const status = this.#reports.taken(modem, sent.reference, { job, part });
      if (status !== null) early.push({ part, status });
    }
    if (!job.over && job.state === "sending") this.#allTaken(job);
    // Only now: what was delivered was sent before.
    for (const { part, status } of early) if (!job.over) this.#settle(job, part, status);
  }

  #bind(modem: Modem, job: SmsJob): void {
    this.#reports.forget(job);
    this.#reference = (this.#reference + 1) & 0xffff;
    const { number: to, text, validitySec } = job;
    job.modem = modem;
    job.parts = submitPdus({ to, text, validitySec, reference: this.#reference }).map((pdu) => ({
      pdu,
      state: "waiting",
      resends: 0,
    }));
  }

  #allTaken(job: SmsJob): void {
    job.state = "taken";
    job.attempts = 0;
    job.refusedBy.clear();
    if (job.sentAt === null) {
      job.sentAt = this.#parts.clock.now();
      this.#receipts.tell(job, "sent");
      if (job.key !== null && job.spoken !== null && isPersonal(job.number))
        this.#calls?.add({ key: job.key, number: job.number, spoken: job.spoken });
    }
    if (job.key === null) this.#finish(job);
    else this.#settled(job);
  }

  /** A modem would not have it: another one at once, where one is left, else the same ones again after a rest. */
  #refused(modem: Modem, job: SmsJob, { code, meaning, cause }: AtError): void {
    if (cause === "number" || cause === "message") return this.#fail(job, `${meaning} (${code})`);
    job.state = "waiting";
    job.attempts++;
    this.#receipts.failing(job, `sms ${this.id}: ${meaning} (${code}); still trying`);
    const isBegun = job.parts.some(({ state }) => state !== "waiting");
    if (cause === "modem" || !modem.isReady || !isBegun) job.refusedBy.add(modem);
    if (this.#bank.ready().some((other) => !job.refusedBy.has(other) && other !== modem)) return;
    job.refusedBy.clear();
    const { retryMs } = this.#limits;
    this.#jobs.rest(job, retryMs[Math.min(job.attempts, retryMs.length) - 1]!, () => this.#pump());
  }

  #reported(modem: Modem, report: Report): void {
    const found = this.#reports.find(modem, report);
    if (found && !found.job.over) this.#settle(found.job, found.part, report.status);
  }

  #settle(job: SmsJob, part: JobPart, status: number): void {
    const verdict = verdictOf(status);
    this.#count(`report-${verdict.fate}`);
    switch (verdict.fate) {
      case "delivered":
      case "unproved":
        part.state = verdict.fate;
        return this.#settled(job);
      case "waiting":
        return this.#receipts.failing(job, `sms ${this.id}: ${verdict.why}; the network still tries`);
      case "failed":
        return this.#fail(job, `the network could not deliver it: ${verdict.why}`);
      case "given-up":
        if (++part.resends > this.#limits.resendsMax) return this.#fail(job, `the network gave it up: ${verdict.why}`);
        this.#receipts.failing(job, `sms ${this.id}: the network gave it up: ${verdict.why}; it is sent again`);
        part.state = "waiting";
        if (job.state === "taken") job.state = "waiting";
        return this.#pump();
    }
  }

  /** Whether the last report is there. What the network will not prove stays `sent`. */
  #settled(job: SmsJob): void {
    if (job.state !== "taken" || job.parts.some(({ state }) => state === "taken" || state === "waiting")) return;
    if (job.parts.every(({ state }) => state === "delivered")) this.#receipts.tell(job, "delivered");
    this.#finish(job);
  }

  #createCalls({ id, calls: mode, language, clock, meter }: SmsParts): SmsCalls | null {
    if (mode === "off") return null;
    return new SmsCalls({
      ...{ id, mode, language, clock, meter },
      commandMs: this.#limits.commandMs,
      ready: () => this.#bank.ready(),
      sink: () => this.#sink,
      spoken: (key) => this.#spokenTo(key),
    });
  }

  /** The words of this message were spoken into the ear of whoever took the call. */
  #spokenTo(key: string): void {
    const job = this.#jobs.get(key);
    if (job?.state !== "taken") return;
    this.#receipts.tell(job, "delivered");
    this.#finish(job);
  }

  #modemChanged(modem: Modem): void {
    if (!modem.isReady) this.#tellHopeless();
    else this.#calls?.pump();
    this.#pump();
  }

  /** No modem works: each message that waits says so, once a reason, so that other ways are taken. */
  #tellHopeless(): void {
    const why = this.#bank.hopeless();
    if (why === null) return;
    for (const job of this.#jobs.idle())
      this.#receipts.failing(job, `sms ${this.id}: no modem works: ${why}; still trying`);
  }

  /** Words go back to somebody who wrote. */
  #reply(number: string, words: string): void {
    const validitySec = this.#limits.offerValidMs / 1_000;
    this.#jobs.add({ key: null, number, text: words, priority: REPLY_PRIORITY, validitySec, spoken: null });
    this.#pump();
  }

  #giveUpLeastUrgent(): void {
    const job = this.#jobs.leastUrgent();
    if (!job) return;
    const why = `more than ${this.#limits.queueMax} messages wait for sms ${this.id}`;
    this.#parts.log.error(`message given up: ${why}; look at its modems`, { key: job.key });
    // Not from within the call: the caller may not have finished what led to it.
    const told = job.state === "taken" ? () => undefined : () => this.#receipts.tell(job, "failed", why);
    this.#finish(job);
    queueMicrotask(told);
  }

  #fail(job: SmsJob, why: string): void {
    this.#parts.log.warn(`sms ${this.id}: a message cannot be delivered: ${why}`, { key: job.key });
    this.#finish(job);
    this.#receipts.tell(job, "failed", why);
  }

  #finish(job: SmsJob): void {
    this.#jobs.finish(job);
    this.#reports.forget(job);
  }

  #count(result: string): void {
    this.#parts.meter.count("okc_sms_parts_total", { channel: this.id, result });
  }
}
