import { spawn, type ChildProcess } from "node:child_process";
import { formatDuration, seconds, type DurationMs } from "../../core/units.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { Service } from "../../ports/service.ts";

/** systemd-notify that takes longer is ended: the next one is then as good. */
const NOTIFY_MS: DurationMs = seconds(5);
/** A failing notification is logged once in so many. */
const FAILURES_PER_LINE = 360;

const READY = "READY=1";
const ALIVE = "WATCHDOG=1";
const STOPPING = "STOPPING=1";

export interface SystemdParts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
  /** The program; systemd-notify on the path when left out. */
  readonly program?: string;
}

/**
 * Tells systemd by its own program systemd-notify: Node has no datagram sockets of Unix (the service needs
 * NotifyAccess=all). One process at a time; at most one of each word waits.
 *
 * @see man 3 sd_notify, man 1 systemd-notify
 */
export class SystemdService implements Service {
  readonly watchdogMs: DurationMs | null;
  readonly #parts: SystemdParts;
  readonly #waiting = new Set<string>();
  #running: ChildProcess | null = null;
  #failures = 0;

  constructor(parts: SystemdParts) {
    this.#parts = parts;
    this.watchdogMs = watchdogOf(parts.env);
  }

  ready(): void {
    this.#tell(READY);
  }

  alive(): void {
    if (this.watchdogMs !== null) this.#tell(ALIVE);
  }

  stopping(): void {
    // Nobody waits for a sign of life of one that ends.
    this.#waiting.clear();
    this.#tell(STOPPING);
  }

  #tell(word: string): void {
    this.#waiting.add(word);
    if (!this.#running) this.#next();
  }

  #next(): void {
    const [word] = this.#waiting;
    if (word === undefined) return;
    this.#waiting.delete(word);
    const { clock, env, program = "systemd-notify" } = this.#parts;
    const child = spawn(program, [word], { env, stdio: "ignore" });
    this.#running = child;
    const timer = clock.after(NOTIFY_MS, () => child.kill("SIGKILL"));
    const ended = (why: string | null): void => {
      if (this.#running !== child) return;
      timer.cancel();
      this.#running = null;
      if (why !== null) this.#failed(word, why);
      this.#next();
    };
    child.once("error", (error) => ended(error.message));
    child.once("exit", (code, signal) =>
      ended(
        code === 0 ? null : code === null ? `ended by ${signal}; it took ${formatDuration(NOTIFY_MS)}` : `exit ${code}`,
      ),
    );
  }

  #failed(word: string, why: string): void {
    if (this.#failures++ % FAILURES_PER_LINE > 0) return;
    this.#parts.log.warn(`systemd-notify ${word} failed (${why}); install systemd, and set NotifyAccess=all`);
  }
}

/** What WatchdogSec says (sd_watchdog_enabled: microseconds, and for whom). */
function watchdogOf({ WATCHDOG_USEC, WATCHDOG_PID }: SystemdParts["env"]): DurationMs | null {
  const usec = Number(WATCHDOG_USEC);
  const isForUs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid;
  return Number.isFinite(usec) && usec > 0 && isForUs ? usec / 1_000 : null;
}
