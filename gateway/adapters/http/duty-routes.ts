import type { Desk } from "../../ports/desk.ts";
import { actorOf, DEVICE_READERS, HELPERS } from "./access.ts";
import { EndedOverride, NewOverride } from "./schemas.ts";
import type { Web } from "./web.ts";

/** `/api/duty`: who is on duty, and changes of it for a time. */
export function addDutyRoutes(web: Web, { duty }: Pick<Desk, "duty">): void {
  web.get("/api/duty", { config: { access: DEVICE_READERS } }, (_, reply) => reply.send(duty.view()));
  web.get("/api/duty/gaps", { config: { access: DEVICE_READERS } }, (_, reply) => reply.send(duty.findings()));
  web.post(
    "/api/duty/overrides",
    { config: { access: HELPERS }, schema: { body: NewOverride } },
    async (request, reply) => {
      const { rota = null, instead = null, ...wanted } = request.body;
      return reply.send(await duty.override({ ...wanted, rota, instead }, actorOf(request)));
    },
  );
  web.post(
    "/api/duty/overrides/end",
    { config: { access: HELPERS }, schema: { body: EndedOverride } },
    async (request, reply) => reply.send(await duty.end(request.body.override, actorOf(request))),
  );
}
