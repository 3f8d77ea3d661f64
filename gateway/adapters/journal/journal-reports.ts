import { GatewayError } from "../../core/errors.ts";
import type { MonthFigures, MonthQuery } from "../../core/month-figures.ts";
import type { ResponseFigures, ResponseQuery } from "../../core/response-report.ts";
import type { ReportProgress, Reports } from "../../ports/reports.ts";
import { JournalError, reasonOf } from "./journal-error.ts";
import { JournalWriter } from "./journal-writer.ts";
import type { Requests } from "./wire.ts";

/** Reports made or waiting at once; one more is refused. They are made one after the other. */
const WAITING_MAX = 4;

/** Reports of the journal in a data folder, each made in a thread of its own that ends with it. */
export class JournalReports implements Reports {
  readonly #folder: string;
  readonly #url: URL | undefined;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();
  #thread: JournalWriter | null = null;
  #stopped = false;

  constructor(folder: string, workerUrl?: URL) {
    this.#folder = folder;
    this.#url = workerUrl;
  }

  responseTimes(query: ResponseQuery): Promise<ResponseFigures | ReportProgress> {
    return this.#ask("responseTimes", { folder: this.#folder, query });
  }

  month(query: MonthQuery): Promise<MonthFigures | ReportProgress> {
    return this.#ask("month", { folder: this.#folder, query });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#thread?.stop();
    await this.#last;
  }

  async #ask<Type extends "responseTimes" | "month">(
    type: Type,
    body: Requests[Type]["request"],
  ): Promise<Requests[Type]["answer"]> {
    if (this.#waiting >= WAITING_MAX)
      throw new GatewayError("too-many", `${WAITING_MAX} reports are being made already; ask again in a minute`);
    this.#waiting++;
    const made = this.#last.then(() => this.#make(type, body));
    this.#last = made.catch(() => undefined);
    try {
      return await made;
    } catch (error) {
      throw error instanceof GatewayError ? error : refusalOf(error);
    } finally {
      this.#waiting--;
    }
  }

  async #make<Type extends "responseTimes" | "month">(
    type: Type,
    body: Requests[Type]["request"],
  ): Promise<Requests[Type]["answer"]> {
    if (this.#stopped) throw new GatewayError("not-reachable", "the gateway is being stopped");
    const thread = new JournalWriter(this.#url);
    this.#thread = thread;
    thread.start();
    try {
      return await thread.request(type, body);
    } finally {
      this.#thread = null;
      await thread.stop();
    }
  }
}

function refusalOf(error: unknown): GatewayError {
  const room = error instanceof JournalError && error.code === "report-no-room";
  const todo = room ? "" : "; run okc doctor";
  return new GatewayError(
    "broken",
    `the report was not made: ${reasonOf(error)}${todo}. Alarms are not touched by it`,
    {
      cause: error,
    },
  );
}
