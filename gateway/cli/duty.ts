import { inBoth } from "../core/chinese.ts";
import type { DutyView } from "../core/duty-view.ts";
import { siteTimeText } from "../core/site-time.ts";
import type { RosterFindings } from "../ports/duty.ts";
import { takeOption, takeWords, type Typed } from "./arguments.ts";
import { ask, connect } from "./connect.ts";
import type { GatewayClient } from "./gateway-client.ts";
import { print, printJson, printMarked, table } from "./print.ts";
import { wrongUse } from "./usage.ts";

/** Who is on duty, and who instead: `okc duty`, `duty gaps`, `duty override`, `duty swap`, `duty end`. */
export async function duty(typed: Typed): Promise<number> {
  const [verb] = typed.words;
  const run = verb === undefined ? show : Object.hasOwn(VERBS, verb) ? VERBS[verb]! : null;
  if (!run) throw wrongUse(`duty knows ${Object.keys(VERBS).join(", ")}, not ${verb}`, "duty");
  // Before anything is asked of the gateway.
  const work = run(typed);
  const client = await connect(typed, verb === undefined || verb === "gaps" ? "open" : "refuse");
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

type Work = (client: GatewayClient) => Promise<number>;

const VERBS: Readonly<Record<string, (typed: Typed) => Work>> = { gaps, override, swap, end };

const named = (people: readonly { readonly id: string; readonly name: string | null }[]): string =>
  people.map(({ id, name }) => (name === null ? id : `${name} (${id})`)).join(", ") || "-";

function show(typed: Typed): Work {
  takeWords(typed, 0, 0);
  return async (client) => {
    const view = await ask<DutyView>(client, { method: "GET", path: "/api/duty" });
    if (typed.options.json) printJson(view);
    else printDuty(view);
    return 0;
  };
}

function printDuty({ configured, suspended, rotas, overrides, timezone }: DutyView): void {
  if (!configured) return print(inBoth("no duty file is named in okc.yaml: everybody of the staff is on duty"));
  if (suspended) print(inBoth("the clock cannot be trusted: the roster does not hold, everybody is called"));
  const minute = (at: string): string => siteTimeText(Date.parse(at), timezone).slice(0, 16);
  const rows = rotas.flatMap(({ id, week }) =>
    week.map(({ from, to, onDuty, standBy }) => [id, minute(from), minute(to), named(onDuty), named(standBy)]),
  );
  print(table(["rota", "from", "to", "onDuty", "standBy"], rows));
  if (overrides.length === 0) return;
  print("");
  print(
    table(
      ["id", "rota", "from", "to", "onDuty", "instead", "by"],
      overrides.map(({ id, rota, from, to, people, instead, by }) => [
        id,
        rota ?? "*",
        minute(from),
        minute(to),
        named(people),
        instead === null ? "*" : named([instead]),
        by ?? "-",
      ]),
    ),
  );
}

function gaps(typed: Typed): Work {
  takeWords(typed, 1, 1);
  return async (client) => {
    const found = await ask<RosterFindings>(client, { method: "GET", path: "/api/duty/gaps" });
    if (typed.options.json) printJson(found);
    else {
      printFindings(found);
      if (found.problems.length + found.warnings.length === 0) print("somebody is on duty always / 随时有人值班");
    }
    return found.problems.length > 0 ? 1 : 0;
  };
}

function printFindings({ problems, warnings }: RosterFindings): void {
  for (const problem of problems) printMarked("error", ...inBoth(problem).split("\n"));
  for (const warning of warnings) printMarked("warning", ...inBoth(warning).split("\n"));
}

function override(typed: Typed): Work {
  const [, from, to, who] = takeWords(typed, 4, 4, "rota");
  return change(typed, { from, to, people: peopleOf(who!) });
}

function swap(typed: Typed): Work {
  const [, from, to, instead, who] = takeWords(typed, 5, 5, "rota");
  return change(typed, { from, to, instead, people: peopleOf(who!) });
}

const peopleOf = (words: string): readonly string[] =>
  words === "nobody" ? [] : words.split(",").filter((one) => one !== "");

function change(typed: Typed, wanted: object): Work {
  if (!("url" in typed.options)) takeOption(typed, "as");
  const { rota } = typed.options;
  const body = { ...wanted, ...(typeof rota === "string" && { rota }) };
  return async (client) => {
    const path = "/api/duty/overrides";
    const made = await ask<{ override: { id: string } } & RosterFindings>(client, { method: "POST", path, body });
    if (typed.options.json) printJson(made);
    else {
      print(made.override.id);
      printFindings(made);
    }
    return 0;
  };
}

function end(typed: Typed): Work {
  const [, id] = takeWords(typed, 2, 2);
  if (!("url" in typed.options)) takeOption(typed, "as");
  return async (client) => {
    const body = { override: id };
    const found = await ask<RosterFindings>(client, { method: "POST", path: "/api/duty/overrides/end", body });
    if (typed.options.json) printJson(found);
    else printFindings(found);
    return 0;
  };
}
