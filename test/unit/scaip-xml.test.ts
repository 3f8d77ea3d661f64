import assert from "node:assert/strict";
import fc from "fast-check";
import {
  alarmRequest,
  heartbeatRequest,
  referenceOf,
  resetRequest,
} from "../../gateway/adapters/scaip/alarm-request.ts";
import { readReply, writeRequest } from "../../gateway/adapters/scaip/scaip-xml.ts";
import { readMrq } from "../../firmware-sim/scaip.ts";
import type { HotlineDetails, HotlineMessage } from "../../gateway/ports/channel.ts";
import { emergency } from "../support/peers/hotline-rig.ts";

const DETAILS: HotlineDetails = {
  kind: "emergency",
  flags: [],
  means: "emergency",
  openedAt: 0,
  pressedAt: null,
  resident: { name: "王秀英", building: "3号楼", unit: "2单元", room: "501", phone: "+86 574-87654321" },
  position: null,
  link: null,
  sip: null,
  words: { title: "【一键通】紧急呼叫", text: "王秀英，3号楼 2单元 501。<请> & 'go'", spoken: "" },
};

const told = (more: Partial<HotlineMessage> = {}, bare = false): ReadonlyMap<string, string> => {
  const message = emergency("k1", { details: DETAILS, ...more });
  const bytes = writeRequest(alarmRequest(message, { ref: "r1", controller: "99", bare }));
  return readMrq(bytes.toString())!;
};

describe("an alarm as SCAIP tells it", () => {
  it("names device, status, priority, place, telephone and texts", () => {
    assert.deepEqual(Object.fromEntries(told()), {
      ref: "r1",
      ver: "01.00",
      cha: "1",
      mty: "ME",
      cid: "1234",
      dty: "0003",
      did: "007",
      dco: "002",
      dte: "【一键通】紧急呼叫",
      crd: "gsm:+8657487654321",
      stc: "0010",
      pri: "9",
      lco: "002",
      lte: "3号楼 2单元 501",
      ite: "王秀英，3号楼 2单元 501。<请> & 'go'",
    });
  });

  for (const [kind, dty, stc] of [
    ["fall", "0005", "0009"],
    ["inactivity", "0010", "0009"],
    ["service", "0003", "0110"],
  ] as const)
    it(`has the codes of ${kind}`, () => {
      const tags = told({ details: { ...DETAILS, kind } });
      assert.deepEqual([tags.get("dty"), tags.get("stc")], [dty, stc]);
    });

  for (const [event, qualifier, dty, stc, mty] of [
    ["601", 1, "0002", "0102", "ME"],
    ["602", 1, "0002", "0102", "ME"],
    ["301", 1, "0002", "0085", "ME"],
    ["301", 3, "0002", "0086", "IN"],
    ["384", 1, "0003", "0016", "ME"],
    ["384", 3, "0003", "0015", "IN"],
    ["355", 1, "0050", "0123", "ME"],
    ["381", 3, "0003", "0124", "IN"],
    ["383", 1, "0038", "0125", "ME"],
    ["350", 1, "0002", "0023", "ME"],
    ["350", 3, "0002", "0112", "IN"],
    ["654", 1, "0010", "0009", "ME"],
    ["999", 1, "0002", "0001", "ME"],
  ] as const)
    it(`has the codes of event ${event} ${qualifier === 3 ? "when it is over" : "as it begins"}`, () => {
      const tags = told({ event, qualifier, alarm: null, details: null, account: null, zone: null });
      assert.deepEqual([tags.get("dty"), tags.get("stc"), tags.get("mty")], [dty, stc, mty]);
      assert.equal(tags.get("cid"), "99");
      assert.match(tags.get("ite")!, new RegExp(`Contact ID ${event}`));
    });

  it("is a test, and an end, whatever the alarm's kind is", () => {
    assert.equal(told({ event: "601" }).get("stc"), "0102");
    assert.deepEqual([told({ event: "406" }).get("stc"), told({ event: "406" }).get("mty")], ["0019", "IN"]);
    assert.equal(told({ event: "621" }).get("stc"), "0010");
  });

  it("says that there is no voice where nobody has a telephone, and where a wearer is", () => {
    const away = told({ details: { ...DETAILS, resident: null, means: null, position: { lat: 29.87, lon: 121.55 } } });
    assert.deepEqual([away.get("crd"), away.get("cha"), away.get("lco")], ["no-voice:", undefined, "034"]);
    assert.equal(away.get("geo"), "29.870000,121.550000");
    assert.equal(told({ details: { ...DETAILS, position: { lat: -1, lon: 1 } } }).get("geo"), undefined);
  });

  it("marks what is still present", () => {
    assert.equal(told({ qualifier: 6 }).get("stt"), "still present");
  });

  it("names the resident by our own number where SCAIP cannot write the account", () => {
    assert.equal(told({ account: "ABC1" }).get("cid"), "99");
  });

  it("keeps to its lengths, in whole characters", () => {
    const long = "楼".repeat(300);
    const tags = told({
      zone: "123456789",
      details: {
        ...DETAILS,
        words: { title: long, text: long, spoken: "" },
        resident: { ...DETAILS.resident!, building: long },
      },
    });
    for (const [tag, max] of [
      ["did", 8],
      ["dte", 32],
      ["lte", 32],
      ["ite", 128],
    ] as const)
      assert.ok([...tags.get(tag)!].length <= max, tag);
    const words = { title: long, text: long, spoken: "" };
    const message = emergency("k1", { details: { ...DETAILS, words } });
    assert.ok(writeRequest(alarmRequest(message, { ref: "r1", controller: "9", bare: false })).length <= 700);
  });

  it("is read by the other side as it was meant, whatever the texts hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (text) => {
        const tags = readMrq(writeRequest({ ref: "r1", cid: "1", dty: "0003", ite: text }).toString());
        const plain = text.replace(/[\u0000-\u001f\u007f\ufffe\uffff]+/g, " ").trim();
        assert.equal(tags?.get("ite") ?? "", plain);
      }),
    );
  });

  it("is reset under its own reference, and a heartbeat has only what it needs", () => {
    const request = alarmRequest(emergency("k1"), { ref: "r7", controller: "99", bare: true });
    assert.deepEqual(resetRequest(request), { ref: "r7", mty: "RE", cid: "1234", dty: "0003" });
    assert.equal(
      writeRequest(heartbeatRequest("h42", "1234")).toString(),
      '<?xml version="1.0" encoding="UTF-8"?><mrq><ref>h42</ref><mty>PI</mty><hbo>1</hbo><cid>1234</cid><dty>0002</dty></mrq>',
    );
  });

  it("has a reference of 16 letters and digits that stays the same", () => {
    const receiver = { name: "city", password: null };
    const reference = referenceOf("a-1.h1", receiver);
    assert.match(reference, /^[0-9a-f]{16}$/);
    assert.equal(referenceOf("a-1.h1", receiver), reference);
    assert.notEqual(referenceOf("a-1.h2", receiver), reference);
    assert.notEqual(referenceOf("a-1.h1", { ...receiver, password: "s3cret" }), reference, "nobody can guess it");
  });
});

describe("a receiver's reply", () => {
  const plain = { text: "", callBack: null, voice: null, number: null, heartbeatMin: null };
  const read = (text: string | Buffer) => readReply(Buffer.from(text as string));

  it("is read with all that it says", () => {
    const text = `<?xml version="1.0"?>
      <mrs><ref>a1</ref><snu>0</snu><ste>OK &amp; &#x738B;&#65;</ste><cve>01.00</cve><mre>01</mre><cre>10</cre>
      <tnu>sip:1@b</tnu><hbi>5</hbi></mrs>`;
    assert.deepEqual(read(text), {
      ref: "a1",
      status: 0,
      text: "OK & 王A",
      callBack: 10,
      voice: "1",
      number: "sip:1@b",
      heartbeatMin: 5,
    });
  });

  for (const [story, text] of [
    ["the other root", "<scaip><ref>a1</ref><snu>6</snu><ste></ste></scaip>"],
    ["a root within a root", "<scaip>\n<mrs>\n<ref> a1 </ref>\n<snu>06</snu></mrs></scaip>"],
    ["a name space", '<s:mrs xmlns:s="urn:x"><s:ref>a1</s:ref><s:snu x="1">6</s:snu></s:mrs>'],
    ["capitals and a BOM", "\ufeff<MRS><REF>a1</REF><SNU>6</SNU></MRS>"],
    ["comments and CDATA", "<!-- x --><mrs><ref><![CDATA[a1]]></ref><!-- <snu>0</snu> --><snu>6</snu></mrs>"],
    ["a second one that counts no more", "<mrs><ref>a1</ref><snu>6</snu><snu>0</snu></mrs>"],
    ["numbers out of their range", "<mrs><ref>a1</ref><snu>6</snu><cre>99</cre><hbi>0</hbi></mrs>"],
  ] as const)
    it(`is read with ${story}`, () => {
      assert.deepEqual(read(text), { ...plain, ref: "a1", status: 6 });
    });

  for (const [story, text] of [
    ["nothing", ""],
    ["no XML", "0"],
    ["a request", "<mrq><ref>a1</ref><snu>0</snu></mrq>"],
    ["no reference", "<mrs><snu>0</snu></mrs>"],
    ["no number", "<mrs><ref>a1</ref></mrs>"],
    ["a number that is none", "<mrs><ref>a1</ref><snu>zero</snu></mrs>"],
    ["an empty number", "<mrs><ref>a1</ref><snu></snu></mrs>"],
    ["a document type", '<!DOCTYPE mrs [<!ENTITY x "0">]><mrs><ref>a1</ref><snu>&x;</snu></mrs>'],
    ["an entity of its own", "<mrs><ref>a1</ref><snu>&zero;</snu></mrs>"],
    ["bytes without end", `<mrs><ref>a1</ref><snu>0</snu>${" ".repeat(9_000)}</mrs>`],
    ["an end too early", "<mrs><ref>a1</ref><snu>0"],
  ] as const)
    it(`is none with ${story}`, () => {
      assert.equal(read(text), null);
    });

  it("never throws, whatever comes", () => {
    const parts = fc.constantFrom(
      "<mrs>",
      "<ref>a</ref>",
      "<snu>",
      "</snu>",
      "<![CDATA[",
      "]]>",
      "<!--",
      "-->",
      "&#x",
      ";",
      "<",
      ">",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string({ maxLength: 9 })), { maxLength: 400 }), (all) => {
        read(`<mrs>${all.join("")}`);
      }),
    );
    for (const piece of ["<a><![CDATA[", "<!--", "<a>", "<?", "&#", "<a "])
      read(`<mrs>${piece.repeat(8_000 / piece.length)}`);
  });
});
