import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { SystemClock } from "../../gateway/adapters/clock/system-clock.ts";
import type { Clock } from "../../gateway/ports/clock.ts";
import type { TestClock } from "./test-clock.ts";

const CHROMIUM = "/usr/bin/chromium";
const ARGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

/** A telephone in somebody's hand. */
export const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true } as const;

/** A browser with a folder of its own. */
export class Desk {
  readonly #folder = mkdtempSync(join(tmpdir(), "okc-browser-"));
  readonly #options: BrowserContextOptions;
  #context: BrowserContext | null = null;

  constructor(options: BrowserContextOptions = {}) {
    this.#options = options;
  }

  async open(): Promise<this> {
    this.#context = await chromium.launchPersistentContext(this.#folder, {
      executablePath: CHROMIUM,
      args: ARGS,
      viewport: { width: 1280, height: 900 },
      ...this.#options,
    });
    return this;
  }

  /**
   * A fresh page; `complaints` are the errors that its console showed, requests that failed left out. `apart`: on a
   * computer of its own, with other cookies.
   */
  async page(apart = false): Promise<{ page: Page; complaints: string[] }> {
    const context = apart ? await this.#context!.browser()!.newContext() : this.#context!;
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => {
      complaints.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (line) => {
      if (line.type() === "error" && !/Failed to load resource/.test(line.text())) complaints.push(line.text());
    });
    return { page, complaints };
  }

  async close(): Promise<void> {
    await this.#context?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The test's time, with timers that fire by themselves: a browser waits for real heartbeats. */
export function createBeatingClock(clock: TestClock): Clock {
  const system = new SystemClock();
  return {
    now: () => clock.now(),
    wall: () => clock.wall(),
    adoptWall: () => clock.adoptWall(),
    after: (afterMs, run) => system.after(afterMs, run),
  };
}
