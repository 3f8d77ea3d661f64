import { takeWords, type Typed } from "./arguments.ts";
import { LineReader, type LineAnswer } from "./decode/line-reader.ts";
import { print } from "./print.ts";

/** A longer line is one error, and reading goes on after its end. A bridge's list of its devices is the longest there is. */
const LINE_MAX_CHARS = 16 * 1024 * 1024;

/** Says what each line of the standard input is, one line for each; blank lines are none. Needs no gateway. */
export async function decode(typed: Typed): Promise<number> {
  takeWords(typed, 0, 0, "enrolled", "fixture-kinds", "presses");
  const { enrolled, "fixture-kinds": fixtureKinds, presses } = typed.options;
  const reader = new LineReader({
    enrolled: enrolled === true,
    fixtureKinds: fixtureKinds === true,
    presses: presses === true,
  });
  for await (const line of linesOf(process.stdin)) {
    if (line === null) print(JSON.stringify(OVERSIZED));
    else if (line.trim() !== "") print(JSON.stringify(await reader.read(line)));
  }
  return 0;
}

const OVERSIZED: LineAnswer = {
  events: [],
  error: { code: "oversized", message: `a line has more than ${LINE_MAX_CHARS} characters` },
};

/** The lines of a stream; null: one that is too long. */
async function* linesOf(stream: NodeJS.ReadStream): AsyncGenerator<string | null> {
  stream.setEncoding("utf8");
  let rest = "";
  let isSkipping = false;
  for await (const chunk of stream as AsyncIterable<string>) {
    const [first = "", ...more] = chunk.split("\n");
    rest = isSkipping ? "" : rest + first;
    for (const next of more) {
      if (!isSkipping) yield rest;
      isSkipping = false;
      rest = next;
    }
    if (rest.length <= LINE_MAX_CHARS) continue;
    yield null;
    isSkipping = true;
    rest = "";
  }
  if (rest !== "") yield rest;
}
