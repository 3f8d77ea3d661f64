import assert from "node:assert/strict";
import { capOf } from "../../gateway/core/cap.ts";
import type { Alarm } from "../../gateway/core/alarm.ts";
import { ALARM_KINDS, OUTCOMES } from "../../gateway/core/kinds.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { capFaults, capTexts } from "../support/cap.ts";
import { CHEN, CoreHome } from "../support/core-home.ts";

const SITE = { name: "月湖社区", phone: "0574-87654321", demo: false };

const messageOf = (home: CoreHome, more: Partial<Alarm> = {}, site = SITE): string => {
  const xml = capOf(home.state, { ...home.alarm, ...more }, site);
  assert.equal(capFaults(xml), "", xml);
  return xml;
};
const only = (xml: string, name: string): string => {
  const texts = capTexts(xml, name);
  assert.equal(texts.length, 1, `${name}: ${texts.join()}`);
  return texts[0]!;
};

describe("an alarm as a message of CAP 1.2", function () {
  this.timeout(30_000);

  it("is an alert when it was opened, for the hotline only, in Chinese and English", () => {
    const home = new CoreHome();
    home.press();
    const xml = messageOf(home);
    assert.equal(only(xml, "msgType"), "Alert");
    assert.equal(only(xml, "status"), "Actual");
    assert.equal(only(xml, "scope"), "Private");
    assert.equal(only(xml, "addresses"), "hotline");
    assert.deepEqual(capTexts(xml, "references"), []);
    assert.deepEqual(capTexts(xml, "language"), ["zh-CN", "en"]);
    assert.deepEqual(capTexts(xml, "event"), ["紧急呼叫", "emergency call"]);
    assert.deepEqual(capTexts(xml, "category"), ["Health", "Health"]);
    assert.deepEqual(capTexts(xml, "urgency"), ["Immediate", "Immediate"]);
    assert.deepEqual(capTexts(xml, "severity"), ["Severe", "Severe"]);
    assert.deepEqual(capTexts(xml, "certainty"), ["Likely", "Likely"]);
  });

  it("updates the first one afterwards, and is the same however often it is asked for", () => {
    const home = new CoreHome();
    home.press();
    const first = messageOf(home);
    home.forward(seconds(20));
    home.act("take", { by: CHEN });
    home.forward(minutes(1));
    home.answer("v1", "arrive");
    const xml = messageOf(home);
    home.forward(minutes(1));
    assert.equal(messageOf(home), xml);
    assert.equal(only(xml, "msgType"), "Update");
    const refers = [only(first, "sender"), only(first, "identifier"), only(first, "sent")].join();
    assert.equal(only(xml, "references"), refers);
    assert.notEqual(only(xml, "identifier"), only(first, "identifier"));
    assert.ok(only(xml, "sent") > only(first, "sent"));
    assert.deepEqual(capTexts(xml, "responseType"), ["Monitor", "Monitor"]);
    assert.match(capTexts(xml, "description")[0]!, /陈静/);
  });

  it("takes the first one back when nobody needed help, and is past when it is over", () => {
    for (const outcome of OUTCOMES) {
      const home = new CoreHome();
      home.press();
      home.resolve(outcome);
      const xml = messageOf(home);
      const isNothing = ["ok-accidental", "device-fault", "test", "duplicate"].includes(outcome);
      assert.equal(only(xml, "msgType"), isNothing ? "Cancel" : "Update", outcome);
      assert.equal(only(xml, "status"), outcome === "test" ? "Test" : "Actual", outcome);
      assert.deepEqual(capTexts(xml, "urgency"), ["Past", "Past"]);
      assert.deepEqual(capTexts(xml, "responseType"), ["AllClear", "AllClear"]);
    }
  });

  it("is valid for every kind, and says what is not known", () => {
    const home = new CoreHome();
    home.press();
    for (const kind of ALARM_KINDS) messageOf(home, { kind });
    const doubtful = messageOf(home, { flags: ["unverified"], resident: null });
    assert.deepEqual(capTexts(doubtful, "severity"), ["Unknown", "Unknown"]);
    assert.deepEqual(capTexts(doubtful, "certainty"), ["Unknown", "Unknown"]);
    assert.match(capTexts(doubtful, "headline")[0]!, /未登记的设备/);
  });

  it("has a circle where a device told where it is: a small one for a fix, a large one for a guess", () => {
    const home = new CoreHome();
    home.press();
    const at = home.now;
    const position = { lat: -29.86831, lon: 121.54399, isFix: true, at, device: "gt06:1" };
    assert.deepEqual(capTexts(messageOf(home, { position }), "circle"), Array(2).fill("-29.86831,121.54399 0.05"));
    const guessed = messageOf(home, { position: { ...position, isFix: false } });
    assert.deepEqual(capTexts(guessed, "circle"), Array(2).fill("-29.86831,121.54399 1"));
  });

  it("never has notes, key place or the wearer's telephone, and names the linked alarm and the platforms", () => {
    const home = new CoreHome({ facilities: { platforms: ["81890", "120"] } });
    home.press();
    home.act("note", { text: "糖尿病" });
    const resident = {
      ...home.state.residents.get(home.alarm.resident!)!,
      phone: "13800000001",
      notes: "高血压",
      keyPlace: "门垫下",
    };
    home.state.residents.set(resident.id, resident);
    const xml = messageOf(home, { linkedTo: "7gk2qx9d-3" });
    for (const secret of ["糖尿病", "13800000001", "高血压", "门垫下"]) assert.ok(!xml.includes(secret), secret);
    assert.equal(only(xml, "incidents"), "7gk2qx9d-3");
    assert.equal(only(xml, "addresses"), "81890 120");
  });

  it("stays well-formed whatever a resident is called, and is an exercise in a demo", () => {
    const home = new CoreHome();
    home.press();
    const name = "a<b>&\"'\u0000\u001b\ud800]]>李";
    home.state.residents.set(home.alarm.resident!, { ...home.state.residents.get(home.alarm.resident!)!, name });
    const xml = messageOf(home, {}, { ...SITE, demo: true });
    assert.equal(only(xml, "status"), "Exercise");
    assert.match(capTexts(xml, "headline")[0]!, /a&lt;b&gt;&amp;"']]&gt;李/);
  });

  it("is refused by the schema as soon as something is wrong with it", () => {
    const home = new CoreHome();
    home.press();
    const xml = messageOf(home);
    const wrong: readonly (readonly [string | RegExp, string])[] = [
      [/<scope>.*<\/scope>/, ""],
      ["<scope>Private", "<scope>private"],
      ["-00:00</sent>", "Z</sent>"],
      [/<identifier>/, "<identifier>a b"],
      ["<urgency>Immediate", "<urgency>Now"],
      [/<language>[^]*?<\/category>/, "<category>Health</category><language>en</language>"],
      ["</alert>", "<more/></alert>"],
    ];
    for (const [from, to] of wrong) assert.notEqual(capFaults(xml.replace(from, to)), "", String(from));
  });
});
