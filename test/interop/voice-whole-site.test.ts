import assert from "node:assert/strict";
import { SipPhone } from "../support/peers/sip-phone.ts";
import { RealSite } from "../support/real-site.ts";

const POLICIES = `policies:
  - id: emergency
    steps:
      - { after: 0s, targets: [staffOnDuty], channels: [voice] }
      - { after: 1s, targets: [desk] }
      - { after: 12h, targets: [desk] }
    deadEnd: { siren: false, dutyPhone: "DUTY" }
`;

describe("A whole site that telephones", function () {
  this.timeout(120_000);
  let site: RealSite;
  const phones: SipPhone[] = [];

  async function build(policies: string, contact: string): Promise<void> {
    const voice = [{ user: "gw", register: false, lines: 2 }];
    site = await RealSite.make({ policies, more: { voice, volunteers: [{ channel: "voice" }], hotline: [] } });
    await site.importPeople();
    await site.import(`responder,channel,address,order\ns-1,voice,${contact},1\n`);
    await site.start();
  }

  afterEach(async () => {
    await site.dispose();
    for (const phone of phones.splice(0)) await phone.close();
  });

  const path = async (): Promise<string | undefined> => {
    const { paths } = await site.json<{ paths: { id: string; state: string }[] }>("paths");
    return paths.find(({ id }) => id === "voice:voice")?.state;
  };

  it("calls duty staff by name of the wearer, and their key takes the alarm; the wearer is told", async () => {
    const phone = await new SipPhone({ user: "wang" }).open();
    phones.push(phone);
    await build(POLICIES.replace(/ {4}deadEnd.*\n/, ""), phone.uri);
    assert.equal(await path(), "unproved", "no call has proved it yet");
    const pendant = await site.mqttPendant("p-17");
    const { counter } = pendant.press();
    await pendant.heard(counter);
    await phone.expect("CALL_ESTABLISHED");
    await site.untilAlarms("a phone that answered", ([alarm]) => alarm?.offers[0]?.state === "delivered");
    assert.equal(await path(), "up");
    phone.press("1");
    const [alarm] = await site.untilAlarms("somebody who has it", ([one]) => one?.owner === "王芳");
    assert.equal(alarm!.state, "owned");
    assert.equal(alarm!.deliveries.find(({ channel }) => channel === "voice")?.status, "answered");
    assert.equal(alarm!.said, "coming");
  });

  it("calls the duty phone at the end of the list, and a key there takes the alarm", async () => {
    const [staff, duty] = [
      await new SipPhone({ user: "wang", answers: false }).open(),
      await new SipPhone({ user: "duty" }).open(),
    ];
    phones.push(staff, duty);
    await build(POLICIES.replace("12h", "3s").replace("DUTY", duty.uri), staff.uri);
    (await site.mqttPendant("p-17")).press();
    await duty.expect("CALL_ESTABLISHED");
    await site.untilAlarms("the message at the duty phone", ([alarm]) =>
      Boolean(alarm?.deliveries.some(({ type, status }) => type === "duty-phone" && status === "delivered")),
    );
    duty.press("1");
    const [alarm] = await site.untilAlarms("somebody who has it", ([one]) => one?.owner != null);
    assert.equal(alarm!.owner, "值班电话 duty phone");
  });
});
