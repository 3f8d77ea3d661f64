import assert from "node:assert/strict";
import { ImportDesk } from "../support/import-desk.ts";

const DEVICES = "bridge,address,resident,means,label,location,key";
const KEY = "000102030405060708090a0b0c0d0e0f";

function siteWithResident(): ImportDesk {
  const desk = new ImportDesk();
  desk.save("id,name,phone\nr1,张三,138\n");
  return desk;
}

describe("importing devices", () => {
  it("makes a key for a new pendant, shows it once and keeps it", () => {
    const desk = siteWithResident();
    const file = `${DEVICES}\nokc,0000BEEF,r1,,吊坠,卧室,\n`;
    const first = desk.save(file);
    const key = "00000000000000000000000000000001";
    assert.deepEqual(first.rows, [{ line: 2, fate: "created", message: "" }]);
    assert.deepEqual(first.credentials, [{ line: 2, bridge: "okc", address: "0000beef", key }]);
    assert.deepEqual(desk.state.enrolled.get("okc:0000beef"), {
      id: "okc:0000beef",
      bridge: "okc",
      address: "0000beef",
      resident: "r1",
      means: "emergency",
      label: "吊坠",
      location: "卧室",
      key,
      standing: "in-use",
      sip: null,
      replaces: null,
      replacedBy: null,
      enrolledAt: null,
    });
    const second = desk.save(file);
    assert.deepEqual(second.rows, [{ line: 2, fate: "unchanged", message: "" }]);
    assert.deepEqual(second.credentials, []);
    assert.equal(desk.state.enrolled.get("okc:0000beef")?.key, key);
  });

  it("takes a key that is given and never prints it", () => {
    const desk = siteWithResident();
    const plan = desk.save(`${DEVICES}\nokc,0000beef,r1,,,,${KEY.toUpperCase()}\n`);
    assert.deepEqual(plan.credentials, []);
    assert.equal(desk.state.enrolled.get("okc:0000beef")?.key, KEY);
    const other = KEY.replaceAll("0", "f");
    const replaced = desk.save(`${DEVICES}\nokc,0000beef,r1,,,,${other}\n`);
    assert.deepEqual(replaced.rows, [{ line: 2, fate: "updated", message: "changed: key" }]);
    assert.equal(desk.state.enrolled.get("okc:0000beef")?.key, other);
    assert.equal(JSON.stringify(replaced.rows).includes(other), false);
  });

  it("keeps a key under the device's own name, apart from what may be read", () => {
    const [event] = siteWithResident().plan(`${DEVICES}\nokc,0000beef,r1,,,,${KEY}\n`).events;
    assert.equal(event?.kind, "device-saved");
    assert.deepEqual(event.personal, { person: "device:okc:0000beef", data: { key: KEY, sip: null } });
    assert.equal(JSON.stringify({ ...event, personal: null }).includes(KEY), false);
  });

  it("gives an MQTT pendant an account of its own, printed once and kept as its SHA-256", () => {
    const desk = siteWithResident();
    const file = `${DEVICES}\nmqtt,p-17,r1,service,,,\n`;
    const { credentials } = desk.save(file);
    assert.deepEqual(credentials, [{ line: 2, bridge: "mqtt", address: "p-17", user: "p-17", password: "password-1" }]);
    assert.deepEqual(desk.state.accounts.get("p-17"), {
      user: "p-17",
      passwordSha256: "sha256 of password-1",
      bridge: "mqtt",
      address: "p-17",
    });
    assert.equal(desk.state.enrolled.get("mqtt:p-17")?.means, "service");
    assert.deepEqual(desk.plan(file).rows[0]?.fate, "unchanged");
    const moved = desk.save(`${DEVICES}\nmqtt,p-17,,service,,,\n`);
    assert.equal(moved.rows[0]?.fate, "updated");
    assert.deepEqual(moved.credentials, []);
  });

  it("does not take the name of a bridge's account", () => {
    const desk = siteWithResident();
    desk.state.accounts.set("zigbee", { user: "zigbee", passwordSha256: "", bridge: "mqtt", address: null });
    const { rows, events } = desk.plan(`${DEVICES}\nmqtt,zigbee,r1,,,,\n`);
    assert.match(rows[0]!.message, /user zigbee is already the account of bridge mqtt/);
    assert.deepEqual(events, []);
  });

  it("leaves a pendant without a resident with a warning", () => {
    const { rows } = siteWithResident().plan(`${DEVICES}\nokc,0000beef,,,,,\n`);
    assert.deepEqual(rows, [{ line: 2, fate: "created", message: "without a resident nobody knows who pressed" }]);
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["an unknown bridge", "lora,1,,,,,", /bridge "lora" is not known; allowed: okc, /],
    ["a serial address of another form", "okc,beef,,,,,", /address "beef" is none of okc; must be 8 hexadecimal/],
    ["an MQTT address with a slash", "mqtt,a\/b,,,,,", /is none of mqtt; must be 1 to 64 letters/],
    [
      "an RFLink address without an id",
      "rflink,EV1527,r1,,,,",
      /address "EV1527" is none of rflink; must be name:id:switch as RFLink prints them, as EV1527:0a1b2c:01/,
    ],
    [
      "an RFLink line as it came",
      "rflink,20;06;EV1527;ID=0a1b2c,r1,,,,",
      /is none of rflink; must be name:id:switch as RFLink prints them, as EV1527:0a1b2c:01/,
    ],
    [
      "a key for an RFLink remote",
      `rflink,EV1527:0a1b2c:01,r1,,,,${KEY}`,
      /device of rflink has no key, it has nothing/,
    ],
    [
      "a Zigbee name with a wildcard",
      "zigbee2mqtt,flat+2,r1,,,,",
      /"flat\+2" is none of zigbee2mqtt; must be a friendly name without \+ and #, or an IEEE address as 0x00158d0001a2b3c4/,
    ],
    [
      "a topic of the Zigbee bridge itself",
      "zigbee2mqtt,bridge/state,r1,,,,",
      /"bridge\/state" is none of zigbee2mqtt/,
    ],
    ["a Zigbee name that begins with a slash", "zigbee2mqtt,/flat 2,r1,,,,", /is none of zigbee2mqtt/],
    [
      "a key for a Zigbee button",
      `zigbee2mqtt,flat 2,r1,,,,${KEY}`,
      /device of zigbee2mqtt has no key, it has nothing/,
    ],
    ["a resident nobody knows", "okc,0000beef,r9,,,,", /resident "r9" is not known; import residents first/],
    ["an unknown means", "okc,0000beef,r1,fall,,,", /means "fall" is not known; allowed: emergency, service, test/],
    ["a short key", "okc,0000beef,r1,,,,0011", /key must be 32 hexadecimal digits/],
    ["a key for an MQTT pendant", `mqtt,p-17,r1,,,,${KEY}`, /a device of mqtt has no key, it gets a password instead/],
  ];
  for (const [what, row, expected] of refused)
    it(`refuses ${what} and takes the row below`, () => {
      const { rows, credentials } = siteWithResident().plan(`${DEVICES}\n${row}\nokc,00000001,r1,,,,\n`);
      assert.deepEqual([rows[0]!.fate, rows[0]!.line], ["refused", 2]);
      assert.match(rows[0]!.message, expected);
      assert.equal(rows[1]!.fate, "created");
      assert.deepEqual(
        credentials.map(({ line }) => line),
        [3],
      );
    });

  it("sees the same device twice in one file as one", () => {
    const { rows, credentials } = siteWithResident().plan(
      `${DEVICES}\nokc,0000beef,r1,,,,\nokc,0000BEEF,r1,,,床边,\nokc,0000beef,r1,,,床边,\n`,
    );
    assert.deepEqual(
      rows.map(({ fate }) => fate),
      ["created", "updated", "unchanged"],
    );
    assert.equal(credentials.length, 1);
  });
});
