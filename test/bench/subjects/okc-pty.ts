import { decodePacket, encodeEcho, encodeReport, TYPE } from "../../../firmware-sim/wire.ts";
import { slipEncode, SlipReader } from "../../../firmware-sim/slip.ts";
import { openPty } from "../../support/pty.ts";
import { nowMs, until } from "../figures.ts";
import { serialAddressOf } from "../pendants.ts";
import { Receiver } from "../receiver.ts";
import { OkcProcess, RESIDENTS, type SiteTemplate } from "./okc-site.ts";
import type { Subject } from "./subject.ts";

const FIRST_PRESS_MAX_MS = 20_000;
/** Until the gateway has opened its port; the counter is the same, so it counts once. */
const REPEAT_MS = 20;

/** This gateway with one dongle on a pseudo-terminal (socat); the bench is the dongle and returns its echoes. */
export async function okcOverPty(folder: string, template: SiteTemplate): Promise<Subject> {
  const receiver = await Receiver.open();
  const pty = await openPty();
  const gateway = await OkcProcess.at(folder, template, receiver.port, pty.gatewayPath);
  const frames = Array.from({ length: RESIDENTS }, (_, index) => frameOf(index, template));
  const heard = new Map<number, () => void>();
  const reader = new SlipReader();
  pty.peer.onData((bytes) => {
    for (const packet of reader.push(bytes).map(decodePacket)) {
      if (packet?.type !== TYPE.answer) continue;
      pty.peer.write(slipEncode(encodeEcho(packet)));
      heard.get(packet.id)?.();
    }
  });
  const firstPress = async (from: number): Promise<number> => {
    const repeat = setInterval(() => pty.peer.write(frames[0]!), REPEAT_MS);
    const arrived = await until(async () => (await receiver.count()) > 0, FIRST_PRESS_MAX_MS, 2);
    clearInterval(repeat);
    if (!arrived) throw new Error("okc-pty: the first press did not arrive");
    const [first] = await receiver.take();
    return first!.atMs - from;
  };
  return {
    name: "okc-pty",
    description: "this gateway, pendants behind one dongle on a pseudo-terminal → DC-09, one frame in flight",
    receiver,
    async start() {
      gateway.reset();
      heard.clear();
      reader.reset();
      const from = nowMs();
      gateway.spawn();
      return firstPress(from);
    },
    restart: () => Promise.resolve(gateway.spawn()),
    connect: () => Promise.resolve(null),
    press: (index) =>
      new Promise((resolve) => {
        heard.set(index + 1, resolve);
        pty.peer.write(frames[index]!);
      }),
    pids: () => [gateway.pid()],
    async kill() {
      await gateway.end("SIGKILL");
      heard.clear();
    },
    async stop() {
      await gateway.end("SIGTERM");
      await receiver.take();
    },
    async close() {
      await pty.peer.close();
      receiver.close();
    },
  };
}

function frameOf(index: number, template: SiteTemplate): Buffer {
  const key = Buffer.from(template.secretOf(serialAddressOf(index)), "hex");
  const report = { id: index + 1, counter: 1, kind: "emergency", batteryPct: 87, ageMs: 0 } as const;
  return slipEncode(encodeReport(report, key));
}
