import assert from "node:assert/strict";
import { chineseOf } from "../../gateway/core/chinese.ts";
import { viewDevice } from "../../gateway/core/device-view.ts";
import { REST_AFTER_MS, STUCK_AFTER_MS } from "../../gateway/core/repeats.ts";
import { SIGNALS_MAX } from "../../gateway/core/signal.ts";
import { conditionOf } from "../../gateway/core/supervision.ts";
import { REMEDIES } from "../../gateway/core/todo.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { CoreHome } from "../support/core-home.ts";
import { RadioHome } from "../support/radio-home.ts";

const ID = "radio:a1b2c";

describe("A tampered device", () => {
  const opened = (): CoreHome => {
    const home = new CoreHome();
    home.report("tamper");
    assert.equal(home.state.faults.get("tamper:okc:beef")?.code, "tamper");
    return home;
  };
  const isTampered = (home: CoreHome): boolean => home.state.faults.get("tamper:okc:beef") !== undefined;

  it("is a fault, told to the hotline as sensor tamper, that no sign of life ends", () => {
    const home = opened();
    assert.equal(home.state.faultReports.get("tamper:okc:beef")?.event, "383");
    home.report("heartbeat");
    home.forward(minutes(5));
    home.report("heartbeat");
    assert.ok(isTampered(home));
  });

  it("is over when a test press of it was received", () => {
    const home = opened();
    home.report("test");
    assert.ok(isTampered(home), "pressed, and nobody received it yet");
    home.receipt([...home.state.tests.values()].at(-1)!.delivery!, "received");
    assert.ok(!isTampered(home));
  });

  it("is over when somebody has looked at it, by name; a repeat changes nothing", () => {
    const home = opened();
    assert.deepEqual(home.deviceAct("checked"), { ok: true, changed: true });
    assert.ok(!isTampered(home));
    assert.deepEqual(home.deviceAct("checked"), { ok: true, changed: false });
    assert.match(JSON.stringify(home.events), /checked by 王芳/);
  });

  it("is over at once when it says itself that it is closed again", () => {
    const home = new RadioHome();
    home.hear({ kind: "tamper", press: null, tampered: true });
    assert.ok(home.state.faults.get(`tamper:${ID}`));
    home.forward(seconds(5));
    home.hear({ press: null, tampered: false });
    assert.equal(home.state.faults.get(`tamper:${ID}`), undefined);
  });
});

describe("A key that does not come to rest", () => {
  const isStuck = (home: RadioHome): boolean => home.state.faults.get(`stuck:${ID}`) !== undefined;
  const stuck = (): RadioHome => {
    const home = new RadioHome();
    home.babble(500, STUCK_AFTER_MS + seconds(2));
    assert.ok(isStuck(home));
    return home;
  };

  it("is over by itself when it was not heard for a while, without another press", () => {
    const home = stuck();
    home.forward(REST_AFTER_MS / 2);
    assert.ok(isStuck(home));
    home.forward(REST_AFTER_MS / 2);
    assert.ok(!isStuck(home));
    assert.equal(home.state.devices.get(ID)!.restAt, null);
  });

  it("lasts as long as it is heard, for at most a row a minute", () => {
    const home = stuck();
    home.clear();
    home.babble(500, minutes(20));
    assert.ok(isStuck(home));
    const rows = home.kinds.filter((kind) => kind === "device-stuck" || kind === "report-heard").length;
    assert.ok(rows <= 20, String(rows));
  });

  it("is over after a restart too, when nobody heard it for as long", () => {
    const home = stuck();
    home.restart(minutes(30));
    assert.ok(isStuck(home), "nobody listened");
    home.forward(REST_AFTER_MS);
    assert.ok(!isStuck(home));
  });
});

describe("A device that left the network of its bridge", () => {
  it("is not called live, and has one row; that it is silent too is no second one", () => {
    const home = new CoreHome();
    home.report("test", {}, minutes(30));
    home.receipt([...home.state.tests.values()].at(-1)!.delivery!, "received");
    home.decide({ type: "device-lost", bridge: "okc", address: "beef", how: "left" });
    const enrolled = home.state.enrolled.get("okc:beef")!;
    assert.equal(conditionOf(home.state, enrolled, home.now), "silent");
    home.forward(minutes(31));
    const keys = [...home.state.faults.values()].map(({ key }) => key).filter((key) => key.endsWith("okc:beef"));
    assert.deepEqual(keys, ["left:okc:beef"]);
    home.deviceAct("retire");
    assert.equal(home.state.faults.get("left:okc:beef"), undefined);
  });
});

describe("How strongly a device is heard", () => {
  const signalOf = (home: RadioHome) => viewDevice(home.state, home.state.enrolled.get(ID)!, home.now).signal;

  it("is shown as its last, worst and median, of a bounded number of readings", () => {
    const home = new RadioHome();
    assert.deepEqual(signalOf(home), { rssiDbm: null, linkQuality: null });
    home.hear({ rssiDbm: -120 });
    for (let n = 1; n <= SIGNALS_MAX; n++) {
      home.forward(minutes(1));
      home.hear({ press: null, rssiDbm: -60 - n, linkQuality: 100 + n });
    }
    assert.deepEqual(signalOf(home), {
      rssiDbm: { last: -75, worst: -75, median: -68 },
      linkQuality: { last: 115, worst: 101, median: 108 },
    });
    home.restart();
    assert.equal(home.state.devices.get(ID)!.signal!.rssiDbm.length, SIGNALS_MAX);
  });
});

describe("What to do about a fault", () => {
  it("is said in Chinese too, whatever the fault", () => {
    const missing = Object.values(REMEDIES).filter((text) => chineseOf(text) === null);
    assert.deepEqual(missing, []);
  });
});
