import { takeOption, takeWords, type Typed } from "./arguments.ts";
import { ask, connect } from "./connect.ts";
import { print, printJson } from "./print.ts";

/** Sends the test of a contact: all of a person, or those on one channel. What came of it stands in `okc responders`. */
export async function testContact(typed: Typed): Promise<number> {
  const [responder = "", channel] = takeWords(typed, 1, 2);
  if (!("url" in typed.options)) takeOption(typed, "as");
  const client = await connect(typed, "refuse");
  try {
    const path = `/api/responders/${encodeURIComponent(responder)}/test`;
    const body = channel === undefined ? {} : { channel };
    const answer = await ask<{ responder: string; testing: boolean }>(client, { method: "POST", path, body });
    if (typed.options.json === true) printJson(answer);
    else
      print(
        `${responder}: 测试消息已发出，48 小时内未答复即为未通过 / the test is on its way; without an answer in 48 h it has failed`,
      );
    return 0;
  } finally {
    await client.close();
  }
}
