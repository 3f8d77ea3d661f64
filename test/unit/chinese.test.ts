import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LISTS } from "../../gateway/cli/lists.ts";
import { COLUMNS } from "../../gateway/cli/print.ts";
import { CATALOGUE, chineseLinesOf, chineseOf, inBoth } from "../../gateway/core/chinese.ts";
import { messageTemplates } from "../support/message-templates.ts";
import { EVERYTHING } from "../support/spoken.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const CHINESE = /[\u4e00-\u9fff]/;

/** Enough of a message's first fixed part to find it where it is put together of pieces. */
const START_CHARS = 10;

/** The same with any two values in its places. */
const example = (template: string): string => {
  let n = 0;
  return template.replaceAll("{}", () => `x${++n}`);
};

describe("what people read", () => {
  const templates = messageTemplates(ROOT, "gateway");

  it("is found in the code", () => {
    assert.ok(templates.length > 150, String(templates.length));
  });

  it("stands in Chinese beside the English, every message of it", () => {
    const missing = templates
      .filter(({ text }) => !CHINESE.test(text) && !CHINESE.test(chineseOf(example(text)) ?? ""))
      .map(({ place, text }) => `${place}: ${text}`);
    assert.deepEqual(missing, [], "add these to gateway/core/chinese/");
  });

  it("says in Chinese which addresses a bridge takes, every bridge", () => {
    for (const { bridge, addressForm } of EVERYTHING) {
      const said = chineseOf(`address "x" is none of ${bridge}; must be ${addressForm}`) ?? "";
      assert.ok(said.startsWith(`地址“x”不属于 ${bridge}；应为`) && !said.includes(addressForm), said);
    }
  });

  it("stands above the columns of every list", () => {
    const columns = Object.values(LISTS).flatMap((list) => list.columns);
    assert.deepEqual(
      columns.filter((column) => !Object.hasOwn(COLUMNS, column)),
      [],
    );
  });

  it("has no entry that nothing says any more", () => {
    const files = ["gateway", "devices", "firmware-sim"].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts") && !name.includes("chinese/"))
        .map((name) => readFileSync(join(ROOT, folder, name), "utf8")),
    );
    const code = files.join("\n").replaceAll('\\"', '"').replaceAll("\\n", "\n");
    const whole = new Set(templates.map(({ text }) => text));
    const begins = (english: string): string => english.split("{}").find((part) => /[a-z]{2}/.test(part)) ?? english;
    const start = (english: string): string => begins(english).slice(0, START_CHARS);
    assert.deepEqual(
      CATALOGUE.map(([english]) => english).filter((one) => !whole.has(one) && !code.includes(start(one))),
      [],
    );
  });

  it("says each message once, with every value in its place", () => {
    const seen = new Set<string>();
    for (const [english, chinese] of CATALOGUE) {
      assert.ok(!seen.has(english), `twice: ${english}`);
      seen.add(english);
      const values = english.split("{}").length - 1;
      const places = [...chinese.matchAll(/\{(\d?)\}/g)];
      assert.ok(places.length <= values, `more values in Chinese: ${english}`);
      assert.ok(CHINESE.test(chinese), `not Chinese: ${chinese}`);
    }
  });

  it("is translated with its values, and with the messages inside it", () => {
    assert.equal(chineseOf("no offer a-1.o2"), "没有派单 a-1.o2");
    assert.equal(
      chineseOf("okc.yaml:3: broker.port: unknown key; did you mean listen? allowed: listen, tls"),
      "okc.yaml:3：broker.port：未知的键；是否想写 listen？允许：listen, tls",
    );
    assert.equal(
      chineseOf(
        "volunteers (called by emergency): no volunteer has a contact on a configured channel; the alarm is flagged degraded and staff are asked instead",
      ),
      "volunteers（由 emergency 呼叫）：没有志愿者在已配置的渠道上有联系方式；警情标为降级，改为通知社区人员",
    );
  });

  it("is translated line by line where several things are wrong at once", () => {
    const wrong = [
      'a.yaml:3: b.c: "x" is not known; did you mean y? allowed: y, z',
      "a.yaml:4: d: is missing and must be given",
    ];
    assert.equal(
      chineseLinesOf(wrong.join("\n")),
      "a.yaml:3：b.c：“x”未知；是否想写 y？允许：y, z\na.yaml:4：d：缺少，必须给出",
    );
    assert.equal(chineseLinesOf("no command was given\nusage: okc COMMAND"), "没有给出命令\n用法：okc COMMAND");
  });

  it("stays as it is where it is nobody's message of ours", () => {
    assert.equal(chineseOf("ECONNREFUSED 127.0.0.1:9"), null);
    assert.equal(inBoth("ECONNREFUSED 127.0.0.1:9"), "ECONNREFUSED 127.0.0.1:9");
    assert.equal(inBoth("no offer x"), "没有派单 x\nno offer x");
  });
});
