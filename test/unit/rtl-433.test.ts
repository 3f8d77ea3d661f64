import assert from "node:assert/strict";
import { rtl433Definition } from "../../devices/mqtt/rtl-433.ts";
import type { Decoded, DecodedReport } from "../../gateway/core/definition.ts";

const definition = rtl433Definition("rtl_433");

const decoded = (fields: object): Decoded =>
  definition.decode("rtl_433/attic/events", Buffer.from(JSON.stringify(fields)));

function reports(fields: object): readonly DecodedReport[] {
  const one = decoded(fields);
  assert.equal(one.type, "reports", JSON.stringify(one));
  return one.type === "reports" ? one.reports : [];
}

const told = (fields: object): readonly unknown[] =>
  reports(fields).map(({ kind, press }) => (press === null ? kind : `${kind} ${press}`));

const addressOf = (fields: object): string => reports(fields)[0]!.address;

describe("rtl_433", () => {
  it("calls a device the same through all of its schemas", () => {
    const ofToday = {
      model: "Honeywell-Security",
      id: 421337,
      event: 128,
      contact_open: 1,
      heartbeat: 0,
      battery_ok: 1,
    };
    const of2018 = { model: "Honeywell Door/Window Sensor", device: 421337, event: 128, heartbeat: "no" };
    assert.equal(addressOf(ofToday), addressOf(of2018));
    assert.deepEqual(told(ofToday), told(of2018));
    for (const [fields, address] of [
      [{ model: "Kerui PIR Sensor", id: "0x8a2b3", data: "0xa (PIR)" }, "kerui-security:565939"],
      [{ model: "Kerui-Security", id: 565939, cmd: 10, motion: 1, state: "motion" }, "kerui-security:565939"],
      [{ model: "X10 Security", id: "F58E", code: "84" }, "x10-security:f58e"],
      [{ model: "HCS200", id: "08490B00", button1: "ON" }, "microchip-hcs200:08490b00"],
      [{ model: "Interlogix", id: "a7106d", device_type: "keyfob" }, "interlogix-security:a7106d"],
      [{ model: "X10-RF", id: 3, channel: "A", state: "ON" }, "x10-rf:a-3"],
    ] as const) {
      assert.equal(addressOf(fields), address);
      assert.equal(definition.normalizeAddress(address), address);
    }
  });

  it("takes the id of an import in either base, and one key of several", () => {
    assert.equal(definition.normalizeAddress("Kerui-Security:0x8A2B3"), "kerui-security:565939");
    assert.equal(definition.normalizeAddress("Generic Remote:5069:48"), "generic-remote:5069:48");
    assert.equal(definition.normalizeAddress("X10-Security:F58E:KR15 PANIC"), "x10-security:f58e:kr15 panic");
    for (const none of ["", ":1", "a:", "a:1:"]) assert.equal(definition.normalizeAddress(none), null, none);
  });

  it("says the battery in whatever way it is printed", () => {
    const lamp = (fields: object): unknown => reports({ model: "A-Remote", id: 1, cmd: 1, ...fields })[0]!.batteryOk;
    assert.deepEqual([{ battery_ok: 1 }, { battery: "OK" }, { battery_low: 0 }].map(lamp), [true, true, true]);
    assert.deepEqual([{ battery_ok: 0 }, { battery: "LOW" }, { battery_low: 1 }].map(lamp), [false, false, false]);
    assert.deepEqual([{}, { battery: "?" }].map(lamp), [undefined, undefined]);
    assert.equal(reports({ model: "A", id: 1, battery_ok: 0.4 })[0]!.batteryPct, 40);
    assert.equal(reports({ model: "A", id: 1, battery_ok: 1 })[0]!.batteryPct, null);
    assert.deepEqual(told({ model: "A", id: 1, cmd: 5, battery_ok: 0 }), ["other 5", "low_battery"]);
  });

  it("a rolling code whose lamp flips within one press is one press of one mark", () => {
    const flips = [1, 0, 1, 0].map((ok) =>
      reports({ model: "Microchip-HCS200", id: "0A1B2C3", button: 2, battery_ok: ok, encrypted: "5D01E0AA" }),
    );
    const presses = flips.map(([press]) => `${press!.press} ${press!.mark}`);
    assert.deepEqual([...new Set(presses)], ["2 5D01E0AA"]);
    assert.deepEqual(
      flips.map((all) => all.map(({ kind }) => kind).join()),
      ["other", "other,low_battery", "other", "other,low_battery"],
    );
    assert.equal(definition.isRolling("microchip-hcs200:0a1b2c3"), true);
    assert.equal(definition.isRolling("HCS200:0a1b2c3:2"), true);
    assert.equal(definition.isRolling("generic-remote:5069"), false);
  });

  it("compares words whole: only those that say it are an emergency", () => {
    const meant = [
      { model: "A-Remote", id: 1, cmd: "SOS" },
      { model: "A-Remote", id: 1, event: "panic" },
      { model: "X10-Security", id: "5c21", code: "88", event: "KR15 PANIC" },
      { model: "X10-Security", id: "5c21", code: "99", event: "KR15 PANIC-3SECOND" },
      { model: "X10-Security", id: "5c21", code: "26", event: "UNKNOWN" },
      { model: "SimpliSafe-Keypad", id: "3XK9A", seq: 4, extradata: "Keypad Panic Button" },
    ];
    for (const fields of meant) assert.equal(reports(fields)[0]!.kind, "emergency", JSON.stringify(fields));
    const bare = [
      { model: "A-Remote", id: 1, cmd: "SOS2" },
      { model: "Panic", id: 1, cmd: "ARM" },
      { model: "Emergency-Lamp", id: 1, state: "no panic" },
      { model: "Nidec-OUCG8D", id: "1", button_str: "Trunk/Panic Short Press" },
      { model: "Generic-Remote", id: 5069, cmd: 48 },
      { model: "Interlogix-Security", id: "a7106d", subtype: "panic", switch1: "CLOSED" },
    ];
    for (const fields of bare) {
      const [{ kind, press } = { kind: null, press: null }] = reports(fields);
      assert.ok(kind === "other" && press !== null, JSON.stringify(fields));
    }
  });

  it("reads security sensors: what went off is a bare press, what came to rest is none", () => {
    const honeywell = { model: "Honeywell-Security", id: 1 };
    for (const [fields, gives] of [
      [{ ...honeywell, event: 0x80 }, ["other contact"]],
      [{ ...honeywell, event: 0x20 }, ["other reed"]],
      [{ ...honeywell, event: 0x10 }, ["other alarm"]],
      [{ ...honeywell, event: 0x84 }, ["heartbeat"]],
      [{ ...honeywell, event: 0x40 }, ["tamper"]],
      [{ ...honeywell, event: 0x48 }, ["tamper", "low_battery"]],
      [{ ...honeywell, event: 0 }, ["other"]],
      [{ model: "DSC-Security", id: 1, event: 1, closed: 0 }, ["other open"]],
      [{ model: "DSC-Security", id: 1, event: 1, closed: 1 }, ["other"]],
      [{ model: "DSC-Security", id: 1, event: 0, closed: 0, battery_ok: 0 }, ["heartbeat", "low_battery"]],
      [{ model: "Visonic-Powercode", id: "1", alarm: 1, supervised: 1, restore: 0 }, ["other alarm"]],
      [{ model: "Visonic-Powercode", id: "1", alarm: 0, supervised: 1, restore: 1 }, ["other"]],
      [{ model: "Visonic-Powercode", id: "1", alarm: 0, supervised: 1, restore: 0 }, ["heartbeat"]],
      [{ model: "Visonic-Powercode", id: "1", alarm: 0, tamper: 1, supervised: 1 }, ["tamper"]],
      [{ model: "Interlogix-Security", id: "1", subtype: "keyfob", switch2: "CLOSED" }, ["other 2"]],
      [{ model: "Interlogix-Security", id: "1", subtype: "contact", switch1: "CLOSED" }, ["other"]],
      [{ model: "Interlogix-Security", id: "1", subtype: "contact", switch1: "OPEN" }, ["other switch1"]],
      [{ model: "Interlogix", id: "1", device_type: "contact", switch1: "CLOSED", switch3: "OPEN" }, ["tamper"]],
      [{ model: "Interlogix-Security", id: "1", subtype: "motion", switch1: "CLOSED", switch3: "CLOSED" }, ["other"]],
      [{ model: "Interlogix-Security", id: "1", subtype: "motion", switch1: "CLOSED", switch3: "OPEN" }, ["tamper"]],
      [
        { model: "Interlogix-Security", id: "1", subtype: "smoke", switch1: "OPEN", switch2: "OPEN", switch3: "OPEN" },
        ["other smoke"],
      ],
      [{ model: "Interlogix-Security", id: "1", subtype: "smoke", switch1: "OPEN", switch2: "CLOSED" }, ["other"]],
      [{ model: "Interlogix-Security", id: "1", subtype: "glass", switch1: "CLOSED" }, ["other glass"]],
      [{ model: "Risco_868_Security", ID: 77, Trigger: "EVENT", State: "ALERT", Tamper: "normal" }, ["other alert"]],
      [{ model: "Risco_868_Security", ID: 77, Trigger: "EVENT", State: "ok", Tamper: "ALERT" }, ["tamper"]],
      [{ model: "Risco_868_Security", ID: 77, Trigger: "supervision", State: "ok" }, ["heartbeat"]],
      [{ model: "Skylink HA-434TL motion sensor", id: "1e3e8", motion: "true" }, ["other motion"]],
      [{ model: "Skylink HA-434TL motion sensor", id: "1e3e8", motion: "false" }, ["other"]],
      [{ model: "Skylink-HA434TL", id: 9, count: 2, num_rows: 3, motion: "alive" }, ["heartbeat"]],
      [{ model: "Kerui PIR Sensor", id: 7962, data: "0xa (PIR)" }, ["other motion"]],
      [{ model: "X10-Security", id: "1", code: "0c", event: "MOTION TRIPPED" }, ["other MOTION TRIPPED"]],
      [{ model: "X10-Security", id: "1", code: "8c", event: "MOTION READY" }, ["other"]],
      [{ model: "X10-Security", id: "1", code: "06", event: "KEY-FOB ARM" }, ["other KEY-FOB ARM"]],
      [{ model: "X10-Security", id: "1", code: "62", event: "UNKNOWN" }, ["other code 62"]],
      [{ model: "Kerui-Security", id: 1, cmd: 11, tamper: 1, state: "tamper" }, ["tamper"]],
      [{ model: "Kerui-Security", id: 1, cmd: 15, battery_ok: 0, state: "battery" }, ["low_battery"]],
      [{ model: "Kerui-Security", id: 1, cmd: 7, opened: 0, state: "close" }, ["other"]],
      [{ model: "Kerui-Security", id: 1, cmd: 2, state: null }, ["other 2"]],
      [{ model: "Chuango-Security", id: 1, cmd: "Alarm", cmd_id: 2 }, ["other Alarm"]],
      [{ model: "Chuango-Security", id: 1, cmd: "?", cmd_id: 14 }, ["other 14"]],
      [{ model: "Chuango-Security", id: 1, cmd: "Low Battery", cmd_id: 13 }, ["low_battery"]],
      [{ model: "Chuango-Security", id: 1, cmd: "Test", cmd_id: 0 }, ["test Test"]],
      [{ model: "Cavius-Security", id: 1, battery_ok: 0, text: "Battery low" }, ["low_battery"]],
      [{ model: "Cavius-Security", id: 1, text: "Fire alarm" }, ["other Fire alarm"]],
      [{ model: "Yale-HSA", id: 1, stype: 0xac, state: 0x10, event: 1 }, ["other event 1"]],
      [{ model: "Yale-HSA", id: 1, stype: 0xac, state: 0x12, event: 4 }, ["tamper"]],
      [{ model: "Yale-HSA", id: 1, stype: 0xac, state: 0x18, event: 4 }, ["low_battery"]],
      [{ model: "Govee-Water", id: 1, event: "Button Press" }, ["other Button Press"]],
      [{ model: "Govee-Water", id: 1, event: "Heartbeat" }, ["heartbeat"]],
      [{ model: "SimpliSafe-Sensor", id: "1", state: 2, extradata: "Contact Closed" }, ["other"]],
      [{ model: "SimpliSafe-Keypad", id: "1", extradata: "Disarm Pin: 1234" }, ["other Disarm Pin"]],
      [{ model: "Akhan-100F14", id: 1, data: "0x8 (Alarm)" }, ["other 0x8 (Alarm)"]],
      [{ model: "Smoke-GS558", id: 1, unit: 2, learn: 0 }, ["other alarm"]],
      [{ model: "Smoke-GS558", id: 1, unit: 2, learn: 1 }, ["other"]],
      [{ model: "Elro-DB286A", id: "12ab" }, ["other ring"]],
      [{ model: "Honeywell-ActivLink", id: 1, subtype: "Doorbell", secret_knock: 0 }, ["other ring"]],
      [{ model: "Megacode-Remote", id: 1, button: 0 }, ["other 0"]],
      [{ model: "Secplus-v2", id: 1, button_id: 27, rolling: "240124739" }, ["other 27"]],
      [{ model: "Vivint-Security", id: "19-507610", contact_open: 1, heartbeat: 0 }, ["other contact_open"]],
      [{ model: "Kidde-Smoke", id: 12 }, ["heartbeat"]],
      [{ model: "Risco-RWX95P", id: 1, motion: 1, tamper: 1 }, ["other motion", "tamper"]],
    ] as const)
      assert.deepEqual(told(fields), gives, JSON.stringify(fields));
  });

  it("says when a case is closed again, where it says anything of it", () => {
    const closed = (fields: object): unknown => reports(fields)[0]!.tampered;
    assert.equal(closed({ model: "Honeywell-Security", id: 1, event: 0x40 }), undefined);
    assert.equal(closed({ model: "Honeywell-Security", id: 1, event: 0x00 }), false);
    assert.equal(closed({ model: "DSC-Security", id: 1, event: 0, tamper: 0 }), false);
    assert.equal(closed({ model: "Interlogix", id: "1", device_type: "contact", switch3: "CLOSED" }), false);
    assert.equal(closed({ model: "Interlogix", id: "1", device_type: "keyfob", switch3: "CLOSED" }), undefined);
    assert.equal(closed({ model: "Generic-Remote", id: 1, cmd: 4 }), undefined);
  });

  it("names the key of a remote that switches several things", () => {
    for (const [fields, gives] of [
      [{ model: "Nexa-Security", id: 1, channel: 3, state: "ON", unit: 2, group: 0 }, ["other 2-ON"]],
      [{ model: "Proove-Security", id: 1, channel: 3, state: "OFF", unit: 2, group: 1 }, ["other all-OFF"]],
      [{ model: "KlikAanKlikUit-Switch", id: 1, unit: 4, group_call: "No", command: "On" }, ["other 4-On"]],
      [{ model: "Brennenstuhl-RCS2044", id: 1, key: "B", state: "ON" }, ["other B-ON"]],
      [{ model: "Waveman-Switch", id: "A", channel: 1, button: 2, state: "ON" }, ["other 2-ON"]],
      [{ model: "EV1527-Remote", count: 4, num_rows: 4, code: "REMOTE-A", button: "BC" }, ["other BC"]],
      [{ model: "HT680-Remote", id: 1, button1: "", button2: "PRESSED", button3: "PRESSED" }, ["other 2+3"]],
      [{ model: "Silvercrest-Remote", button: 3 }, ["other 3"]],
    ] as const)
      assert.deepEqual(told(fields), gives, JSON.stringify(fields));
  });

  it("takes a weather station's words for readings, and its button for one", () => {
    assert.deepEqual(told({ model: "Auriol-AHFL", id: 1, button: 0, temperature_C: 4.1, state: "alert" }), ["other"]);
    assert.deepEqual(told({ model: "Auriol-AHFL", id: 1, button: 1, temperature_C: 4.1 }), ["other button"]);
  });

  it("reads decoders of one's own, with fields or with bare codes", () => {
    const [press] = reports({ model: "Elro_DB270", count: 4, num_rows: 4, rows: [{ len: 25, data: "ebeaaa8" }] });
    assert.deepEqual([press!.address, press!.press, press!.wireId], ["elro_db270:ebeaaa8", "code", "ebeaaa8"]);
    const [ofToday] = reports({ model: "Elro_DB270", count: 4, num_rows: 4, codes: ["{25}ebeaaa8"] });
    assert.equal(ofToday!.address, press!.address);
    const [named] = reports({ model: "Cord", count: 4, num_rows: 4, len: 25, data: "0b3c578", id: 46021, cmd: 7 });
    assert.deepEqual([named!.address, named!.wireId, named!.press], ["cord:46021", "0b3c5", "7"]);
  });

  it("says nothing of what is no event of a device, and refuses what is none of its messages", () => {
    assert.equal(decoded({ time: "2026-11-25 08:00:00", enabled: 180, frames: {} }).type, "nothing");
    assert.equal(decoded({ model: "TwoGig-KEY2E345", encrypted_id: "01020304" }).type, "nothing");
    assert.equal(definition.decode("rtl_433/attic/devices/x/1/cmd", Buffer.from("5")).type, "rejected");
    assert.equal(definition.decode("rtl_433/attic/events", Buffer.from("[1]")).type, "rejected");
    assert.equal(definition.interestIn("rtl_433/attic/devices/Generic-Remote/1/cmd"), "none");
    assert.equal(definition.interestIn("rtl_433/any host/events"), "report");
    assert.equal(definition.interestIn("rtl_433/attic/availability"), "standing");
  });
});
