import { WATCH_PLACE } from "./community.ts";
import { nameMeant } from "./control.ts";
import type { Button } from "./button.ts";
import { fileCounter } from "./counter.ts";
import { Dongle } from "./dongle.ts";
import type { Faults } from "./faults.ts";
import { NO_FAULTS } from "./faults.ts";
import type { Handler, Json } from "./lines.ts";
import { startModem } from "./gsm/modem-part.ts";
import { MqttPendant } from "./mqtt-pendant.ts";
import { Pendant } from "./pendant.ts";
import type { PhoneAnswer } from "./phone-message.ts";
import { PHONE_ANSWERS } from "./phone-message.ts";
import { shown } from "./phone-offer.ts";
import type { PhoneRule } from "./phones.ts";
import { Phones } from "./phones.ts";
import { SeededRandom } from "./random.ts";
import type { ReceiverMode, ReceiverQuirk } from "./receiver.ts";
import { Dc09Receiver, RECEIVER_MODES, RECEIVER_QUIRKS } from "./receiver.ts";
import { remoteOf, Rflink } from "./rflink.ts";
import type { SimFile } from "./sim-file.ts";
import { counterFileOf } from "./sim-file.ts";
import type { ButtonKind } from "./wire.ts";
import { BUTTON_KINDS } from "./wire.ts";
import { Watch, WATCH_KINDS, type WatchKind } from "./watch.ts";
import { ZigbeeBridge } from "./zigbee-bridge.ts";

/** A running simulated part: answers requests until it is stopped. */
export interface Part {
  readonly handle: Handler;
  stop(): Promise<void>;
}

/** Something worth a line for the person who watches. */
export type Note = (text: string) => void;

export const PARTS = {
  dongle: startDongle,
  "mqtt-pendant": startMqttPendants,
  rflink: startRflink,
  zigbee: startZigbee,
  watches: startWatches,
  modem: startModem,
  receiver: startReceiver,
  phones: startPhones,
} as const;
export type PartName = keyof typeof PARTS;

const HEARTBEAT_MS = 600_000;

function handleButtons(buttons: readonly Button[], request: Json): Json {
  if (typeof request["press"] === "string") {
    const name = nameMeant(
      request["press"],
      buttons.map((button) => button.name),
    );
    const kind = oneOf(BUTTON_KINDS, request["kind"] ?? "emergency", "kind");
    const { counter } = buttons.find((button) => button.name === name)!.press(kind as ButtonKind);
    return { pendant: name, kind, counter };
  }
  if (request["list"] === true)
    return {
      pendants: buttons.map(({ name, lamp, batteryPct, waiting, said }) => ({
        name,
        lamp,
        batteryPct,
        waiting,
        said: said.slice(-5),
      })),
    };
  throw notUnderstood(request);
}

const notUnderstood = (request: Json): Error => new Error(`not understood: ${JSON.stringify(request).slice(0, 200)}`);

function noteAnswers(buttons: readonly Button[], note: Note): void {
  for (const button of buttons)
    button.onSaid(({ counter, say }) => {
      if (say !== "heard" || counter === button.lastPress) note(`按钮 pendant ${button.name}: ${say} (#${counter})`);
    });
}

async function startDongle(sim: SimFile, simFile: string, note: Note): Promise<Part> {
  const dongle = new Dongle({ link: sim.link, random: new SeededRandom(sim.seed), ...faultsOf(sim) });
  const pendants = sim.pendants.map(({ id, key }, at) => {
    const counter = fileCounter(counterFileOf(simFile, id));
    return new Pendant(parseInt(id, 16), Buffer.from(key, "hex"), { counter, batteryStartPct: 100 - 4 * at });
  });
  for (const pendant of pendants) dongle.attach(pendant);
  noteAnswers(pendants, note);
  await dongle.start();
  void dongle.opened().then(() => pendants.forEach((pendant) => pendant.startHeartbeats(HEARTBEAT_MS)));
  return {
    async handle(request) {
      if (request["unplug"] === true) await dongle.unplug();
      else if (request["replug"] === true) await dongle.replug();
      else if (request["faults"] !== undefined) return { faults: setFaults(dongle, request["faults"]) };
      else return handleButtons(pendants, request);
      return {};
    },
    stop: () => dongle.stop(),
  };
}

const faultsOf = (sim: SimFile): { faults?: Partial<Faults> } => (sim.faults ? { faults: sim.faults } : {});

function setFaults(dongle: Dongle, wanted: unknown): Faults {
  for (const [name, chance] of Object.entries(wanted as object)) {
    oneOf(Object.keys(NO_FAULTS), name, "faults");
    if (typeof chance !== "number" || chance < 0 || chance > 1) throw new Error(`faults: ${name} is a chance, 0 to 1`);
  }
  return Object.assign(dongle.faults, wanted);
}

async function startMqttPendants(sim: SimFile, simFile: string, note: Note): Promise<Part> {
  const { url } = sim.mqtt;
  const pendants = sim.mqtt.pendants.map(({ id, user, password }) => {
    const counter = fileCounter(counterFileOf(simFile, id));
    return new MqttPendant(id, { url, user, password, counter });
  });
  noteAnswers(pendants, note);
  for (const pendant of pendants) {
    pendant.start();
    void pendant.ready().then(() => pendant.startHeartbeats(HEARTBEAT_MS));
  }
  return {
    handle: (request) => Promise.resolve(handleButtons(pendants, request)),
    async stop() {
      await Promise.all(pendants.map((pendant) => pendant.stop()));
    },
  };
}

async function startRflink(sim: SimFile, _simFile: string, note: Note): Promise<Part> {
  const rflink = new Rflink({ link: sim.rflink.link, random: new SeededRandom(sim.seed) });
  await rflink.start();
  return {
    handle: (request) =>
      pressBought(request, sim.rflink.remotes, note, async (remote) => {
        if (!rflink.isOpen) throw new Error(`nobody hears ${remote}: the gateway has not opened ${rflink.link}`);
        await rflink.press(remoteOf(remote));
      }),
    stop: () => rflink.stop(),
  };
}

/** The broker is the gateway's own and comes up after this: nothing waits for it here. */
function startZigbee({ zigbee, seed }: SimFile, _simFile: string, note: Note): Promise<Part> {
  const { url, base, login, devices } = zigbee;
  const bridge = new ZigbeeBridge({ url, base, ...login, devices, random: new SeededRandom(seed) });
  void bridge.start().then(() => note("Zigbee 网桥已连接 the Zigbee bridge is connected"));
  const names = devices.map(({ name }) => name);
  return Promise.resolve({
    handle: (request) =>
      pressBought(request, names, note, async (name) => {
        // The client would keep it and send it later, as if it were pressed then.
        if (!bridge.isReady) throw new Error(`nobody hears ${name}: the Zigbee bridge has no connection to ${url}`);
        await bridge.press(name);
      }),
    stop: () => bridge.stop(),
  });
}

/** The port is the gateway's and opens after this: nothing waits for it here. */
function startWatches({ watches }: SimFile, _simFile: string, note: Note): Promise<Part> {
  const all = watches.ids.map((id) => new Watch({ id, host: "127.0.0.1", port: watches.port, place: WATCH_PLACE }));
  for (const watch of all) {
    watch.onAcknowledged(() => note(`4G 手表 watch ${watch.name}: 已确认收到 acknowledged`));
    watch.start();
  }
  return Promise.resolve({
    handle: (request) => Promise.resolve(handleWatches(all, request)),
    stop() {
      for (const watch of all) watch.stop();
      return Promise.resolve();
    },
  });
}

function handleWatches(watches: readonly Watch[], request: Json): Json {
  if (request["list"] === true)
    return { pendants: watches.map(({ name, lamp, batteryPct }) => ({ name, lamp, batteryPct })) };
  if (typeof request["press"] !== "string") throw notUnderstood(request);
  const pendant = nameMeant(
    request["press"],
    watches.map(({ name }) => name),
  );
  const kind = oneOf(WATCH_KINDS, request["kind"] ?? "emergency", "kind") as WatchKind;
  watches.find(({ name }) => name === pendant)!.press(kind);
  return { pendant, kind };
}

/** A bought button has one key, no counter, and no lamp: whether it was heard, it never learns. */
async function pressBought(
  request: Json,
  names: readonly string[],
  note: Note,
  press: (name: string) => Promise<void>,
): Promise<Json> {
  if (typeof request["press"] !== "string") throw notUnderstood(request);
  const name = nameMeant(request["press"], names);
  const { kind = "emergency" } = request;
  if (kind !== "emergency") throw new Error(`${name} has one key, for an emergency; it cannot press ${String(kind)}`);
  await press(name);
  note(`按钮 button ${name}: 已发出，它没有指示灯 sent; it has no lamp to answer with`);
  return { pendant: name, kind };
}

async function startReceiver(sim: SimFile, _simFile: string, note: Note): Promise<Part> {
  const receiver = new Dc09Receiver(sim.receiver);
  receiver.on("event", ({ event, qualifier, account, zone }) =>
    note(`热线 hotline: ${qualifier}${event} 账号 account ${account} 防区 zone ${zone}`),
  );
  receiver.on("rejected", ({ why }) => note(`热线 hotline: a frame was not understood: ${why}`));
  await receiver.start();
  return {
    handle(request) {
      const { mode, clockOffsetMs, quirks } = (request["receiver"] ?? {}) as Json;
      if (mode !== undefined) receiver.mode = oneOf(RECEIVER_MODES, mode, "mode") as ReceiverMode;
      if (typeof clockOffsetMs === "number") receiver.clockOffsetMs = clockOffsetMs;
      if (Array.isArray(quirks)) {
        const meant = quirks.map((quirk) => oneOf(RECEIVER_QUIRKS, quirk, "quirk") as ReceiverQuirk);
        receiver.quirks.clear();
        for (const quirk of meant) receiver.quirks.add(quirk);
      }
      const { mode: present, port, events } = receiver;
      return Promise.resolve({ mode: present, quirks: [...receiver.quirks], port, events: events.slice(-50) });
    },
    stop: () => receiver.stop(),
  };
}

async function startPhones(sim: SimFile, _simFile: string, note: Note): Promise<Part> {
  const { port, secret, names } = sim.phones;
  const phones = new Phones({ port, secret, names });
  phones.on("message", ({ type, responder, alarm }) =>
    note(`手机 phone ${names[responder] ?? responder}: ${type} ${alarm.kind}`),
  );
  await phones.start();
  return {
    handle: (request) => handlePhones(phones, (request["phones"] ?? {}) as Json),
    stop: () => phones.stop(),
  };
}

/** `{responder, answer, offer?}` answers by hand; `{rule:[{answer,afterMs}], responder?}` answers by itself from now on. */
async function handlePhones(phones: Phones, request: Json): Promise<Json> {
  const { responder, answer, offer, rule } = request;
  if (rule !== undefined) {
    if (!Array.isArray(rule)) throw new Error("rule is a list of {answer, afterMs}");
    for (const step of rule as Json[]) {
      oneOf(PHONE_ANSWERS, step["answer"], "answer");
      if (typeof step["afterMs"] !== "number") throw new Error("rule: afterMs is a number of milliseconds");
    }
    phones.rules.set(typeof responder === "string" ? responder : "*", rule as PhoneRule);
    return {};
  }
  if (typeof responder === "string" && answer !== undefined) {
    const known = oneOf(PHONE_ANSWERS, answer, "answer") as PhoneAnswer;
    const { status, body } = await phones.answer(responder, known, typeof offer === "string" ? offer : undefined);
    return { status, body };
  }
  return { offers: phones.offers.slice(-50).map(shown) };
}

function oneOf(allowed: readonly string[], value: unknown, what: string): string {
  if (typeof value === "string" && allowed.includes(value)) return value;
  throw new Error(`${what} ${JSON.stringify(value)} is none of ${allowed.join(", ")}`);
}
