// A DC-09 receiver of the bench's own: answers ACK at once, and tells its parent when each frame came.
import { createServer } from "node:net";

const LF = 0x0a;
const CR = 0x0d;
const FRAME =
  /^[0-9A-F]{4}0[0-9A-F]{3}"[A-Z-]+"(\d{4})(?:R[0-9A-F]+)?L[0-9A-F]+#([0-9A-F]+)\[#[0-9A-F]+\|(\d)(\d{3}) \d\d (\d{3})\]/;

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});

function framed(body) {
  let crc = 0;
  for (let at = 0; at < body.length; at++) crc = (crc >> 8) ^ CRC_TABLE[(crc ^ body.charCodeAt(at)) & 0xff];
  const hex = (value, digits) => value.toString(16).toUpperCase().padStart(digits, "0");
  return `\n${hex(crc, 4)}0${hex(body.length, 3)}${body}\r`;
}

let frames = [];
let watch = null;

function take(text, socket) {
  const at = Number(process.hrtime.bigint()) / 1e6;
  // It is asked whether it lives; that is no event.
  const asked = /"NULL"(0000)(?:R[0-9A-F]+)?L[0-9A-F]+#([0-9A-F]+)\[\]/.exec(text);
  if (asked) return socket.write(framed(`"ACK"${asked[1]}R0L0#${asked[2]}[]`));
  const match = FRAME.exec(text);
  if (!match) return process.send({ strange: text });
  const [, sequence, account, qualifier, event, zone] = match;
  frames.push([`${account}/${zone}`, at, `${qualifier}${event}`]);
  socket.write(framed(`"ACK"${sequence}R0L0#${account}[]`));
  if (watch !== null && frames.length >= watch) {
    watch = null;
    process.send({ reached: true });
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  let rest = Buffer.alloc(0);
  socket.on("error", () => undefined);
  socket.on("data", (bytes) => {
    let buffer = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
    for (let end = buffer.indexOf(CR); end !== -1; end = buffer.indexOf(CR)) {
      const start = buffer.lastIndexOf(LF, end);
      if (start !== -1) take(buffer.toString("latin1", start + 1, end), socket);
      buffer = buffer.subarray(end + 1);
    }
    rest = buffer;
  });
});

process.on("message", (message) => {
  if (message.ask === "count") process.send({ count: frames.length });
  if (message.ask === "missing") {
    const seen = new Set(frames.map(([key]) => key));
    process.send({ missing: message.keys.filter((key) => !seen.has(key)).length });
  }
  if (message.ask === "take") {
    process.send({ frames });
    frames = [];
  }
  if (message.watch !== undefined) watch = message.watch;
});
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
