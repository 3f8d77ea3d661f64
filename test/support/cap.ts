import { spawnSync } from "node:child_process";
import { join } from "node:path";

const SCHEMA = join(import.meta.dirname, "cap-1.2.xsd");

/** What xmllint says against a message of CAP 1.2; empty: it is valid. */
export function capFaults(xml: string): string {
  const { status, stderr, error } = spawnSync("xmllint", ["--noout", "--nonet", "--schema", SCHEMA, "-"], {
    input: xml,
    encoding: "utf8",
  });
  if (error) throw error;
  return status === 0 ? "" : stderr;
}

/** The texts of every element of this name, as they stand. */
export const capTexts = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, text]) => text!);
