import assert from "node:assert/strict";
import { phoneForm } from "../../gateway/core/addresses.ts";
import { readAnswerText } from "../../gateway/core/answer-text.ts";
import type { DirectoryEvent } from "../../gateway/core/events.ts";
import type { Reply } from "../../gateway/core/input.ts";
import type { Answer } from "../../gateway/core/kinds.ts";
import { device, resident, responder } from "../support/core-community.ts";
import { CoreHome } from "../support/core-home.ts";

const NUMBERS: Readonly<Record<string, string>> = {
  v1: "138 0013 8001",
  v2: "+86 138-0013-8002",
  v3: "13800138003",
  // A couple with one telephone.
  s1: "13800138009",
  s2: "008613800138009",
};

const contact = (responder: string, channel: string, order: number, address: string): DirectoryEvent => ({
  kind: "contact-saved",
  responder,
  channel,
  order,
  personal: { person: responder, data: { address } },
});

const PEOPLE: readonly DirectoryEvent[] = [
  resident("r1", "1"),
  resident("r2", "2"),
  device("beef", "r1"),
  device("cafe", "r2"),
  ...["v1", "v2", "v3"].flatMap((id, n) => responder(id, "volunteer", n + 1, "1", [])),
  ...["s1", "s2"].flatMap((id, n) => responder(id, "staff", n + 4, "9", [])),
  ...Object.entries(NUMBERS).map(([id, number]) => contact(id, "day", 1, number)),
];

class TextHome extends CoreHome {
  constructor() {
    super({
      people: PEOPLE,
      facilities: {
        channels: ["day", "night", "phone"],
        channelKinds: { day: "sms", night: "sms", phone: "voice" },
      },
    });
  }

  text(from: string, text: string, channel = "night"): Reply {
    const address = NUMBERS[from] ?? from;
    return this.decide({ type: "channel-answer", channel, key: null, address, said: { text } }).reply!;
  }

  told(who: string, text: string): string {
    const reply = this.text(who, text);
    return reply.words?.[0] ?? "";
  }

  code(who: string): string {
    return this.offer(who).code!;
  }
}

const accepted = (home: CoreHome): string[] =>
  home.alarms.flatMap(({ offers }) => offers.filter(({ state }) => state === "accepted").map((one) => one.responder));

describe("What a text says", () => {
  const READ: Readonly<Record<string, readonly [Answer | null, string | null]>> = {
    "1 57": ["accept", "57"],
    "157": ["accept", "57"],
    "１ ５７": ["accept", "57"],
    "1，57。": ["accept", "57"],
    "1 5 7": ["accept", "57"],
    "回复1 57": ["accept", "57"],
    接受57: ["accept", "57"],
    "我来 57": ["accept", "57"],
    "57 1": ["accept", "57"],
    "1": ["accept", null],
    "好的！": ["accept", null],
    OK: ["accept", null],
    "2 57": ["decline", "57"],
    拒绝: ["decline", null],
    "Can’t 57": ["decline", "57"],
    马上到: ["enroute", null],
    "3 57": ["arrive", "57"],
    到了: ["arrive", null],
    "done 57": ["done", "57"],
    离开: ["done", null],
    "57": [null, "57"],
    "1 好": ["accept", null],
    "2 好 57": [null, "57"],
    好像听到有人喊: [null, null],
    不好意思我去不了: [null, null],
    "I cannot say yes": [null, null],
    "1 57 58": [null, null],
    "": [null, null],
  };
  for (const [text, [answer, code]] of Object.entries(READ))
    it(`"${text}" is ${answer ?? "no answer"}${code === null ? "" : ` with code ${code}`}`, () => {
      assert.deepEqual(readAnswerText(text), { answer, code });
    });

  it("is nothing where it is longer than any answer", () => {
    assert.deepEqual(readAnswerText(`1 57${" ".repeat(200)}`), { answer: null, code: null });
  });
});

describe("A telephone number", () => {
  it("is the same however it was typed", () => {
    const forms = [
      "13800138000",
      "138 0013 8000",
      "+86 138-0013-8000",
      "008613800138000",
      "8613800138000",
      "（138）00138000",
    ];
    assert.deepEqual([...new Set(forms.map(phoneForm))], ["13800138000"]);
    assert.equal(phoneForm("0049 171 1234567"), "+491711234567");
  });
});

describe("The codes of offers", () => {
  it("are short, differ among all that are open, begin with no answer and have no 4", () => {
    const home = new CoreHome();
    for (let n = 0; n < 12; n++) {
      home.press({ address: n % 2 === 0 ? "beef" : "cafe" });
      home.forward(300_000);
      if (n < 10) home.resolve();
    }
    const open = home.alarms.filter(({ state }) => state !== "resolved").flatMap(({ offers }) => offers);
    const codes = open.map(({ code }) => code!);
    assert.equal(new Set(codes).size, codes.length);
    for (const code of codes) assert.match(code, /^[5-9][0-35-9]{1,2}$/);
  });

  it("stay with their offer, and one that is free again comes last", () => {
    const home = new CoreHome();
    home.press();
    const first = home.offer("v4").code;
    home.forward(600_000);
    assert.equal(home.offer("v4").code, first);
    home.resolve();
    home.act("close", { by: { name: "主管", role: "supervisor" } });
    home.forward(49 * 3_600_000);
    home.press();
    assert.notEqual(home.offer("v4").code, first);
  });
});

describe("An answer by text", () => {
  it("counts for the offer with its code, and the message is answered", () => {
    const home = new TextHome();
    home.press();
    const reply = home.text("v2", `1 ${home.code("v2")}`);
    assert.ok(reply.ok);
    assert.deepEqual(accepted(home), ["v2"]);
    const sent = home.alarm.deliveries.find(({ to, type }) => to === "v2" && type === "offer");
    assert.equal(sent?.status, "answered");
    assert.match(reply.words![0], /^已记下：您前往居民r1，1 1 101。到了回复3 \d\d/);
  });

  it("without a code counts where only one call is open for them", () => {
    const home = new TextHome();
    home.press();
    assert.ok(home.text("v1", "好").ok);
    assert.deepEqual(accepted(home), ["v1"]);
  });

  it("without a code counts for none of two, and they are told the codes", () => {
    const home = new TextHome();
    home.press();
    const [first] = home.alarms;
    home.press({ address: "cafe" });
    const words = home.told("v1", "1");
    assert.deepEqual(accepted(home), []);
    for (const alarm of [first!, home.alarm]) assert.ok(words.includes(`回复1 ${home.offer("v1", alarm).code}`), words);
  });

  it("with a wrong code does nothing, and names the right one", () => {
    const home = new TextHome();
    home.press();
    const words = home.told("v1", "1 99");
    assert.deepEqual(accepted(home), []);
    assert.match(words, /^没有代码 99 的呼叫。/);
    assert.ok(words.includes(home.code("v1")));
  });

  it("with the code of somebody else does nothing", () => {
    const home = new TextHome();
    home.press();
    assert.match(home.told("v1", `1 ${home.code("v2")}`), /^没有代码/);
    assert.deepEqual(accepted(home), []);
  });

  it("of a number that is nobody's contact never acts, and gets no reply", () => {
    const home = new TextHome();
    home.press();
    home.clear();
    const reply = home.text("13900000000", `1 ${home.code("v1")}`);
    assert.deepEqual([reply.ok, reply.words, home.events], [false, undefined, []]);
  });

  it("from a shared telephone is theirs whose code it has", () => {
    const home = new TextHome();
    home.press();
    home.forward(120_000);
    assert.match(home.told("s1", "1"), /^有2个呼叫/, "without a code nobody knows which of them comes");
    assert.deepEqual(accepted(home), []);
    assert.ok(home.text("s1", `1 ${home.code("s2")}`).ok);
    assert.equal(home.alarm.owner?.name, "@s2");
  });

  it("given twice changes nothing the second time, and says so", () => {
    const home = new TextHome();
    home.press();
    home.text("v1", "1");
    home.clear();
    assert.match(home.told("v1", "1"), /^此前已记下/);
    assert.deepEqual(home.events, []);
  });

  it("that comes when somebody else goes, or when it is over, is told why", () => {
    const home = new TextHome();
    home.press();
    const code = home.code("v2");
    home.deliverAll();
    home.text("v1", "1");
    assert.equal(home.told("v2", `1 ${code}`), "您不用去了：人v1已答应前往。谢谢！");
    assert.equal(home.told("v2", "1"), "您不用去了：人v1已答应前往。谢谢！");
    home.resolve();
    assert.match(home.told("v2", `1 ${code}`), /^这次呼叫已经结束/);
    assert.equal(home.offer("v2").state, "withdrawn");
  });

  it("that cannot be read does nothing: whoever writes that they cannot come is not taken for a helper", () => {
    const home = new TextHome();
    home.press();
    const words = home.told("v1", "不好意思我去不了");
    assert.equal(words, `没看懂。居民r1，1 1 101：去回复1 ${home.code("v1")}，不去回复2 ${home.code("v1")}。`);
    assert.equal(home.offer("v1").state, "queued");
  });

  it("of arrival and leaving is of where they went, whatever else they are asked", () => {
    const home = new TextHome();
    home.press();
    const first = home.alarm.id;
    home.text("v1", "1");
    home.press({ address: "cafe" });
    assert.ok(home.text("v1", "到了").ok);
    assert.equal(home.offer("v1", home.state.alarms.get(first)).state, "arrived");
    assert.ok(home.text("v1", "离开").ok);
    assert.equal(home.offer("v1", home.state.alarms.get(first)).state, "left");
  });

  it("may take back a no", () => {
    const home = new TextHome();
    home.press();
    home.text("v1", "2");
    assert.equal(home.offer("v1").state, "declined");
    assert.ok(home.text("v1", "1").ok);
    assert.deepEqual(accepted(home), ["v1"]);
  });

  it("with nothing open is told that nothing waits", () => {
    assert.equal(new TextHome().told("v1", "1"), "您现在没有待答复的呼叫。");
  });

  it("by a key during a call is that call's, whatever number it has", () => {
    const home = new TextHome();
    home.press();
    const { key } = home.alarm.deliveries.find(({ to }) => to === "v1")!;
    const said = { type: "channel-answer", channel: "day", key, address: null, said: "accept" } as const;
    assert.ok(home.decide(said).reply?.ok);
    assert.deepEqual(accepted(home), ["v1"]);
    const gone = home.decide({ ...said, key: "7gk2qx9d-99.d1" }).reply!;
    assert.match(gone.words![0], /已经结束/);
  });
});
