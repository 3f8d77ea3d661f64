import type { Enrolled } from "../../core/directory.ts";
import { viewDevice, viewTest, viewTestMode, viewWindow } from "../../core/device-view.ts";
import { GatewayError } from "../../core/errors.ts";
import { DEVICE_ACTS, type DeviceActName } from "../../core/input.ts";
import type { Means, Role } from "../../core/kinds.ts";
import type { State } from "../../core/state.ts";
import { minutes } from "../../core/units.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Desk, Walk } from "../../ports/desk.ts";
import { actorOf, DEVICE_READERS, EVERY_ROLE, TECHNICIANS } from "./access.ts";
import { DEVICE_ACT_BODIES, DeviceId, NewDeviceBody, NewWindow } from "./schemas.ts";
import type { Web, WebParts } from "./web.ts";

/** Who decides what is relied on. */
const DECIDERS: readonly Role[] = ["administrator", "supervisor", "technician"];

const ACCESS: Readonly<Record<DeviceActName, readonly Role[]>> = {
  test: DEVICE_READERS,
  "end-test": DEVICE_READERS,
  checked: DEVICE_READERS,
  suspend: DECIDERS,
  resume: DECIDERS,
  retire: DECIDERS,
  replace: DECIDERS,
  walk: DECIDERS,
};

/** Devices, how they are, and what people do with them. */
export function addDeviceRoutes(web: Web, { desk, clock }: Pick<WebParts, "desk" | "clock">): void {
  web.get("/api/devices", { config: { access: DEVICE_READERS } }, (_, reply) =>
    reply.send({ devices: [...desk.state.enrolled.values()].map((one) => viewDevice(desk.state, one, clock.now())) }),
  );
  web.get("/api/tests", { config: { access: EVERY_ROLE } }, (_, reply) => {
    const { tests, testModes } = desk.state;
    return reply.send({ tests: [...tests.values()].map(viewTest), modes: [...testModes.values()].map(viewTestMode) });
  });
  web.post(
    "/api/devices",
    { config: { access: TECHNICIANS }, schema: { body: NewDeviceBody } },
    async (request, reply) => {
      const { device, ...made } = await desk.makeDevice(request.body);
      return reply.send({ device: viewDevice(desk.state, desk.state.enrolled.get(device)!, clock.now()), ...made });
    },
  );
  web.get(
    "/api/devices/:id/walk",
    { config: { access: DEVICE_READERS }, schema: { params: DeviceId } },
    (request, reply) => {
      const walk = desk.walkOf(findDevice(desk.state, request.params.id).id);
      return reply.send({ walk: walk && viewWalk(walk) });
    },
  );
  addLearning(web, desk);
  for (const act of DEVICE_ACTS) addAct(web, desk, clock, act);
}

/** The learn window: one at a time. */
function addLearning(web: Web, desk: Desk): void {
  const view = () => ({ window: [...desk.state.learning.values()].map(viewWindow)[0] ?? null });
  web.get("/api/enrol", { config: { access: DEVICE_READERS } }, (_, reply) => reply.send(view()));
  const config = { access: DECIDERS };
  web.post("/api/enrol", { config, schema: { body: NewWindow } }, async (request, reply) => {
    const { minutes: length, means, replaces, device, ...more } = request.body;
    const forMs = length === undefined ? {} : { forMs: minutes(length) };
    const said = await desk.submit({
      type: "learn",
      act: "open",
      by: actorOf(request),
      ...more,
      ...(replaces !== undefined && { replaces: findDevice(desk.state, replaces).id }),
      ...(device !== undefined && { device: findDevice(desk.state, device).id }),
      ...(means !== undefined && { means: means as Means }),
      ...forMs,
    });
    if (!said.ok) throw new GatewayError(said.code, said.message);
    return reply.send(view());
  });
  web.post("/api/enrol/stop", { config }, async (request, reply) => {
    await desk.submit({ type: "learn", act: "close", by: actorOf(request) });
    return reply.send(view());
  });
}

function addAct(web: Web, desk: Desk, clock: Clock, act: DeviceActName): void {
  const schema = { params: DeviceId, body: DEVICE_ACT_BODIES[act] };
  web.post(`/api/devices/:id/${act}`, { config: { access: ACCESS[act] }, schema }, async (request, reply) => {
    const { id: device } = findDevice(desk.state, request.params.id);
    const { minutes: length, with: fresh } = request.body as { minutes?: number; with?: string };
    const forMs = length === undefined ? {} : { forMs: minutes(length) };
    const place = fresh === undefined ? {} : { with: findDevice(desk.state, fresh).id };
    const said = await desk.submit({ type: "device-act", act, device, by: actorOf(request), ...forMs, ...place });
    if (!said.ok) throw new GatewayError(said.code, said.message);
    return reply.send({ device: viewDevice(desk.state, desk.state.enrolled.get(device)!, clock.now()) });
  });
}

/** By its whole id, or by its address alone where only one device has it. */
export function findDevice({ enrolled }: State, id: string): Enrolled {
  const whole = enrolled.get(id);
  if (whole) return whole;
  const found = [...enrolled.values()].filter(({ address }) => address === id);
  if (found.length > 1)
    throw new GatewayError(
      "bad-input",
      `${found.length} devices have the address ${id}; give the whole id: ${found.map((one) => one.id).join(", ")}`,
    );
  if (!found[0]) throw new GatewayError("not-found", `no device ${id} is enrolled; see \`okc devices\``);
  return found[0];
}

const viewWalk = ({ since, presses, ...walk }: Walk) => ({
  ...walk,
  since: new Date(since).toISOString(),
  presses: presses.map(({ at, ...press }) => ({ ...press, at: new Date(at).toISOString() })),
});
