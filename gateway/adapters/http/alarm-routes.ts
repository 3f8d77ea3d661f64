import { isUnresolved, type Alarm } from "../../core/alarm.ts";
import { viewAlarm, type AlarmView } from "../../core/alarm-view.ts";
import { capOf } from "../../core/cap.ts";
import { ERROR_CODES, GatewayError } from "../../core/errors.ts";
import { ACTS, type Act, type ActName, type Reply } from "../../core/input.ts";
import type { Outcome, Role } from "../../core/kinds.ts";
import type { State } from "../../core/state.ts";
import type { Desk } from "../../ports/desk.ts";
import { actorOf, EVERY_ROLE, HELPERS } from "./access.ts";
import { ACT_BODIES, AlarmId, AlarmsQuery, RESPONSES, type ALARM_FILTERS } from "./schemas.ts";
import type { Web } from "./web.ts";

type Filter = (typeof ALARM_FILTERS)[number];

const CAP_TYPE = "application/cap+xml; charset=utf-8";

/** `/api/alarms` and what a person does with one. */
export function addAlarmRoutes(web: Web, desk: Desk): void {
  web.get(
    "/api/alarms",
    { config: { access: EVERY_ROLE }, schema: { querystring: AlarmsQuery, response: RESPONSES.alarms } },
    (request, reply) => {
      const { role } = actorOf(request);
      const alarms = listAlarms(desk.state, request.query.state ?? "open");
      return reply.send({ alarms: alarms.map((alarm) => viewFor(role, desk.state, alarm)) });
    },
  );
  web.get(
    "/api/alarms/:id",
    { config: { access: EVERY_ROLE }, schema: { params: AlarmId, response: RESPONSES.alarm } },
    (request, reply) => {
      const { role } = actorOf(request);
      return reply.send({ alarm: viewFor(role, desk.state, findAlarm(desk.state, request.params.id)) });
    },
  );
  web.get("/api/alarms/:id/cap", { config: { access: HELPERS }, schema: { params: AlarmId } }, (request, reply) => {
    const { state, site, demo } = desk;
    return reply.type(CAP_TYPE).send(capOf(state, findAlarm(state, request.params.id), { ...site, demo }));
  });
  for (const act of ACTS) addAct(web, desk, act);
}

function addAct(web: Web, desk: Desk, act: ActName): void {
  const schema = { params: AlarmId, body: ACT_BODIES[act], response: RESPONSES.alarm };
  web.post(`/api/alarms/:id/${act}`, { config: { access: HELPERS }, schema }, async (request, reply) => {
    const by = actorOf(request);
    const alarm = findAlarm(desk.state, request.params.id);
    const said = await desk.submit({ type: "act", act, alarm: alarm.id, by, ...readBody(request.body) });
    const { status, body } = answerTo(said, (one) => viewFor(by.role, desk.state, one), alarm);
    return reply.code(status).send(body);
  });
}

interface ActBody {
  readonly version: number;
  readonly text?: string;
  readonly outcome?: Outcome;
  readonly note?: string;
}

function readBody({ version, text, outcome, note }: ActBody): Pick<Act, "version" | "text" | "outcome"> {
  const words = (text ?? note)?.trim();
  return { version, ...(words && { text: words }), ...(outcome && { outcome }) };
}

function answerTo(reply: Reply, view: (alarm: Alarm) => Partial<AlarmView>, asked: Alarm) {
  if (reply.ok) return { status: 200, body: { alarm: view(reply.alarm ?? asked) } };
  const { code, message, alarm } = reply;
  return { status: ERROR_CODES[code].status, body: { error: { code, message }, ...(alarm && { alarm: view(alarm) }) } };
}

/** Most urgent first, then the oldest. */
function listAlarms(state: State, filter: Filter): Alarm[] {
  const alarms = [...state.alarms.values()].filter((alarm) => {
    if (filter === "open") return isUnresolved(alarm);
    return filter === "all" || alarm.state === filter;
  });
  return alarms.sort((a, b) => a.priority - b.priority || a.openedAt - b.openedAt);
}

/** By its whole id, or by its number alone where only one alarm has it: nobody types `7gk2qx9d-17` in the night. */
function findAlarm(state: State, id: string): Alarm {
  const whole = state.alarms.get(id);
  if (whole) return whole;
  const numbered = /^\d{1,12}$/.test(id)
    ? [...state.alarms.values()].filter((alarm) => alarm.id.endsWith(`-${id}`))
    : [];
  if (numbered.length > 1)
    throw new GatewayError(
      "bad-input",
      `${numbered.length} alarms have the number ${id}; give the whole id: ${numbered.map((one) => one.id).join(", ")}`,
    );
  if (!numbered[0]) throw new GatewayError("not-found", `no alarm ${id} is open, resolved or just closed`);
  return numbered[0];
}

/** Telephone, notes, key place and position are for those who help; the others see who, which house and how it stands. */
function viewFor(role: Role, state: State, alarm: Alarm): Partial<AlarmView> {
  const view = viewAlarm(state, alarm);
  if (HELPERS.includes(role)) return view;
  const { notes: _notes, family: _family, position: _position, home, ...rest } = view;
  // A message of a tracker has its place in it.
  const presses = rest.presses.map(({ position: _, raw: __, ...press }) => ({ ...press, raw: null }));
  if (!home) return { ...rest, presses, home };
  const { name, building, unit, room } = home;
  return { ...rest, presses, home: { name, building, unit, room } as AlarmView["home"] };
}
