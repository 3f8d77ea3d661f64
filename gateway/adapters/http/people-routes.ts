import type { Resident } from "../../core/directory.ts";
import type { Role } from "../../core/kinds.ts";
import { clockTime } from "../../core/policy-values.ts";
import type { State } from "../../core/state.ts";
import { isoOrNull } from "../../core/units.ts";
import type { Desk } from "../../ports/desk.ts";
import { actorOf, ADMINISTRATORS, DEVICE_READERS, HELPERS, SUPERVISORS, TECHNICIANS } from "./access.ts";
import { IMPORT_MAX_BYTES } from "./limits.ts";
import { ImportQuery, NewAccount, NewToken } from "./schemas.ts";
import type { Web } from "./web.ts";

/** Residents, responders, accounts and tokens. Keys and hashes never leave. */
export function addPeopleRoutes(web: Web, desk: Desk): void {
  web.get("/api/residents", { config: { access: DEVICE_READERS } }, (request, reply) => {
    const { role } = actorOf(request);
    return reply.send({ residents: [...desk.state.residents.values()].map((one) => residentFor(role, one)) });
  });
  web.get("/api/residents/hotline.csv", { config: { access: SUPERVISORS } }, (_, reply) =>
    reply.type("text/csv; charset=utf-8").send(desk.hotlineCsv()),
  );
  web.get("/api/responders", { config: { access: HELPERS } }, (_, reply) =>
    reply.send({ responders: viewResponders(desk.state) }),
  );
  addImport(web, desk);
  web.post(
    "/api/accounts",
    { config: { access: ADMINISTRATORS }, schema: { body: NewAccount } },
    async (request, reply) => reply.send(await desk.addAccount(request.body.user, request.body.bridge)),
  );
  web.post("/api/tokens", { config: { access: ADMINISTRATORS }, schema: { body: NewToken } }, async (request, reply) =>
    reply.send(await desk.createToken(request.body.name.trim(), request.body.role)),
  );
}

function addImport(web: Web, desk: Desk): void {
  for (const type of ["text/csv", "application/octet-stream", "text/plain"]) {
    if (web.hasContentTypeParser(type)) web.removeContentTypeParser(type);
    web.addContentTypeParser(type, { parseAs: "buffer" }, (_, body, done) => done(null, body));
  }
  web.post(
    "/api/import",
    { bodyLimit: IMPORT_MAX_BYTES, config: { access: TECHNICIANS }, schema: { querystring: ImportQuery } },
    async (request, reply) => {
      const csv = request.body instanceof Uint8Array ? request.body : new Uint8Array();
      return reply.send(await desk.importCsv(csv, request.query.dryRun === "1"));
    },
  );
}

/** Whoever sets devices up needs to know whose they are, not how they are. */
function residentFor(role: Role, { phone, notes, keyPlace, keyHolder, ...resident }: Resident) {
  return HELPERS.includes(role) ? { ...resident, phone, notes, keyPlace, keyHolder } : resident;
}

function viewResponders({ responders, contacts }: State) {
  return [...responders.values()].map(({ order: _, quiet, ...responder }) => ({
    ...responder,
    quiet: quiet && `${clockTime(quiet.fromMin)}-${clockTime(quiet.toMin)}`,
    contacts: (contacts.get(responder.id) ?? []).map(({ channel, address, order, test }) => ({
      channel,
      address,
      order,
      testState: test?.state ?? "untested",
      lastTestAt: isoOrNull(test?.at ?? null),
      lastTestOkAt: isoOrNull(test?.okAt ?? null),
    })),
  }));
}
