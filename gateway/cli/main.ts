import { testContact } from "./test-contact.ts";
import { accounts, act, doctor, policy, token } from "./acts.ts";
import type { Typed } from "./arguments.ts";
import { decode } from "./decode.ts";
import { duty } from "./duty.ts";
import { enrol } from "./enrol.ts";
import { standing, test } from "./devices.ts";
import { backup, importFile, press, restore } from "./files.ts";
import { key } from "./key.ts";
import { alarms, cap, list, watch } from "./lists.ts";
import { logins, setupCode } from "./logins.ts";
import { pushLink } from "./push-link.ts";
import { replace } from "./replace.ts";
import { report } from "./reports.ts";
import { walk } from "./walk.ts";
import { print } from "./print.ts";
import { helpText, wrongUse } from "./usage.ts";

type Command = (typed: Typed) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  import: importFile,
  residents: list,
  devices: list,
  responders: list,
  faults: list,
  paths: list,
  "push-link": pushLink,
  accounts,
  token,
  logins,
  "setup-code": setupCode,
  alarms,
  cap,
  watch,
  take: act,
  release: act,
  arrive: act,
  note: act,
  "verify-cancel": act,
  resolve: act,
  close: act,
  test,
  enrol,
  "test-contact": testContact,
  checked: standing,
  suspend: standing,
  resume: standing,
  retire: standing,
  replace,
  walk,
  press,
  policy,
  duty,
  doctor,
  report,
  backup,
  restore,
  key,
  decode,
};

export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

/** Runs one command of `okc` and gives its exit code. Failures are thrown. */
export async function runCommand(typed: Typed): Promise<number> {
  const { command, options } = typed;
  if (options.help === true || command === "help") {
    print(helpText());
    return 0;
  }
  if (command === "") throw wrongUse("no command was given", undefined);
  if (!Object.hasOwn(COMMANDS, command)) throw wrongUse(`no command "${command}"`, undefined);
  return COMMANDS[command]!(typed);
}
