import type { AnswerReply, ChannelAnswer, ChannelSink, Receipt } from "../../../gateway/ports/channel.ts";
import type { Log, Meter } from "../../../gateway/ports/log.ts";
import { Inbox } from "./inbox.ts";

export interface PathChange {
  readonly path: string;
  readonly up: boolean;
  readonly why: string;
}

export interface FaultChange {
  readonly fault: string;
  readonly active: boolean;
  readonly why: string;
}

/** What a channel tells the gateway, kept. */
export class RecordingSink implements ChannelSink {
  readonly receipts = new Inbox<Receipt>("receipts");
  readonly paths = new Inbox<PathChange>("paths");
  readonly faults = new Inbox<FaultChange>("faults");
  /** The path of each proof of life. */
  readonly proofs = new Inbox<string>("proofs");
  /** Addresses that are no more. */
  readonly gones = new Inbox<{ readonly responder: string; readonly address: string }>("gones");
  readonly answers = new Inbox<ChannelAnswer>("answers");
  /** What the gateway says to an answer. */
  reply: AnswerReply = { taken: true, words: null };

  receipt(receipt: Receipt): void {
    this.receipts.push(receipt);
  }

  path(path: string, up: boolean, why: string): void {
    this.paths.push({ path, up, why });
  }

  proved(path: string): void {
    this.proofs.push(path);
  }

  gone(responder: string, address: string): void {
    this.gones.push({ responder, address });
  }

  answer(answer: ChannelAnswer): Promise<AnswerReply> {
    this.answers.push(answer);
    return Promise.resolve(this.reply);
  }

  fault(fault: string, active: boolean, why: string): void {
    this.faults.push({ fault, active, why });
  }

  /** Waits for the `count`-th receipt of that status under that key. */
  async expect(key: string, status: Receipt["status"], count = 1): Promise<Receipt> {
    return this.receipts.next((receipt) => receipt.key === key && receipt.status === status, count);
  }

  /** The statuses of a key, in order. */
  statuses(key: string): string[] {
    return this.receipts.items.filter((receipt) => receipt.key === key).map((receipt) => receipt.status);
  }
}

/** Keeps the lines of a log. */
export class RecordingLog implements Log {
  readonly lines: string[] = [];

  info(message: string): void {
    this.lines.push(`info ${message}`);
  }

  warn(message: string): void {
    this.lines.push(`warn ${message}`);
  }

  error(message: string): void {
    this.lines.push(`error ${message}`);
  }
}

/** Adds up counters: `name{label="value"}`. */
export class RecordingMeter implements Meter {
  readonly counts = new Map<string, number>();

  count(name: string, labels: Readonly<Record<string, string>> = {}, by = 1): void {
    const shown = Object.entries(labels)
      .map(([label, value]) => `${label}="${value}"`)
      .join(",");
    const key = shown ? `${name}{${shown}}` : name;
    this.counts.set(key, (this.counts.get(key) ?? 0) + by);
  }

  gauge(): void {}

  observe(): void {}
}
