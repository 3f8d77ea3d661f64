import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serveControl } from "../../firmware-sim/control.ts";
import { KEY_FILE } from "../../gateway/adapters/journal/key-file.ts";
import { hours } from "../../gateway/core/units.ts";
import { assertMatches, commandForms } from "../support/json-schemas.ts";
import { spawnOkc } from "../support/okc-command.ts";
import { HttpPeer } from "../support/peers/http-peer.ts";
import { RealSite } from "../support/real-site.ts";
import { until } from "../support/until.ts";

/** How each command is typed; what it prints is checked where it is run. */
const TYPED: Readonly<Record<string, readonly string[]>> = {
  import: ["FILE", "--dry-run"],
  residents: [],
  devices: [],
  responders: [],
  "push-link": ["v-1"],
  "accounts add": ["bridge-1", "--bridge", "mqtt"],
  "token create": ["--role", "viewer", "--as", "走廊屏"],
  "logins add": ["李强", "--role", "staff"],
  "logins passwd": ["李强"],
  logins: [],
  "logins remove": ["李强"],
  "setup-code": [],
  alarms: ["--state", "all"],
  faults: [],
  paths: [],
  take: ["ID", "--as", "王芳"],
  arrive: ["ID", "--as", "王芳"],
  note: ["ID", "门开着", "--as", "王芳"],
  "verify-cancel": ["ID", "--as", "王芳"],
  release: ["ID", "--as", "王芳"],
  cap: ["ID"],
  resolve: ["ID", "--outcome", "helped-on-site", "--as", "王芳"],
  close: ["ID", "--as", "主管"],
  "policy check": [],
  doctor: [],
  "report response-times": ["--from", "2020-01-01", "--to", "2100-01-01"],
  "report month": [],
  backup: ["BACKUP"],
  "key check": ["KEYCOPY"],
  test: ["p-17", "--stop", "--as", "老陈"],
  enrol: ["--stop", "--as", "老陈"],
  "test-contact": ["v-1", "sms", "--as", "老陈"],
  duty: [],
  "duty override": ["FROM", "TO", "s-8", "--as", "王芳"],
  "duty end": ["o1", "--as", "王芳"],
  "duty swap": ["FROM", "TO", "s-1", "s-8", "--as", "王芳"],
  "duty gaps": [],
  checked: ["0000cafe", "--as", "老陈"],
  suspend: ["0000cafe", "--as", "老陈"],
  resume: ["0000cafe", "--as", "老陈"],
  retire: ["0000cafe", "--as", "老陈"],
  replace: ["0000beef", "--with", "0000dead", "--as", "老陈"],
  walk: ["p-17", "--stop", "--as", "老陈"],
  press: ["p-17"],
  decode: [],
  restore: ["BACKUP"],
};

describe("what programs read", function () {
  this.timeout(120_000);
  let site: RealSite;
  let peer: HttpPeer;
  let control: Awaited<ReturnType<typeof serveControl>> | null = null;

  before(async () => {
    peer = await new HttpPeer().open();
    const webhook = { channel: "webhook", url: `http://127.0.0.1:${peer.port}/notify` };
    const push = { channel: "push", subject: "mailto:okc@example.org" };
    const sms = { channel: "sms", modems: [{ path: "./no-modem" }] };
    const duty = "./duty.yaml";
    site = await RealSite.make({
      more: { site: { name: "演示", demo: true }, volunteers: [webhook, push, sms], duty },
    });
    site.write("duty.yaml", "rotas:\n  - { id: all, layers: [{ people: [s-1] }] }\n");
    await site.importPeople();
    await site.import("id,name,role\ns-8,老周,staff\n");
    await site.import("responder,channel,address,order\nv-1,sms,13800000001,2\n");
    await site.import("bridge,address,resident,means,label,location,key\nokc,0000dead,,,备用,,\n");
    await site.start();
    control = await serveControl(join(site.data, "sim.sock"), () => Promise.resolve({ counter: 7 }));
  });
  after(async () => {
    control?.close();
    await site.dispose();
    await peer.close();
  });

  const bodies = (type: string): unknown[] =>
    peer.requests.items.map(({ body }) => JSON.parse(body) as { type: string }).filter((body) => body.type === type);

  it("is what the schemas say: the posts to a webhook, the stream, every command's answer, a refusal", async () => {
    const watching = spawnOkc(["watch", "--json", "--config", site.configFile]);
    let stream = "";
    watching.stdout.on("data", (text) => (stream += String(text)));
    for (let account = 1; stream === ""; account++)
      await site.json("accounts", "add", `probe-${account}`, "--bridge", "mqtt");

    const pendant = await site.mqttPendant("p-17");
    await pendant.heard(pendant.press().counter);
    await until("the offers", () => bodies("offer").length > 0);
    pendant.press("cancel");
    await site.untilAlarms("a wish to cancel", ([alarm]) => Boolean(alarm?.cancel));
    await refusals((await site.alarms())[0]!.id);

    const inHours = (ahead: number): string => new Date(Date.now() + hours(ahead)).toISOString().slice(0, 16);
    const places: Readonly<Record<string, string>> = {
      FROM: inHours(24),
      TO: inHours(48),
      ID: (await site.alarms())[0]!.id,
      FILE: site.write("people.csv", "id,name,building,phone\nr-1,李奶奶,1号楼,138\nr-9\n"),
      BACKUP: join(site.folder, "kept.db"),
      KEYCOPY: site.write("key.copy", readFileSync(join(site.data, KEY_FILE))),
    };
    assert.deepEqual(
      commandForms.filter((form) => form !== "watch" && !Object.hasOwn(TYPED, form)),
      [],
      "commands without an example in this file",
    );
    for (const [form, more] of Object.entries(TYPED)) {
      if (form === "restore") await site.stop();
      const { stdout, stderr } = await site.okcFed(
        "李强自己想的密码一个\n",
        ...form.split(" "),
        ...more.map((word) => places[word] ?? word),
        "--json",
      );
      assert.notEqual(stdout, "", `okc ${form}: ${stderr}`);
    }

    if (watching.exitCode === null) await once(watching, "close");
    const lines = stream.trim().split("\n");
    for (const line of lines) assertMatches("watch", JSON.parse(line));
    for (const kind of ["alarm-opened", "step-run", "offer-changed", "alarm-closed"])
      assert.ok(stream.includes(`"kind":"${kind}"`), kind);
    assert.ok(bodies("withdrawn").length > 0, "the take withdrew the offers");
    for (const body of [...bodies("offer"), ...bodies("withdrawn")]) assertMatches("webhook", body);
  });

  /** Over HTTP: nobody's token, an act on a version that is past, an answer that came too late. */
  async function refusals(alarm: string): Promise<void> {
    const { token } = await site.json<{ token: string }>("token", "create", "--role", "operator", "--as", "陈静");
    const post = async (path: string, bearer: string, body: object): Promise<unknown> => {
      const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
      const response = await fetch(`${site.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      assert.ok(response.status >= 400, `${path} answered ${response.status}`);
      return response.json();
    };
    const [offer] = bodies("offer") as [{ offer: { id: string }; answer: { token: string } }];
    const late = { version: 99, answer: "accept" };
    for (const answer of [
      await post(`/api/alarms/${alarm}/take`, "okc_nobody", { version: 1 }),
      await post(`/api/alarms/${alarm}/take`, token, { version: 0 }),
      await post(`/api/offers/${offer.offer.id}/answer`, offer.answer.token, late),
    ])
      assertMatches("error", answer);
  }
});
