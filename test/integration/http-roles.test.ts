import assert from "node:assert/strict";
import { FAILED_MAX } from "../../gateway/adapters/http/limits.ts";
import { ROLES, type Role } from "../../gateway/core/kinds.ts";
import { minutes } from "../../gateway/core/units.ts";
import { HttpSite } from "../support/http-site.ts";

/** `open`: no role is asked for; the route may want a proof of its own, as the token of an offer. */
type Allowed = readonly Role[] | "open";

const EVERYBODY: Allowed = ROLES;
const HELPERS: Allowed = ["administrator", "supervisor", "operator", "staff"];
const READERS: Allowed = ["administrator", "supervisor", "operator", "staff", "technician"];
const DECIDERS: Allowed = ["administrator", "supervisor", "technician"];
const SUPERVISORS: Allowed = ["administrator", "supervisor"];
const TECHNICIANS: Allowed = ["administrator", "technician"];
const ADMINISTRATORS: Allowed = ["administrator"];

/** Every route of the API, and who may use it; everybody else is refused with 403. */
const ALLOWED: Readonly<Record<string, Allowed>> = {
  "GET /api/alarms": EVERYBODY,
  "GET /api/alarms/{id}": EVERYBODY,
  "GET /api/alarms/{id}/cap": HELPERS,
  "POST /api/alarms/{id}/take": HELPERS,
  "POST /api/alarms/{id}/release": HELPERS,
  "POST /api/alarms/{id}/arrive": HELPERS,
  "POST /api/alarms/{id}/verify-cancel": HELPERS,
  "POST /api/alarms/{id}/note": HELPERS,
  "POST /api/alarms/{id}/resolve": HELPERS,
  "POST /api/alarms/{id}/close": HELPERS,
  "GET /api/offers/{id}": "open",
  "GET /api/offers/{id}/answer": "open",
  "POST /api/offers/{id}/answer": "open",
  "GET /api/offers/{id}/push": "open",
  "POST /api/offers/{id}/push": "open",
  "GET /api/push/{link}": "open",
  "POST /api/push/{link}": "open",
  "POST /api/responders/{id}/push-link": DECIDERS,
  "POST /api/platform/{name}": "open",
  "POST /api/session": "open",
  "POST /api/session/end": "open",
  "POST /api/setup": "open",
  "GET /api/setup-code": ADMINISTRATORS,
  "GET /api/logins": ADMINISTRATORS,
  "POST /api/logins": ADMINISTRATORS,
  "POST /api/logins/password": ADMINISTRATORS,
  "POST /api/logins/remove": ADMINISTRATORS,
  "GET /api/stream": EVERYBODY,
  "GET /api/residents": READERS,
  "GET /api/residents/hotline.csv": SUPERVISORS,
  "GET /api/responders": HELPERS,
  "POST /api/responders/{id}/test": READERS,
  "POST /api/contact-tests/{id}": "open",
  "POST /api/import": TECHNICIANS,
  "POST /api/accounts": ADMINISTRATORS,
  "POST /api/tokens": ADMINISTRATORS,
  "GET /api/devices": READERS,
  "POST /api/devices": TECHNICIANS,
  "GET /api/devices/{id}/walk": READERS,
  "POST /api/devices/{id}/test": READERS,
  "POST /api/devices/{id}/end-test": READERS,
  "POST /api/devices/{id}/checked": READERS,
  "POST /api/devices/{id}/suspend": DECIDERS,
  "POST /api/devices/{id}/resume": DECIDERS,
  "POST /api/devices/{id}/retire": DECIDERS,
  "POST /api/devices/{id}/replace": DECIDERS,
  "POST /api/devices/{id}/walk": DECIDERS,
  "GET /api/tests": EVERYBODY,
  "GET /api/enrol": READERS,
  "POST /api/enrol": DECIDERS,
  "POST /api/enrol/stop": DECIDERS,
  "GET /api/site": "open",
  "GET /api/faults": EVERYBODY,
  "GET /api/paths": EVERYBODY,
  "GET /api/policies/check": TECHNICIANS,
  "GET /api/doctor": TECHNICIANS,
  "POST /api/desk/alive": HELPERS,
  "GET /api/openapi.json": EVERYBODY,
  "POST /api/key-copy": ADMINISTRATORS,
  "POST /api/backup": ADMINISTRATORS,
  "GET /api/reports/response-times": EVERYBODY,
  "GET /api/reports/month": EVERYBODY,
  "GET /api/duty": READERS,
  "GET /api/duty/gaps": READERS,
  "POST /api/duty/overrides": HELPERS,
  "POST /api/duty/overrides/end": HELPERS,
  "POST /api/proofs": TECHNICIANS,
  "GET /api/proofs": TECHNICIANS,
  "POST /api/proofs/{id}": "open",
  // Whoever sits at the gateway's machine; who else is asked for a token stands in http-access.test.ts.
  "GET /healthz": "open",
  "GET /metrics": "open",
};

/** What a parameter of a path is asked with where the site has such a thing. */
const DEVICE = "okc:0000beef";

describe("every route of the API", function () {
  this.timeout(120_000);
  let site: HttpSite;
  let alarm: string;
  let asked = 0;

  before(async () => {
    site = await new HttpSite().start();
    alarm = (await site.pressed()).id;
    for (const role of ROLES) await site.token(role);
  });
  after(() => site.stop());

  interface Said {
    readonly status: number;
    /** Empty where it was not refused. */
    readonly message: string;
  }

  /** Asks without waiting for the end of what may have none. */
  const ask = async (route: string, token: string | null): Promise<Said> => {
    const [method, path] = route.split(" ") as [string, string];
    const url = site.url + path.replace("{id}", path.startsWith("/api/devices/") ? DEVICE : alarm);
    const headers = {
      "content-type": "application/json",
      connection: "close",
      ...(token !== null && { authorization: `Bearer ${token}` }),
    };
    const response = await fetch(url, { method, headers, ...(method === "POST" && { body: "{}" }) });
    const { status } = response;
    if (status >= 400)
      return { status, message: ((await response.json()) as { error: { message: string } }).error.message };
    await response.body?.cancel();
    return { status, message: "" };
  };

  it("stands in this table, and nothing else does", async () => {
    const { body } = await site.as("viewer", "/api/openapi.json");
    const paths = body.paths as Record<string, object>;
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    assert.deepEqual(routes.sort(), Object.keys(ALLOWED).sort(), "say who may use it in this file");
  });

  for (const [route, allowed] of Object.entries(ALLOWED))
    it(`${route} is for ${allowed === "open" ? "whoever asks" : allowed.length === ROLES.length ? "every role" : allowed.join(", ")}`, async () => {
      for (const role of ROLES) {
        const { status, message } = await ask(route, await site.token(role));
        const isRefused = status === 403 && message.startsWith(`${role} may not`);
        assert.equal(isRefused, allowed !== "open" && !allowed.includes(role), `${role}: ${status} ${message}`);
      }
      // Strangers are slowed down; who waits is told the truth again.
      if (++asked % (FAILED_MAX / 2) === 0) await site.clock.forward(minutes(1));
      const { status, message } = await ask(route, null);
      if (allowed === "open") return assert.doesNotMatch(message, /Authorization: Bearer TOKEN/);
      assert.equal(status, 401);
      assert.match(message, /Authorization: Bearer TOKEN/);
    });

  it("has no role that may do nothing, and none beside the administrator that may do all", () => {
    for (const role of ROLES) {
      const may = Object.values(ALLOWED).filter((allowed) => allowed === "open" || allowed.includes(role)).length;
      assert.equal(may === Object.keys(ALLOWED).length, role === "administrator", role);
    }
  });
});
