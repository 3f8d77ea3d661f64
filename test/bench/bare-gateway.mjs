// The least that could pass for a gateway: no accounts, no rules, no people. aedes' authorizePublish → one commit for all
// that waits → DC-09, one frame in flight → PUBACK. `node bare-gateway.mjs DATABASE MQTT_PORT RECEIVER_PORT`.
import { createServer, connect } from "node:net";
import { Aedes } from "aedes";
import Database from "better-sqlite3";

const [file, mqttPort, receiverPort] = process.argv.slice(2);
const SENT_EVERY_MS = 50;
const RECONNECT_MS = 100;

const db = new Database(file);
db.pragma("journal_mode = wal");
db.pragma("synchronous = full");
db.exec(`create table if not exists press (
  id integer primary key, device text not null, counter integer not null, at integer not null, raw text not null,
  sent integer not null default 0, unique (device, counter)) strict;
  create index if not exists unsent on press (id) where sent = 0`);
const insert = db.prepare("insert or ignore into press (device, counter, at, raw) values (?, ?, ?, ?)");
const markSent = db.prepare("update press set sent = 1 where id = ?");
const begin = db.prepare("begin immediate");
const commit = db.prepare("commit");

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});
const hex = (value, digits) => value.toString(16).toUpperCase().padStart(digits, "0");

/** Device p-0001 is zone 001 of account 1000, and so on by 999. */
function frameFor(device, sequence) {
  const number = Number(device.slice(2)) - 1;
  const account = String(1000 + Math.floor(number / 999));
  const zone = String((number % 999) + 1).padStart(3, "0");
  const time = new Date().toISOString();
  const stamp = `${time.slice(11, 19)},${time.slice(5, 7)}-${time.slice(8, 10)}-${time.slice(0, 4)}`;
  const body = `"ADM-CID"${String(sequence).padStart(4, "0")}R0L0#${account}[#${account}|1101 00 ${zone}]_${stamp}`;
  let crc = 0;
  for (let at = 0; at < body.length; at++) crc = (crc >> 8) ^ CRC_TABLE[(crc ^ body.charCodeAt(at)) & 0xff];
  return `\n${hex(crc, 4)}0${hex(body.length, 3)}${body}\r`;
}

const outbox = db.prepare("select id, device from press where sent = 0 order by id").all();
let inFlight = null;
let sequence = 0;
let hotline = null;
let sent = [];

function sendNext() {
  if (inFlight || !hotline || outbox.length === 0) return;
  inFlight = outbox.shift();
  sequence = (sequence % 9999) + 1;
  hotline.write(frameFor(inFlight.device, sequence), "latin1");
}

function callHotline() {
  const socket = connect({ port: Number(receiverPort), host: "127.0.0.1", noDelay: true });
  let reply = "";
  socket.on("connect", () => {
    hotline = socket;
    sendNext();
  });
  socket.on("data", (bytes) => {
    reply += bytes.toString("latin1");
    if (!reply.includes("\r")) return;
    if (inFlight && reply.includes(`"ACK"${String(sequence).padStart(4, "0")}`)) {
      sent.push(inFlight.id);
      inFlight = null;
    }
    reply = "";
    sendNext();
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    hotline = null;
    if (inFlight) outbox.unshift(inFlight);
    inFlight = null;
    setTimeout(callHotline, RECONNECT_MS);
  });
}

setInterval(() => {
  if (sent.length === 0) return;
  begin.run();
  for (const id of sent) markSent.run(id);
  commit.run();
  sent = [];
}, SENT_EVERY_MS);

let waiting = [];
function commitAll() {
  const batch = waiting;
  waiting = [];
  begin.run();
  for (const { device, counter, raw } of batch) {
    const { changes, lastInsertRowid } = insert.run(device, counter, Date.now(), raw);
    if (changes > 0) outbox.push({ id: lastInsertRowid, device });
  }
  commit.run();
  sendNext();
  for (const { acknowledge } of batch) acknowledge(null);
}

const broker = await Aedes.createBroker();
broker.authorizePublish = (_, { topic, payload }, acknowledge) => {
  const device = /^okc\/([^/]+)\/up$/.exec(topic)?.[1];
  if (device === undefined) return acknowledge(null);
  const raw = payload.toString();
  waiting.push({ device, counter: JSON.parse(raw).ctr, raw, acknowledge });
  if (waiting.length === 1) setImmediate(commitAll);
};
createServer({ noDelay: true }, broker.handle).listen({ port: Number(mqttPort), host: "127.0.0.1", backlog: 4096 });
callHotline();
process.on("SIGTERM", () => process.exit());
