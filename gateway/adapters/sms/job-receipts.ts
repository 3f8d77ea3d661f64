import type { ChannelSink, Receipt } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SmsJob } from "./sms-job.ts";

/** Tells what became of a message; of words that were sent back to somebody nobody asks. */
export class JobReceipts {
  readonly #clock: Clock;
  readonly #sink: () => ChannelSink | null;

  constructor(clock: Clock, sink: () => ChannelSink | null) {
    this.#clock = clock;
    this.#sink = sink;
  }

  tell({ key, sentAt }: SmsJob, status: Receipt["status"], detail?: string): void {
    if (key === null) return;
    const left = sentAt === null || status === "sent" ? {} : { sentAt };
    const why = detail === undefined ? {} : { detail };
    this.#sink()?.receipt({ key, status, at: this.#clock.now(), ...left, ...why });
  }

  /** Once a reason. */
  failing(job: SmsJob, detail: string): void {
    if (job.told === detail) return;
    job.told = detail;
    this.tell(job, "failing", detail);
  }
}
