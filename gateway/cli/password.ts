import { createInterface } from "node:readline";
import { GatewayError } from "../core/errors.ts";

/** A line that is longer is no password. */
const LINE_MAX_CHARS = 1_000;

/** A password from the terminal, unseen and typed twice, or the first line of what is piped in; never an argument. */
export async function readPassword(name: string): Promise<string> {
  if (!process.stdin.isTTY) return readLine();
  const first = await askUnseen(`password for ${name} / ${name} 的密码: `);
  const second = await askUnseen("again / 再输一遍: ");
  if (first !== second) throw new GatewayError("bad-input", "the two are not the same; nothing was changed");
  return first;
}

async function readLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line.slice(0, LINE_MAX_CHARS);
  throw new GatewayError("bad-input", "no password came: type it at a terminal, or pipe one line");
}

function askUnseen(question: string): Promise<string> {
  process.stderr.write(question);
  const input = process.stdin;
  input.setRawMode(true);
  input.setEncoding("utf8");
  return new Promise((resolve, reject) => {
    let typed = "";
    const done = (): void => {
      input.setRawMode(false);
      input.pause();
      input.off("data", take);
      process.stderr.write("\n");
    };
    const take = (part: string): void => {
      for (const key of part) {
        if (key === "\r" || key === "\n") {
          done();
          return resolve(typed);
        }
        if (key === "\u0003" || key === "\u0004") {
          done();
          return reject(new GatewayError("bad-input", "given up; nothing was changed"));
        }
        if (key === "\u007f" || key === "\b") typed = typed.slice(0, -1);
        else if (typed.length < LINE_MAX_CHARS) typed += key;
      }
    };
    input.on("data", take);
    input.resume();
  });
}
