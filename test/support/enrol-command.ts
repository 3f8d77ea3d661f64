import { once } from "node:events";
import { spawnOkc } from "./okc-command.ts";
import type { RealSite } from "./real-site.ts";
import { until } from "./until.ts";

/** What a command says after something that it was waiting for, on a busy machine. */
const SAYS_MAX_MS = 20_000;

/** `okc enrol` as a technician types it; it goes on until the window ends. */
export class EnrolCommand {
  text = "";
  readonly ended: Promise<number | null>;

  constructor(site: RealSite, resident: string) {
    const words = ["enrol", "--resident", resident, "--as", "老陈", "--minutes", "10"];
    const child = spawnOkc([...words, "--config", site.configFile]);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (this.text += String(text)));
    this.ended = once(child, "close").then(([code]) => code as number | null);
  }

  async says(words: string): Promise<void> {
    await until(`"${words}" in ${this.text}`, () => this.text.includes(words), SAYS_MAX_MS);
  }
}
