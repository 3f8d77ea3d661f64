import { accounts, act, doctor, policy, token } from "./acts.ts";
import { readArguments, type Typed } from "./arguments.ts";
import { backup, importFile, press, restore } from "./files.ts";
import { alarms, list, watch } from "./lists.ts";
import { print } from "./print.ts";
import { helpText, wrongUse } from "./usage.ts";

type Command = (typed: Typed) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  import: importFile,
  residents: list,
  devices: list,
  responders: list,
  faults: list,
  accounts,
  token,
  alarms,
  watch,
  take: act,
  release: act,
  arrive: act,
  note: act,
  "verify-cancel": act,
  resolve: act,
  close: act,
  press,
  policy,
  doctor,
  backup,
  restore,
};

/** Runs one command of `okc` and gives its exit code. Failures are thrown. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const typed = readArguments(argv);
  if (typed.options.help === true || (typed.command === "" && argv.length === 0)) {
    print(helpText());
    return argv.length === 0 ? 2 : 0;
  }
  const command = COMMANDS[typed.command];
  if (!command) throw wrongUse(`no command "${typed.command}"`, undefined);
  return command(typed);
}
