import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { JournalError, reasonOf, WriterGone, type JournalErrorCode } from "./journal-error.ts";
import type { Call, Reply, Requests } from "./wire.ts";

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** Beside this file in the sources, beside the bundle when built. */
const WORKER_URL = new URL(
  import.meta.url.endsWith(".ts") ? "./journal-worker.ts" : "./journal-worker.cjs",
  import.meta.url,
);

/** The main thread's end of a worker: requests go out in order, answers come back by number. */
export class JournalWriter {
  readonly #url: URL;
  #worker: Worker | null = null;
  #lastId = 0;
  #waiting = new Map<number, Waiting>();

  constructor(url: URL = WORKER_URL) {
    this.#url = url;
  }

  get running(): boolean {
    return this.#worker !== null;
  }

  /** Starts the thread. What it is asked before it is up waits in its inbox. */
  start(): void {
    const worker = this.#url.pathname.endsWith(".ts") ? startFromSource(this.#url) : new Worker(this.#url);
    worker.on("message", (reply: Reply) => this.#answered(reply));
    worker.on("error", (error) => this.#ended(worker, new WriterGone(reasonOf(error))));
    worker.on("exit", () => this.#ended(worker, new WriterGone("the writer's thread ended")));
    this.#worker = worker;
  }

  /** Rejects with a `JournalError` of the writer's code, or an Error that carries SQLite's code and text. */
  request<Type extends keyof Requests>(type: Type, body: Requests[Type]["request"]): Promise<Requests[Type]["answer"]> {
    return new Promise((resolve, reject) => {
      if (!this.#worker) return reject(new JournalError("journal-closed", "the writer's thread is not running"));
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      this.#worker.postMessage({ id, type, body } as Call);
    });
  }

  /** Ends the thread at once; what was asked and not answered is rejected. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    await worker.terminate();
    this.#ended(worker, new JournalError("journal-closed", "the journal was closed"));
  }

  #answered(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (!("error" in reply)) return waiting?.resolve(reply.answer);
    waiting?.reject(errorOf(reply.error));
  }

  #ended(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}

/** A thread does not inherit the loader that reads TypeScript; it is registered there before the file is read. */
function startFromSource(url: URL): Worker {
  const loader = createRequire(import.meta.url).resolve("tsx/cjs/api");
  const script = `require(${JSON.stringify(loader)}).register(); require(${JSON.stringify(fileURLToPath(url))});`;
  return new Worker(script, { eval: true, execArgv: [] });
}

/** The threads of tasks that run now; who closes the journal ends them. */
export class Tasks {
  readonly #url: URL | undefined;
  readonly #running = new Set<JournalWriter>();

  constructor(url?: URL) {
    this.#url = url;
  }

  /** Runs one task in a thread of its own, so that the writer goes on. */
  async run<Type extends "inspect" | "backup" | "opens" | "restore">(
    type: Type,
    body: Requests[Type]["request"],
  ): Promise<Requests[Type]["answer"]> {
    const writer = new JournalWriter(this.#url);
    this.#running.add(writer);
    writer.start();
    try {
      return await writer.request(type, body);
    } finally {
      this.#running.delete(writer);
      await writer.stop();
    }
  }

  /** What runs is cut off and rejects with `journal-closed`. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((writer) => writer.stop()));
  }
}

function errorOf({ code, message }: { code: string; message: string }): Error {
  if (/^(key|journal|backup|report)-/.test(code)) return new JournalError(code as JournalErrorCode, message);
  return new Error(code === "" || message.includes(code) ? message : `${message} (${code})`);
}
