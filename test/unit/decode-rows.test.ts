import assert from "node:assert/strict";
import { LineReader, type LineAnswer } from "../../gateway/cli/decode/line-reader.ts";
import type { DecodeOptions } from "../../gateway/cli/decode/row-decoder.ts";

const BUTTON = "20;06;EV1527;ID=0a1b2c;SWITCH=01;CMD=ON;\r\n";
const rflink = (payload: string, more: object = {}): object => ({ bridge: "rflink", payload, ...more });
const zigbee = (topic: string, payload: object | string, more: object = {}): object => ({
  bridge: "zigbee2mqtt",
  topic: `zigbee2mqtt/${topic}`,
  payload: typeof payload === "string" ? payload : JSON.stringify(payload),
  ...more,
});

async function read(rows: readonly (object | string)[], options: DecodeOptions = {}): Promise<readonly LineAnswer[]> {
  const reader = new LineReader(options);
  const answers: LineAnswer[] = [];
  for (const row of rows) answers.push(await reader.read(typeof row === "string" ? row : JSON.stringify(row)));
  return answers;
}

/** The kinds of each row, as `emergency` or `other,low_battery`; what else it is. */
async function kinds(rows: readonly (object | string)[], options: DecodeOptions = {}): Promise<readonly string[]> {
  return (await read(rows, options)).map(
    ({ events, error, unsupported }) =>
      error?.code ?? (unsupported ? "unsupported" : events.map(({ kind }) => kind).join()),
  );
}

describe("okc decode: what a row says", () => {
  it("is its kind, its device as the wire names it, battery and signal", async () => {
    const [bare, sos] = await read([rflink(BUTTON), zigbee("flat 2/sos", { action: "emergency", battery: 87 })]);
    assert.deepEqual(bare, {
      events: [{ kind: "other", deviceId: "EV1527:0a1b2c:01", batteryPct: null, rssiDbm: null }],
    });
    assert.deepEqual(sos, {
      events: [{ kind: "emergency", deviceId: "flat 2/sos", batteryPct: 87, rssiDbm: null }],
    });
  });

  it("is something for every row: states of the bridge, lists, devices that left, commands of a host", async () => {
    const rows = [
      zigbee("bridge/state", "online"),
      zigbee("bridge/state", "offline"),
      zigbee("bridge/devices", "[]"),
      zigbee("bridge/event", { type: "device_leave", data: { ieee_address: "0x00158d0001a2b3c4" } }),
      rflink("10;PING;\r\n", { direction: "host-to-gateway" }),
      rflink("20;00;Nodo RadioFrequencyLink - RFLink Gateway V1.1 - R46;\r\n"),
    ];
    assert.deepEqual(await kinds(rows), ["heartbeat", "other", "other", "other", "other", "other"]);
    assert.equal((await read([rows[3]!]))[0]!.events[0]!.deviceId, "0x00158d0001a2b3c4");
  });

  it("is no press where the broker kept it, or where a host wrote it", async () => {
    const sos = { action: "emergency" };
    assert.deepEqual(await kinds([zigbee("sos", sos, { retained: true }), zigbee("sos", sos)]), ["other", "emergency"]);
    assert.deepEqual(await kinds([zigbee("sos", sos, { direction: "host-to-gateway" })]), ["other"]);
    assert.deepEqual(await kinds([zigbee("sos/availability", "online", { retained: true })]), ["heartbeat"]);
  });

  it("is an emergency for a bare press only where the row says that its device would be enrolled", async () => {
    const rows = [rflink(BUTTON, { needs_enrolment: true }), rflink(BUTTON)];
    assert.deepEqual(await kinds(rows), ["other", "other"]);
    assert.deepEqual(await kinds(rows, { enrolled: true }), ["emergency", "other"]);
  });

  it("is unsupported, or an error that says what is wrong, and never nothing", async () => {
    const rows = [
      { bridge: "carrier-pigeon", payload: {} },
      { bridge: "rflink" },
      { bridge: "rflink", payload: "abc", encoding: "hex" },
      { bridge: "rflink", payload: "abc", encoding: "morse" },
      { ...rflink(BUTTON), receivedAt: "yesterday" },
      zigbee("sos", "{"),
      "no message at all",
    ];
    assert.deepEqual(await kinds(rows), ["unsupported", ...Array<string>(4).fill("bad-row"), "bad-json", "bad-row"]);
  });

  it("is read below whatever base topic the site has", async () => {
    const row = { bridge: "zigbee2mqtt", topic: "haus/flur/sos", payload: '{"action":"emergency"}' };
    const [answer] = await read([row]);
    assert.deepEqual([answer!.events[0]!.kind, answer!.events[0]!.deviceId], ["emergency", "flur/sos"]);
  });
});

describe("okc decode: rows of one line", () => {
  const HALF = BUTTON.slice(0, 20);
  const REST = BUTTON.slice(20);

  it("may be parts of one frame, or several frames", async () => {
    assert.deepEqual(await kinds([rflink(HALF), rflink(REST + BUTTON)]), ["", "other,other"]);
  });

  it("do not swallow the next one that is whole", async () => {
    assert.deepEqual(await kinds([rflink("noise without an end"), rflink(BUTTON), rflink(BUTTON)]), [
      "",
      "other",
      "other",
    ]);
    const [, answer] = await read([rflink("20;05;Lost;ID=1;"), rflink(BUTTON)]);
    assert.deepEqual(
      answer!.events.map(({ deviceId }) => deviceId),
      ["EV1527:0a1b2c:01"],
    );
  });

  it("are apart where they name different connections", async () => {
    const rows = [rflink(HALF, { connection: 1 }), rflink("\r\n", { connection: 2 }), rflink(REST, { connection: 1 })];
    assert.deepEqual(await kinds(rows), ["", "", "other"]);
  });
});

describe("okc decode: rows of one connection", () => {
  const finder = (payload: string, more: object = {}): object => ({ bridge: "gsm-minifinder-v1", payload, ...more });
  const LOGIN = "!1,865378020000119;";
  const ids = async (rows: readonly object[]): Promise<readonly unknown[]> =>
    (await read(rows)).map(({ events }) => events.map(({ deviceId }) => deviceId).join());

  it("remember who logged in", async () => {
    assert.deepEqual(await ids([finder("!5,17,V,50;"), finder(LOGIN), finder("!5,17,V,50;")]), [
      "",
      "865378020000119",
      "865378020000119",
    ]);
  });

  it("keep the login when garbage before a whole message is dropped", async () => {
    const rows = [finder(LOGIN), finder("[3G*garbage*"), finder("!5,17,V,50;")];
    assert.deepEqual(await ids(rows), ["865378020000119", "", "865378020000119"]);
  });

  it("may be parts of one frame of bytes", async () => {
    const watch = (payload: string): object => ({ bridge: "watch3g", payload });
    assert.deepEqual(await kinds([watch("[3G*8800000099*0002"), watch("*LK][3G*8800000099*0002*LK]")]), [
      "",
      "heartbeat,heartbeat",
    ]);
  });
});

describe("okc decode --presses", () => {
  const presses = { presses: true };

  it("leaves out signs of life and copies of a press, as the gateway does", async () => {
    const rows = [rflink(BUTTON), rflink(BUTTON), zigbee("bridge/state", "online"), zigbee("door", { battery: 50 })];
    assert.deepEqual(await kinds(rows, presses), ["other", "", "", ""]);
  });

  it("takes the time of a row from itself, from its payload, or as 100 ms after the last", async () => {
    const at = (receivedAt: string): object => rflink(BUTTON, { receivedAt });
    const rows = [at("2026-11-25T10:00:00Z"), at("2026-11-25T10:00:02Z"), at("2026-11-25T10:00:06Z"), rflink(BUTTON)];
    assert.deepEqual(await kinds(rows, presses), ["other", "", "other", ""]);
    // 31 rows of another bridge between two presses of one button: 3.2 s.
    const between = Array.from({ length: 31 }, () => zigbee("bridge/state", "online"));
    const apart = await kinds([rflink(BUTTON), ...between, rflink(BUTTON)], presses);
    assert.deepEqual([apart.at(0), apart.at(-1)], ["other", "other"]);
    const nearer = await kinds([rflink(BUTTON), ...between.slice(2), rflink(BUTTON)], presses);
    assert.deepEqual([nearer.at(0), nearer.at(-1)], ["other", ""]);
  });

  it("counts the presses of another recording anew", async () => {
    const rows = [rflink(BUTTON, { seq: "a" }), rflink(BUTTON, { seq: "b" }), rflink(BUTTON, { seq: "a" })];
    assert.deepEqual(await kinds(rows, presses), ["other", "other", ""]);
  });
});

describe("okc decode: a pasted message", () => {
  const taken = async (line: string): Promise<readonly unknown[]> => {
    const [{ events, takenFor, error }] = (await read([line])) as [LineAnswer];
    return [takenFor, error?.code ?? events[0]?.kind, events[0]?.deviceId];
  };

  it("is taken for a protocol by its look, and says for which", async () => {
    assert.deepEqual(await taken(BUTTON.trim()), ["rflink", "other", "EV1527:0a1b2c:01"]);
    assert.deepEqual(await taken('zigbee2mqtt/flat 2/sos {"action":"emergency"}'), [
      "zigbee2mqtt",
      "emergency",
      "flat 2/sos",
    ]);
    assert.deepEqual(await taken("zigbee2mqtt/flat2/sos/action panic"), ["zigbee2mqtt", "emergency", "flat2/sos"]);
  });

  it("is found by the first protocol that makes sense of it", async () => {
    assert.deepEqual(await taken("[3G*8800000099*0002*LK]"), ["watch3g", "heartbeat", "8800000099"]);
    assert.deepEqual(await taken("imei:865378020000119,help me,,,L,,,113b,,558f,,,,,0,0,,,"), [
      "gps103",
      "emergency",
      "865378020000119",
    ]);
    assert.deepEqual(await taken("55 00 07 07 01 7a f6 70 fe ed c0 de 30 01 ff ff ff ff 3c 00 dc"), [
      "enocean",
      "other",
      "feedc0de",
    ]);
  });

  it("names no device where its topic is missing", async () => {
    assert.deepEqual(await taken('{"action":"emergency","battery":87}'), ["zigbee2mqtt", "emergency", null]);
  });
});
