import { parseArgs } from "node:util";
import { wrongUse } from "./usage.ts";

const OPTIONS = {
  config: { type: "string" },
  url: { type: "string" },
  token: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
  as: { type: "string" },
  "dry-run": { type: "boolean" },
  "hotline-csv": { type: "boolean" },
  bridge: { type: "string" },
  role: { type: "string" },
  state: { type: "string" },
  outcome: { type: "string" },
  note: { type: "string" },
  kind: { type: "string" },
  public: { type: "boolean" },
  wait: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  by: { type: "string" },
  csv: { type: "boolean" },
  month: { type: "string" },
  out: { type: "string" },
  minutes: { type: "string" },
  resident: { type: "string" },
  means: { type: "string" },
  label: { type: "string" },
  location: { type: "string" },
  stop: { type: "boolean" },
  enrolled: { type: "boolean" },
  "fixture-kinds": { type: "boolean" },
  presses: { type: "boolean" },
  key: { type: "boolean" },
  force: { type: "boolean" },
  address: { type: "string" },
  "key-hex": { type: "string" },
  with: { type: "string" },
  all: { type: "boolean" },
  places: { type: "string" },
  rota: { type: "string" },
} as const;

export type OptionName = keyof typeof OPTIONS;

/** What was typed, taken apart. */
export interface Typed {
  readonly command: string;
  readonly words: readonly string[];
  readonly options: Partial<Record<OptionName, string | boolean>>;
}

/** The options that every command knows. */
const COMMON: readonly OptionName[] = ["config", "url", "token", "json", "help", "as"];

/** @throws {GatewayError} `bad-input` for what no command knows. */
export function readArguments(argv: readonly string[]): Typed {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
    const [command = "", ...words] = positionals;
    return { command, words, options: values };
  } catch (error) {
    // Node's second sentence is about arguments that begin with a hyphen; there are none.
    throw wrongUse((error as Error).message.split(". ")[0]!, argv[0]);
  }
}

/** The words a command needs, no fewer and no more; and no option that it does not know. */
export function takeWords(typed: Typed, least: number, most: number, ...known: OptionName[]): readonly string[] {
  const { words, command, options } = typed;
  if (words.length < least) throw wrongUse(`${command}: something is missing`, command);
  if (words.length > most) throw wrongUse(`${command}: "${words[most]}" is too much`, command);
  for (const name of Object.keys(options) as OptionName[])
    if (!COMMON.includes(name) && !known.includes(name)) throw wrongUse(`${command} knows no --${name}`, command);
  return words;
}

/** What `okc start` takes: the configuration's file, or null. Everything else is refused: it would change nothing. */
export function takeStart(typed: Typed): string | null {
  takeWords(typed, 0, 0);
  const strange = (Object.keys(typed.options) as OptionName[]).find((name) => name !== "config");
  if (strange !== undefined) throw wrongUse(`start knows no --${strange}`, "start");
  const { config } = typed.options;
  return typeof config === "string" ? config : null;
}

/** An option that must be there. */
export function takeOption({ options, command }: Typed, name: OptionName): string {
  const given = options[name];
  if (typeof given !== "string" || given === "") throw wrongUse(`${command} needs --${name}`, command);
  return given;
}
