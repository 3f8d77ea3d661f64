/** The people of the demo: invented, none of them real. Tables are in the form that `okc import` reads. */

export const SITE_NAME = "月湖社区";
/** The account under which the demo's hotline knows the site. */
export const HOTLINE_ACCOUNT = "1234";
/** The 433 MHz button, as its receiver prints it: name, id and switch. */
export const REMOTE = "EV1527:0c0ffe:01";
/** The id of the 4G watch, as printed on its back. */
export const WATCH = "8800000017";
/** Where its wearer is: in the park, not at home. */
export const WATCH_PLACE = { lat: 29.8689, lon: 121.5483 } as const;
/** The staff member in whose name the demo suggests to act. */
export const STAFF_NAME = "王芳";

/**
 * A person's own device: a pendant on the dongle (`okc`), one that speaks MQTT (`mqtt`), a bought button behind a
 * 433 MHz receiver (`rflink`) or a Zigbee bridge (`zigbee2mqtt`), or a 4G watch (`watch3g`).
 */
export const DEVICES = [
  { bridge: "okc", address: "0000beef", resident: "r-01", means: "emergency", label: "挂坠", location: "随身" },
  { bridge: "okc", address: "0000cafe", resident: "r-02", means: "emergency", label: "挂坠", location: "随身" },
  { bridge: "okc", address: "0000f00d", resident: "r-03", means: "emergency", label: "拉绳", location: "卫生间" },
  { bridge: "okc", address: "0000d00f", resident: "r-04", means: "emergency", label: "挂坠", location: "随身" },
  { bridge: "mqtt", address: "p-17", resident: "r-05", means: "emergency", label: "床头按钮", location: "卧室" },
  { bridge: "rflink", address: REMOTE, resident: "r-06", means: "emergency", label: "433按钮", location: "床头" },
  {
    bridge: "zigbee2mqtt",
    address: "sos-1",
    resident: "r-07",
    means: "emergency",
    label: "呼叫按钮",
    location: "客厅",
  },
  { bridge: "watch3g", address: WATCH, resident: "r-08", means: "emergency", label: "4G手表", location: "随身" },
] as const;

/** As the Zigbee bridge knows its buttons: the address burnt into each, and the word of its key. */
export const ZIGBEE_DEVICES = [{ name: "sos-1", ieee: "0x00158d00050cca11", word: "emergency" }] as const;

const RESIDENTS = [
  ["r-01", "陈桂英", "1号楼", "1单元", "301", "13900000001", "听力不好", "邻居302有钥匙", "", HOTLINE_ACCOUNT, "001"],
  ["r-02", "赵德明", "1号楼", "2单元", "102", "13900000002", "糖尿病", "物业保管", "", HOTLINE_ACCOUNT, "002"],
  ["r-03", "孙玉兰", "2号楼", "1单元", "501", "13900000003", "", "物业保管", "", HOTLINE_ACCOUNT, "003"],
  ["r-04", "周建国", "2号楼", "2单元", "203", "13900000004", "独居", "志愿者李强", "", HOTLINE_ACCOUNT, "004"],
  ["r-05", "吴秀珍", "3号楼", "1单元", "404", "13900000005", "行动不便", "物业保管", "", HOTLINE_ACCOUNT, "005"],
  ["r-06", "郑福生", "3号楼", "2单元", "601", "13900000006", "", "", "", HOTLINE_ACCOUNT, "006"],
  ["r-07", "冯素兰", "2号楼", "1单元", "302", "13900000007", "", "女儿有钥匙", "", HOTLINE_ACCOUNT, "007"],
  ["r-08", "蒋文华", "3号楼", "1单元", "103", "13900000008", "记性不好", "物业保管", "", HOTLINE_ACCOUNT, "008"],
] as const;

const RESPONDERS = [
  ["v-1", "李强", "volunteer", "1号楼", "1单元", "502", ""],
  ["v-2", "张敏", "volunteer", "2号楼", "1单元", "101", ""],
  ["v-3", "刘洋", "volunteer", "3号楼", "2单元", "302", ""],
  ["f-1", "陈晓", "family", "1号楼", "3单元", "201", "r-01"],
  ["s-1", STAFF_NAME, "staff", "", "", "", ""],
] as const;

const BUILDINGS = [
  ["1号楼", "29.8701", "121.5501"],
  ["2号楼", "29.8704", "121.5506"],
  ["3号楼", "29.8708", "121.5511"],
] as const;

/** Responders' names by id. */
export const RESPONDER_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  RESPONDERS.map(([id, name]) => [id, name]),
);

/** The demo's modem. */
export const MODEM_NUMBER = "+8613900000099";

/** Volunteers who have short messages as their second way: whose number it is. */
export const TELEPHONES: Readonly<Record<string, string>> = { "+8613900000101": "李强", "+8613900000102": "张敏" };

const table = (header: string, rows: readonly (readonly string[])[]): string =>
  `${[header, ...rows.map((row) => row.join(","))].join("\n")}\n`;

/** The tables by file name, in the order in which they must be imported. `keyOf`: a device's key, or empty. */
export function communityTables(keyOf: (address: string) => string): ReadonlyMap<string, string> {
  const numbers = Object.keys(TELEPHONES);
  const contacts = [
    ...RESPONDERS.map(([id]) => [id, "webhook", `demo:${id}`, "1"]),
    ...numbers.map((number, at) => [RESPONDERS[at]![0], "sms", number, "2"]),
  ];
  const devices = DEVICES.map(({ bridge, address, resident, means, label, location }) => {
    return [bridge, address, resident, means, label, location, keyOf(address)];
  });
  return new Map([
    ["buildings.csv", table("name,lat,lon", BUILDINGS)],
    ["residents.csv", table("id,name,building,unit,room,phone,notes,key_place,priority,account,zone", RESIDENTS)],
    ["responders.csv", table("id,name,role,building,unit,room,residents", RESPONDERS)],
    ["contacts.csv", table("responder,channel,address,order", contacts)],
    ["devices.csv", table("bridge,address,resident,means,label,location,key", devices)],
  ]);
}
