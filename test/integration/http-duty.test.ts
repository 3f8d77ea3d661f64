import assert from "node:assert/strict";
import { hours } from "../../gateway/core/units.ts";
import { HttpSite } from "../support/http-site.ts";
import { assertMatches } from "../support/json-schemas.ts";
import { dutyPlan } from "../support/rotas.ts";

const ZONE = "Asia/Shanghai";

describe("/api/duty", function () {
  this.timeout(60_000);
  let site: HttpSite;

  beforeEach(async () => {
    const duty = dutyPlan(`rotas: [ { id: all, name: 值班, layers: [ { people: [s-1] } ] } ]`, ZONE);
    site = await new HttpSite({ duty }).start();
    await site.office.importCsv(Buffer.from("id,name,role\ns-8,老周,staff\n"), false);
  });
  afterEach(() => site.stop());

  const span = (fromHours: number, forHours: number) => {
    const at = (offset: number): string => new Date(site.clock.now() + hours(offset)).toISOString().slice(0, 19) + "Z";
    return { from: at(fromHours), to: at(fromHours + forHours) };
  };
  const override = (body: object, role: "staff" | "viewer" = "staff") =>
    site.as(role, "/api/duty/overrides", { method: "POST", body });

  it("tells who is on duty, by name, now and in the coming week", async () => {
    const { status, body } = await site.as("staff", "/api/duty");
    assert.equal(status, 200);
    assertMatches("duty", body);
    assert.deepEqual([body.configured, body.timezone, body.suspended], [true, ZONE, false]);
    const [rota] = body.rotas;
    assert.equal(rota.onDuty[0].id, "s-1");
    assert.equal(rota.week.length, 1);
    assert.equal(rota.nextAt, null);
  });

  it("takes a change with the name of who made it, says what is wrong then, and takes it back", async () => {
    const made = await override({ ...span(-1, 3), people: ["s-8"] });
    assert.equal(made.status, 200, made.text);
    assertMatches("duty-override", made.body);
    assert.equal(made.body.override.by, "the staff");
    assert.match(made.body.problems.join("\n"), /nobody would be called during/, "s-8 has no contact");
    assert.match(made.body.warnings.join("\n"), /rota all: s-8 cannot be reached/);
    const { body } = await site.as("staff", "/api/duty");
    assertMatches("duty", body);
    assert.deepEqual([body.rotas[0].onDuty[0].id, body.rotas[0].next.onDuty[0].id], ["s-8", "s-1"]);
    assert.equal(
      (await site.as("staff", "/api/faults")).body.faults.some((one: { code: string }) => one.code === "duty-gap"),
      true,
    );
    const ended = await site.as("staff", "/api/duty/overrides/end", { method: "POST", body: { override: "o1" } });
    assert.deepEqual([ended.status, ended.body.problems], [200, []]);
    assert.equal((await site.as("staff", "/api/duty")).body.rotas[0].onDuty[0].id, "s-1");
  });

  it("refuses what is no change, each with what is wrong", async () => {
    const wrong = async (body: object): Promise<string> => {
      const { status, body: said } = await override(body);
      return `${status} ${said.error.message}`;
    };
    assert.match(await wrong({ ...span(0, 1), people: ["s-77"] }), /^400 no responder s-77 is known/);
    assert.match(
      await wrong({ from: "tomorrow", to: "2027-01-01", people: [] }),
      /^400 from: "tomorrow" is not a date/,
    );
    assert.match(await wrong({ ...span(0, 1) }), /^400 .*people/);
    assert.match(await wrong({ ...span(0, 1), people: ["s-1"], rota: "night" }), /^400 no rota night; allowed: all/);
    assert.equal((await override({ ...span(0, 1), people: [] }, "viewer")).status, 403);
    const unknown = await site.as("staff", "/api/duty/overrides/end", { method: "POST", body: { override: "o9" } });
    assert.equal(unknown.status, 404);
  });

  it("has the gaps as okc policy check finds them", async () => {
    const { body } = await site.as("technician", "/api/duty/gaps");
    assertMatches("policy-check", body);
    assert.deepEqual(body.problems, []);
  });
});
