/** What the flow's files need to know. */
export interface FlowPlaces {
  readonly mqttPort: number;
  readonly receiverPort: number;
  readonly database: string;
  readonly userDir: string;
  readonly uiPort: number;
}

const DEDUPE = `const device = msg.topic.split("/")[1];
const last = flow.get("last") || {};
if (last[device] === msg.payload.ctr) return null;
last[device] = msg.payload.ctr;
flow.set("last", last);
msg.device = device;
msg.params = { $device: device, $counter: msg.payload.ctr, $at: Date.now(), $raw: JSON.stringify(msg.payload) };
return msg;`;

/** Device p-0001 is zone 001 of account 1000, and so on by 999. */
const FRAME = `const number = Number(msg.device.slice(2)) - 1;
const account = String(1000 + Math.floor(number / 999));
const zone = String((number % 999) + 1).padStart(3, "0");
const sequence = (flow.get("sequence") || 0) % 9999 + 1;
flow.set("sequence", sequence);
const time = new Date().toISOString();
const stamp = time.slice(11, 19) + "," + time.slice(5, 7) + "-" + time.slice(8, 10) + "-" + time.slice(0, 4);
const body = '"ADM-CID"' + String(sequence).padStart(4, "0") + "R0L0#" + account + "[#" + account + "|1101 00 " + zone + "]_" + stamp;
let crc = 0;
for (const char of body) {
  crc ^= char.charCodeAt(0);
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
}
const hex = (value, digits) => value.toString(16).toUpperCase().padStart(digits, "0");
msg.payload = "\\n" + hex(crc, 4) + "0" + hex(body.length, 3) + body + "\\r";
return msg;`;

/** mqtt in → function → sqlite → function → tcp out, as one would draw it. Frames are not held for their answers. */
export function flowOf({ mqttPort, receiverPort, database }: FlowPlaces): readonly object[] {
  const at = (x: number): object => ({ z: "tab", x, y: 100, name: "" });
  return [
    { id: "tab", type: "tab", label: "press" },
    {
      id: "broker",
      type: "mqtt-broker",
      broker: "127.0.0.1",
      port: String(mqttPort),
      clientid: "node-red",
      autoConnect: true,
      usetls: false,
      protocolVersion: "4",
      keepalive: "60",
      cleansession: false,
    },
    { id: "db", type: "sqlitedb", db: database, mode: "RWC" },
    {
      ...at(100),
      id: "in",
      type: "mqtt in",
      topic: "okc/+/up",
      qos: "1",
      datatype: "json",
      broker: "broker",
      nl: false,
      rap: true,
      rh: 0,
      inputs: 0,
      wires: [["dedupe"]],
    },
    { ...at(200), id: "dedupe", type: "function", func: DEDUPE, outputs: 1, wires: [["store"]] },
    {
      ...at(300),
      id: "store",
      type: "sqlite",
      mydb: "db",
      sqlquery: "prepared",
      sql: "INSERT INTO press(device,counter,at,raw) VALUES($device,$counter,$at,$raw)",
      wires: [["frame"]],
    },
    { ...at(400), id: "frame", type: "function", func: FRAME, outputs: 1, wires: [["out"]] },
    {
      ...at(500),
      id: "out",
      type: "tcp out",
      host: "127.0.0.1",
      port: String(receiverPort),
      beserver: "client",
      base64: false,
      end: false,
      tls: "",
      wires: [],
    },
  ];
}

/** Nothing that asks, updates or reports home. */
export const settingsOf = ({ userDir, uiPort }: FlowPlaces): string => `module.exports = ${JSON.stringify({
  uiPort,
  uiHost: "127.0.0.1",
  flowFile: "flows.json",
  userDir,
  credentialSecret: "bench",
  diagnostics: { enabled: false },
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: { tours: false, palette: { allowInstall: false, catalogues: [] } },
  externalModules: { autoInstall: false },
})};
`;

export const mosquittoConf = (port: number): string => `listener ${port} 127.0.0.1
allow_anonymous true
persistence false
set_tcp_nodelay true
max_queued_messages 0
max_inflight_messages 0
log_type error
`;
