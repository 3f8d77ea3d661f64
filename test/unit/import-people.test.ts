import assert from "node:assert/strict";
import { evolve } from "../../gateway/core/evolve.ts";
import { GatewayError } from "../../gateway/core/errors.ts";
import { ImportDesk } from "../support/import-desk.ts";

const RESIDENTS = "id,name,building,unit,room,phone,notes,key_place,priority,account,zone";
const RESPONDERS = "id,name,role,building,unit,room,residents";
const CONTACTS = "responder,channel,address,order";

describe("importing residents", () => {
  it("creates them once, and finds them unchanged the second time", () => {
    const desk = new ImportDesk();
    const file = `${RESIDENTS}\nr1,张三,3号楼,2,301,138,"煤气,糖尿病",门垫下,1,12ab,7\n`;
    desk.save("name,lat,lon\n3号楼,31.2,121.4\n");
    assert.deepEqual(desk.save(file).rows, [{ line: 2, fate: "created", message: "" }]);
    assert.deepEqual(desk.state.residents.get("r1"), {
      id: "r1",
      name: "张三",
      building: "3号楼",
      unit: "2",
      room: "301",
      phone: "138",
      notes: "煤气,糖尿病",
      keyPlace: "门垫下",
      keyHolder: null,
      priority: 1,
      account: "12AB",
      zone: "007",
    });
    const again = desk.plan(file);
    assert.deepEqual(again.rows, [{ line: 2, fate: "unchanged", message: "" }]);
    assert.deepEqual(again.events, []);
  });

  it("keeps personal fields under the resident's own key", () => {
    const [event] = new ImportDesk().plan("id,name,phone\nr1,张三,138\n").events;
    assert.equal(event?.kind, "resident-saved");
    assert.equal(event.personal?.person, "r1");
    assert.equal(JSON.stringify({ ...event, personal: null }).includes("张三"), false);
  });

  it("names what an update changes and leaves columns alone that the file does not have", () => {
    const desk = new ImportDesk();
    desk.save(`${RESIDENTS}\nr1,张三,,,,138,,,2,1234,001\n`);
    assert.deepEqual(desk.save("id,name,phone\nr1,张三,139\n").rows, [
      { line: 2, fate: "updated", message: "changed: phone" },
    ]);
    const resident = desk.state.residents.get("r1");
    assert.equal(resident?.priority, 2);
    assert.equal(resident?.zone, "001");
  });

  it("plans without touching the state", () => {
    const desk = new ImportDesk();
    desk.plan("id,name,phone\nr1,张三,138\n");
    assert.equal(desk.state.residents.get("r1"), undefined);
  });

  it("never deletes who is absent from the file", () => {
    const desk = new ImportDesk();
    desk.save("id,name,phone\nr1,A,1\nr2,B,2\n");
    desk.save("id,name,phone\nr2,B,3\n");
    assert.equal(desk.state.residents.get("r1")?.name, "A");
  });

  it("never gives an account and zone again, not even one that its resident has left", () => {
    const desk = new ImportDesk();
    desk.save("id,name,account,zone\nr1,A,1234,001\n");
    desk.save("id,name,account,zone\nr1,A,1234,002\n");
    const { rows } = desk.plan("id,name,account,zone\nr2,B,1234,1\nr3,C,1234,002\nr4,D,1234,003\nr5,E,1234,003\n");
    assert.deepEqual(
      rows.map(({ fate }) => fate),
      ["refused", "refused", "created", "refused"],
    );
    assert.match(rows[0]!.message, /account 1234 zone 001 belongs to resident r1 and is never given again/);
    assert.match(rows[3]!.message, /resident r4/);
    assert.equal(desk.plan("id,name,account,zone\nr1,A,1234,1\n").rows[0]!.fate, "updated");
  });

  it("warns of a resident whom the hotline cannot know, and of a building nobody imported", () => {
    const { rows } = new ImportDesk().plan(`${RESIDENTS}\nr1,A,9号楼,,,,,,,,\n`);
    assert.equal(rows[0]!.fate, "created");
    assert.match(
      rows[0]!.message,
      /building 9号楼 is not imported.*; without account and zone the hotline cannot know/,
    );
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["an empty id", ",A,,,,,,,,1234,001", /^id is empty/],
    ["an id that would end a list", "r1;r2,A,,,,,,,,,", /"r1;r2" is no id/],
    ["an empty name", "r1,,,,,,,,,,", /^name is empty/],
    ["a priority past 5", "r1,A,,,,,,,6,,", /priority "6" is not 1 to 5/],
    ["a zone without an account", "r1,A,,,,,,,,,001", /account and zone go together/],
    ["an account that lost its zeros", "r1,A,,,,,,,,12,001", /account "12" must be 3 to 16 hexadecimal digits/],
    ["zone 000", "r1,A,,,,,,,,1234,000", /zone 000 is the site's own/],
    ["zone 1000", "r1,A,,,,,,,,1234,1000", /zone "1000" must be 001 to 999/],
    ["a cell of a novel", `r1,A,,,,,${"x".repeat(2_001)},,,,`, /notes has 2001 characters; at most 2000/],
  ];
  for (const [what, row, expected] of refused)
    it(`refuses ${what} and takes the row below`, () => {
      const { rows, events } = new ImportDesk().plan(`${RESIDENTS}\n${row}\nr9,Z,,,,,,,,1234,009\n`);
      assert.equal(rows[0]!.fate, "refused");
      assert.match(rows[0]!.message, expected);
      assert.deepEqual(rows[1], { line: 3, fate: "created", message: "" });
      assert.equal(events.length, 1);
    });
});

describe("importing buildings", () => {
  it("takes degrees, or none with a warning", () => {
    const { rows } = new ImportDesk().save("name,lat,lon\n1号楼,31.23,121.47\n2号楼,,\n3号楼,131,1\n4号楼,1,east\n");
    assert.deepEqual(
      rows.map(({ fate, message }) => [fate, message.slice(0, 24)]),
      [
        ["created", ""],
        ["created", "without lat and lon it h"],
        ["refused", 'lat "131" must be degree'],
        ["refused", 'lon "east" must be degre'],
      ],
    );
  });
});

describe("importing responders", () => {
  it("numbers them in the order of import and keeps the number", () => {
    const desk = new ImportDesk();
    desk.save(`${RESPONDERS}\nv1,王,volunteer,,,,\nv2,李,Volunteer,,,,\n`);
    desk.save(`${RESPONDERS}\nv3,赵,staff,,,,\nv1,王五,volunteer,,,,\n`);
    const orders = [...desk.state.responders.values()].map(({ id, order }) => [id, order]);
    assert.deepEqual(Object.fromEntries(orders), { v1: 1, v2: 2, v3: 3 });
  });

  it("refuses an unknown role and residents that are not there, by name", () => {
    const desk = new ImportDesk();
    desk.save("id,name,phone\nr1,A,1\n");
    const { rows } = desk.save(`${RESPONDERS}\nf1,王,family,,,,r1; r2;r3\nf2,李,cook,,,,\nf3,赵,family,,,,r1；r1\n`);
    assert.match(rows[0]!.message, /residents: no r2, r3 is known/);
    assert.match(rows[1]!.message, /role "cook" is not known; allowed: volunteer, family, staff, operator/);
    assert.equal(rows[2]!.fate, "created");
    assert.deepEqual(desk.state.responders.get("f3")?.residents, ["r1"]);
  });

  it("warns of family that belongs to nobody", () => {
    assert.match(new ImportDesk().plan(`${RESPONDERS}\nf1,王,family,,,,\n`).rows[0]!.message, /family of nobody/);
  });
});

describe("importing contacts", () => {
  const withVolunteer = (): ImportDesk => {
    const desk = new ImportDesk();
    desk.save(`${RESPONDERS}\nv1,王,volunteer,,,,\n`);
    return desk;
  };

  it("adds contacts behind those there are, and finds them unchanged the second time", () => {
    const desk = withVolunteer();
    const file = `${CONTACTS}\nv1,webhook,138,\nv1,webhook,139,\n`;
    assert.deepEqual(
      desk.save(file).rows.map(({ fate }) => fate),
      ["created", "created"],
    );
    assert.deepEqual(
      desk.state.contacts.get("v1")?.map(({ address, order }) => [address, order]),
      [
        ["138", 1],
        ["139", 2],
      ],
    );
    assert.deepEqual(desk.plan(file).events, []);
  });

  it("updates the address of a known channel and order", () => {
    const desk = withVolunteer();
    desk.save(`${CONTACTS}\nv1,webhook,138,1\n`);
    assert.deepEqual(desk.save(`${CONTACTS}\nv1,webhook,150,1\n`).rows, [
      { line: 2, fate: "updated", message: "changed: address" },
    ]);
    assert.equal(desk.state.contacts.get("v1")?.length, 1);
  });

  it("calls it an update of the order when a known address gets another", () => {
    const desk = withVolunteer();
    desk.save(`${CONTACTS}\nv1,webhook,138,1\n`);
    assert.deepEqual(desk.plan(`${CONTACTS}\nv1,webhook,138,3\n`).rows, [
      { line: 2, fate: "updated", message: "changed: order" },
    ]);
  });

  it("takes how long each is waited for; never is for ever, empty as the policy says", () => {
    const desk = withVolunteer();
    const columns = `${CONTACTS},not_delivered,not_seen,no_reply`;
    desk.save(`${columns}\nv1,webhook,138,1,15s,never,\n`);
    const chaseOf = () => desk.state.contacts.get("v1")?.[0]?.chase;
    assert.deepEqual(chaseOf(), { notDeliveredMs: 15_000, notSeenMs: null });
    desk.save(`${CONTACTS}\nv1,webhook,139,1\n`);
    assert.deepEqual(chaseOf(), { notDeliveredMs: 15_000, notSeenMs: null }, "a file without the columns leaves them");
    assert.deepEqual(desk.save(`${columns}\nv1,webhook,139,1,,,2min\n`).rows[0]?.message, "changed: chase");
    assert.deepEqual(chaseOf(), { noReplyMs: 120_000 });
    desk.save(`${columns}\nv1,webhook,139,1,,,\n`);
    assert.equal(chaseOf(), undefined);
    for (const wrong of ["soon", "0s", "2h"])
      assert.match(desk.plan(`${columns}\nv1,webhook,139,1,${wrong},,\n`).rows[0]!.message, /must be a time as 20s/);
  });

  it("refuses strangers and holes, and warns of a channel the site does not have", () => {
    const { rows } = withVolunteer().plan(
      `${CONTACTS}\nv9,webhook,1,1\nv1,,1,1\nv1,webhook,,1\nv1,webhook,1,0\nv1,sms,138,1\n`,
    );
    assert.match(rows[0]!.message, /responder "v9" is not known; import responders first/);
    assert.equal(rows[1]!.message, "channel is empty");
    assert.equal(rows[2]!.message, "address is empty");
    assert.match(rows[3]!.message, /order "0" must be 1 to 99/);
    assert.equal(rows[4]!.fate, "created");
    assert.match(rows[4]!.message, /channel sms is not configured and is not used; configured: webhook/);
  });
});

describe("the header of a file", () => {
  it("names unknown columns and ignores them", () => {
    const { kind, notes } = new ImportDesk().plan("id,name,phone,blood\nr1,A,1,AB\n");
    assert.equal(kind, "residents");
    assert.deepEqual(notes, [
      "column blood is ignored; residents have id,name,building,unit,room,phone,notes,key_place,priority,account,zone,key_holder",
    ]);
  });

  for (const header of ["a,b", "id,name,roll,building", "name"])
    it(`of no kind (${header}) is refused with the five that there are`, () => {
      assert.throws(
        () => new ImportDesk().plan(`${header}\n1,2,3,4\n`),
        (error: unknown) =>
          error instanceof GatewayError &&
          error.code === "bad-input" &&
          ["residents", "buildings", "responders", "contacts", "devices"].every((kind) =>
            error.message.includes(`${kind} `),
          ),
      );
    });
});

describe("a person whose fields were erased", () => {
  it("keeps account and zone when a file restores the name", () => {
    const desk = new ImportDesk();
    evolve(desk.state, { kind: "resident-saved", id: "r1", priority: null, account: "1234", zone: "001" });
    assert.equal(desk.save("id,name,phone\nr1,张三,138\n").rows[0]!.fate, "updated");
    assert.equal(desk.state.residents.get("r1")?.zone, "001");
  });
});
