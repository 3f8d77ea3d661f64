import assert from "node:assert/strict";
import { haDiscoveryDefinition } from "../../devices/mqtt/ha-discovery.ts";

const DEVICE = { identifiers: ["zigbee2mqtt_0x00158d0001a2b3c4"], name: "hall" };

/** What Home Assistant would make of the same messages, in the order in which they come. */
class Site {
  readonly definition = haDiscoveryDefinition("homeassistant");

  say(topic: string, payload: unknown) {
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    return this.definition.decode(topic, Buffer.from(text));
  }

  announce(place: string, config: object): string {
    const decoded = this.say(`homeassistant/${place}/config`, config);
    return decoded.type === "nothing" ? decoded.what : decoded.type === "rejected" ? decoded.message : decoded.type;
  }

  /** Kind and press of each report. */
  hear(topic: string, payload: unknown): string {
    const decoded = this.say(topic, payload);
    if (decoded.type !== "reports") return decoded.type;
    return decoded.reports.map(({ kind, press, released }) => press ?? released?.join() ?? kind).join(" ");
  }

  get topics(): readonly string[] {
    return [...this.definition.announcedTopics()];
  }
}

describe("Home Assistant's discovery as a source", () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
  });

  it("names the device by its identifier, without the name of Zigbee2MQTT", () => {
    const trigger = { automation_type: "trigger", type: "action", subtype: "double", payload: "double", topic: "z/b" };
    site.announce("device_automation/0x00158d0001a2b3c4/action_double", { ...trigger, device: DEVICE });
    const decoded = site.say("z/b", "double");
    assert.ok(decoded.type === "reports");
    assert.equal(decoded.reports[0]!.address, "0x00158d0001a2b3c4");
    assert.equal(site.definition.addressOf("z/b"), "0x00158d0001a2b3c4");
    assert.equal(site.hear("z/b", "single"), "nothing");
  });

  it("reads short names, a base that is put in, and fields however they are written", () => {
    site.announce("device_automation/n/a", {
      "~": "tele/x",
      t: "~/SENSOR",
      atype: "trigger",
      pl: "SINGLE",
      stype: "b1",
    });
    site.announce("event/n/b", { "~": "house", stat_t: "~/bell", val_tpl: "{{ value_json['event_type'] }}" });
    site.announce("binary_sensor/n/cord", {
      stat_t: "house/cord",
      val_tpl: "{{value_json.contact.shut}}",
      pl_on: true,
    });
    site.announce("event/n/d", { stat_t: "house/d", val_tpl: "{{ value_json.key | is_defined | default('') }}" });
    assert.equal(site.hear("house/d", { key: "twice" }), "twice");
    assert.deepEqual(site.topics, ["tele/x/SENSOR", "house/bell", "house/cord", "house/d"]);
    assert.equal(site.hear("tele/x/SENSOR", "SINGLE"), "b1-SINGLE");
    assert.equal(site.hear("house/bell", { event_type: "double" }), "double");
    assert.equal(site.hear("house/cord", { contact: { shut: true } }), "cord");
    assert.equal(site.hear("house/cord", { contact: {} }), "nothing");
  });

  it("an event is one of its types, in the payload itself where no template is", () => {
    site.announce("event/0x00158d0001a2b3c4/action", { event_types: ["single", "hold"], state_topic: "z/button" });
    assert.equal(site.hear("z/button", { event_type: "hold" }), "hold");
    assert.equal(site.hear("z/button", { event_type: "release" }), "nothing");
    assert.equal(site.hear("z/button", "hold"), "nothing");
  });

  it("Zigbee2MQTT's own event, whose template takes the word apart", () => {
    const template =
      "{% set patterns = [1] %}\n{% set action_value = value_json.action|default('') %}{{ action_value }}";
    site.announce("event/n/action", { event_types: ["press"], state_topic: "z/b", value_template: template });
    assert.equal(site.hear("z/b", { action: "button_1_press" }), "button_1_press");
    assert.equal(site.hear("z/b", { action: "" }), "nothing");
  });

  it("a contact is pressed when it closes and let go when it opens; doors and motion are nothing", () => {
    site.announce("binary_sensor/n/sos", {
      state_topic: "z/p",
      value_template: "{{ value_json.sos }}",
      payload_on: true,
      payload_off: false,
      device_class: "safety",
    });
    for (const kind of ["door", "motion", "connectivity"])
      assert.match(
        site.announce(`binary_sensor/n/${kind}`, { state_topic: "z/q", device_class: kind }),
        /calls nobody/,
      );
    assert.match(
      site.announce("binary_sensor/n/update", { state_topic: "z/q", entity_category: "diagnostic" }),
      /nobody/,
    );
    assert.deepEqual([site.hear("z/p", { sos: true }), site.hear("z/p", { sos: false })], ["sos", "sos"]);
    assert.deepEqual(site.topics, ["z/p"]);
  });

  it("battery as a number and as a lamp, and tamper", () => {
    site.announce("sensor/n/battery", { stat_t: "z/p", val_tpl: "{{ value_json.battery }}", dev_cla: "battery" });
    site.announce("binary_sensor/n/low", { stat_t: "z/l", dev_cla: "battery", ent_cat: "diagnostic" });
    site.announce("binary_sensor/n/tamper", { stat_t: "z/t", dev_cla: "tamper" });
    const decoded = site.say("z/p", { battery: 41 });
    assert.ok(decoded.type === "reports");
    assert.deepEqual(
      decoded.reports.map(({ batteryPct }) => batteryPct),
      [41],
    );
    assert.deepEqual(
      [site.hear("z/l", "ON"), site.hear("z/l", "OFF"), site.hear("z/t", "ON")],
      ["low_battery", "other", "tamper"],
    );
    assert.equal(site.hear("z/p", { battery: null }), "nothing");
  });

  it("the same word by a trigger and by an event is one press", () => {
    site.announce("device_automation/n/a", {
      automation_type: "trigger",
      topic: "z/b",
      payload: "single",
      value_template: "{{ value_json.action }}",
    });
    site.announce("event/n/b", { state_topic: "z/b", value_template: "{{ value_json.action }}" });
    assert.equal(site.hear("z/b", { action: "single" }), "single");
  });

  it("a device that announces itself in one message", () => {
    site.announce("device/hall", {
      dev: { ids: "hall-1" },
      cmps: { key: { p: "device_automation", atype: "trigger", t: "hall/key", stype: "short" }, lamp: { p: "light" } },
    });
    assert.equal(site.hear("hall/key", "anything"), "short");
  });

  it("is forgotten when it is taken back, and replaced when it changes", () => {
    const place = "event/n/b";
    site.announce(place, { state_topic: "z/one" });
    const before = site.definition.announcedTopics();
    site.announce(place, { state_topic: "z/one" });
    assert.equal(site.definition.announcedTopics(), before);
    site.announce(place, { state_topic: "z/two" });
    assert.deepEqual(site.topics, ["z/two"]);
    const gone = site.say(`homeassistant/${place}/config`, "");
    assert.deepEqual([gone.type, site.topics], ["nothing", []]);
  });

  it("says what it does not support, and takes no topic of ours and no pattern", () => {
    const template = "{{ value_json.action | upper }}";
    assert.match(site.announce("binary_sensor/n/a", { state_topic: "z/b", value_template: template }), /not supported/);
    for (const topic of ["okc/p-17/up", "okc", "z/#", "z/+/b", "$SYS/x", ""])
      assert.notEqual(site.announce("event/n/b", { state_topic: topic }), "an announcement");
    assert.equal(site.announce("event/n/c", { state_topic: 5 }), "the event names no topic");
    assert.deepEqual(site.topics, []);
    assert.equal(site.say("homeassistant/event/n/b/config", "{").type, "rejected");
  });

  it("refuses the thousand and first topic, and keeps those before", () => {
    for (let n = 0; n < 1_000; n++) site.announce(`event/n/${n}`, { state_topic: `z/${n}` });
    const more = site.say("homeassistant/event/n/1000/config", { state_topic: "z/1000" });
    assert.ok(more.type === "rejected" && more.message.includes("1000 topics"));
    assert.equal(site.topics.length, 1_000);
    assert.equal(site.announce("event/n/1001", { state_topic: "z/7" }), "an announcement");
  });
});
