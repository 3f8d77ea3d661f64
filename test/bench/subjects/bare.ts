import type { ChildProcess } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { freePort, nowMs, until } from "../figures.ts";
import { MqttPendants } from "../pendants.ts";
import { end, start } from "../processes.ts";
import { Receiver } from "../receiver.ts";
import type { Subject } from "./subject.ts";

const FIRST_PRESS_MAX_MS = 20_000;

/** The least that could pass for a gateway, see ../bare-gateway.mjs. */
export async function bareGateway(folder: string): Promise<Subject> {
  const receiver = await Receiver.open();
  const port = await freePort();
  const pendants = new MqttPendants(port, () => null);
  let child: ChildProcess | null = null;
  const launch = (): void => {
    const args = [join(import.meta.dirname, "../bare-gateway.mjs"), join(folder, "bare.db"), port, receiver.port];
    child = start(process.execPath, args.map(String), join(folder, "gateway.log"));
  };
  return {
    name: "bare",
    description: "aedes → one commit → DC-09, one frame in flight; no accounts, rules or people",
    receiver,
    async start() {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      pendants.forget();
      const from = nowMs();
      launch();
      await pendants.connectFirst();
      await pendants.press(0);
      if (!(await until(async () => (await receiver.count()) > 0, FIRST_PRESS_MAX_MS, 2)))
        throw new Error("bare: the first press did not arrive");
      const [first] = await receiver.take();
      return first!.atMs - from;
    },
    restart: () => Promise.resolve(launch()),
    async connect(count) {
      return { tookMs: await pendants.connectAll(count), refused: pendants.refused };
    },
    press: (index) => pendants.press(index),
    pids: () => [child?.pid ?? -1],
    async kill() {
      await end(child, "SIGKILL");
      pendants.cut();
    },
    async stop() {
      pendants.forget();
      await end(child, "SIGTERM");
      await receiver.take();
    },
    close: () => Promise.resolve(receiver.close()),
  };
}
