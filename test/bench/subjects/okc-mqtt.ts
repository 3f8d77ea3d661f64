import { nowMs, until } from "../figures.ts";
import { MqttPendants } from "../pendants.ts";
import { Receiver } from "../receiver.ts";
import { OkcProcess, type SiteTemplate } from "./okc-site.ts";
import type { Subject } from "./subject.ts";

const FIRST_PRESS_MAX_MS = 20_000;

/** This gateway with its embedded broker; every pendant has its own connection, user and password. */
export async function okcOverMqtt(folder: string, template: SiteTemplate): Promise<Subject> {
  const receiver = await Receiver.open();
  const gateway = await OkcProcess.at(folder, template, receiver.port, null);
  const pendants = new MqttPendants(gateway.mqttPort, (address) => template.secretOf(address));
  return {
    name: "okc-mqtt",
    description: "this gateway, MQTT pendants with passwords → DC-09, one frame in flight",
    receiver,
    async start() {
      gateway.reset();
      pendants.forget();
      const from = nowMs();
      gateway.spawn();
      await pendants.connectFirst();
      await pendants.press(0);
      if (!(await until(async () => (await receiver.count()) > 0, FIRST_PRESS_MAX_MS, 2)))
        throw new Error("okc-mqtt: the first press did not arrive");
      const [first] = await receiver.take();
      return first!.atMs - from;
    },
    restart: () => Promise.resolve(gateway.spawn()),
    async connect(count) {
      return { tookMs: await pendants.connectAll(count), refused: pendants.refused };
    },
    press: (index) => pendants.press(index),
    pids: () => [gateway.pid()],
    async kill() {
      await gateway.end("SIGKILL");
      pendants.cut();
    },
    async stop() {
      pendants.forget();
      await gateway.end("SIGTERM");
      await receiver.take();
    },
    close: () => Promise.resolve(receiver.close()),
  };
}
