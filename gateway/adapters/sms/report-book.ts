import type { Modem } from "./modem.ts";
import { verdictOf } from "./report-status.ts";
import type { JobPart, SmsJob } from "./sms-job.ts";

interface Awaited {
  readonly job: SmsJob;
  readonly part: JobPart;
}

interface Report {
  readonly reference: number;
  readonly to: string;
  readonly status: number;
}

/** A network may write the number in its national form. */
const COMPARED_DIGITS = 7;
const EARLY_MAX = 50;

/**
 * Which part a report is about: by the modem and the reference that it gave, 0 to 255 again and again, and by the
 * number. Reports may come before the modem has told the reference, late, and in any order.
 */
export class ReportBook {
  readonly #max: number;
  readonly #awaited = new Map<string, Awaited>();
  readonly #early: { readonly modem: Modem; readonly report: Report }[] = [];
  readonly #names = new Map<Modem, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** A part goes out now: what came unexplained before belongs to none of ours. */
  sending(modem: Modem): void {
    for (let at = this.#early.length - 1; at >= 0; at--)
      if (this.#early[at]!.modem === modem) this.#early.splice(at, 1);
  }

  /** Gives the status of a report that came before the reference; null: it is still to come. */
  taken(modem: Modem, reference: number, awaited: Awaited): number | null {
    const early = this.#early.find(
      (one) => one.modem === modem && one.report.reference === reference && isTo(one.report.to, awaited.job.number),
    );
    if (early && isFinal(early.report.status)) return early.report.status;
    const id = this.#idOf(modem, reference);
    this.#awaited.delete(id);
    this.#awaited.set(id, awaited);
    if (this.#awaited.size > this.#max) this.#awaited.delete([...this.#awaited.keys()][0]!);
    return early?.report.status ?? null;
  }

  /** Undefined: a report about nothing that is awaited. */
  find(modem: Modem, report: Report): Awaited | undefined {
    const id = this.#idOf(modem, report.reference);
    const awaited = this.#awaited.get(id);
    if (!awaited || !isTo(report.to, awaited.job.number)) {
      this.#early.push({ modem, report });
      if (this.#early.length > EARLY_MAX) this.#early.shift();
      return undefined;
    }
    if (isFinal(report.status)) this.#awaited.delete(id);
    return awaited;
  }

  forget(job: SmsJob): void {
    for (const [id, awaited] of this.#awaited) if (awaited.job === job) this.#awaited.delete(id);
  }

  #idOf(modem: Modem, reference: number): string {
    const name = this.#names.get(modem) ?? this.#names.size;
    this.#names.set(modem, name);
    return `${name}:${reference}`;
  }
}

/** No further report comes about this part. */
const isFinal = (status: number): boolean => verdictOf(status).fate !== "waiting";

const isTo = (reported: string, number: string): boolean =>
  reported.replace("+", "").slice(-COMPARED_DIGITS) === number.replace("+", "").slice(-COMPARED_DIGITS);
