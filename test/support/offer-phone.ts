import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import type { Offer } from "../../gateway/core/alarm.ts";
import { HttpSite, tokenOf, type HttpAnswer } from "./http-site.ts";
import { createBeatingClock } from "./live-page.ts";
import { TestClock } from "./test-clock.ts";
import { until } from "./until.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** A site where 李奶奶 has pressed, and the offers that came of it. Its time stands still but for `clock.forward`. */
export class CalledSite {
  readonly site: HttpSite;

  private constructor(site: HttpSite) {
    this.site = site;
  }

  static async open(): Promise<CalledSite> {
    const testClock = new TestClock();
    const site = await new HttpSite({ testClock, clock: createBeatingClock(testClock) }).start();
    await site.press();
    return new CalledSite(site);
  }

  get alarm() {
    return this.site.app.state.alarms.get("memory22-1")!;
  }

  /** The offer of the n-th person asked. */
  offer(place = 0): Offer {
    return this.alarm.offers[place]!;
  }

  link(place = 0): string {
    const { id } = this.offer(place);
    return `${this.site.url}/o/${id}#${tokenOf(id)}`;
  }

  /** Another person answers, by a program. */
  async answer(place: number, answer: string): Promise<HttpAnswer> {
    const { id, version } = this.offer(place);
    const body = { version, answer };
    return this.site.ask(`/api/offers/${id}/answer`, { method: "POST", token: tokenOf(id), body });
  }

  /** The staff do something with the alarm as it is. */
  async act(name: string, body: object = {}): Promise<void> {
    const path = `/api/alarms/${this.alarm.id}/${name}`;
    const { version } = this.alarm;
    const { status, text } = await this.site.as("staff", path, { method: "POST", body: { ...body, version } });
    if (status !== 200) throw new Error(text);
  }

  /** Waits until the offer stands so. */
  stands(state: Offer["state"], place = 0): Promise<boolean> {
    return until(`the offer to be ${state}`, () => this.offer(place).state === state);
  }

  /** What the offer went through, as the journal has it. */
  async history(place = 0): Promise<string[]> {
    const { id } = this.offer(place);
    const events = await this.site.office.readAfter(0, 1_000);
    return events.flatMap(({ event }) =>
      event.kind === "offer-changed" && event["offer"] === id ? [String(event["state"])] : [],
    );
  }
}

/** What axe-core finds against WCAG 2.2 AA, one line each. */
export async function accessFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(WCAG)} })`;
  const { violations } = (await page.evaluate(run)) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
