import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { freePort, nowMs, until } from "../figures.ts";
import { ended, MqttPendants } from "../pendants.ts";
import { Receiver } from "../receiver.ts";
import type { Subject } from "./subject.ts";

const FIRST_PRESS_MAX_MS = 20_000;

/** The least that could pass for a gateway, see ../bare-gateway.mjs. */
export async function bareGateway(folder: string): Promise<Subject> {
  const receiver = await Receiver.open();
  const port = await freePort();
  const pendants = new MqttPendants(port, () => null);
  let child: ChildProcess | null = null;
  const start = (): void => {
    const log = openSync(join(folder, "gateway.log"), "a");
    const args = [join(import.meta.dirname, "../bare-gateway.mjs"), join(folder, "bare.db"), port, receiver.port];
    child = spawn(process.execPath, args.map(String), { stdio: ["ignore", log, log] });
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child?.kill(signal);
    if (child) await ended(child);
    child = null;
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
      start();
      await pendants.connectFirst();
      await pendants.press(0);
      if (!(await until(async () => (await receiver.count()) > 0, FIRST_PRESS_MAX_MS, 2)))
        throw new Error("bare: the first press did not arrive");
      const [first] = await receiver.take();
      return first!.atMs - from;
    },
    restart: () => Promise.resolve(start()),
    async connect(count) {
      return { tookMs: await pendants.connectAll(count), refused: pendants.refused };
    },
    press: (index) => pendants.press(index),
    pids: () => [child?.pid ?? -1],
    async kill() {
      await end("SIGKILL");
      pendants.cut();
    },
    async stop() {
      pendants.forget();
      await end("SIGTERM");
      await receiver.take();
    },
    close: () => Promise.resolve(receiver.close()),
  };
}
