import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { CANARY_MS } from "../../gateway/app/canary.ts";
import { ERROR_CODES } from "../../gateway/core/errors.ts";

const FILE = new URL("../../docs/install/okc.service", import.meta.url);

describe("the service file", () => {
  const settings = new Map<string, string>();
  for (const [, name, value] of readFileSync(FILE, "utf8").matchAll(/^(\w+)=(.*)$/gm)) settings.set(name!, value!);

  it("lets systemd-notify speak for the gateway, and waits for more than two of its reports", () => {
    assert.equal(settings.get("Type"), "notify");
    assert.equal(settings.get("NotifyAccess"), "all");
    assert.ok(Number(settings.get("WatchdogSec")) * 1_000 > 2 * CANARY_MS);
  });

  it("starts it again for ever, unless the configuration is wrong", () => {
    assert.deepEqual([settings.get("Restart"), settings.get("StartLimitIntervalSec")], ["always", "0"]);
    assert.equal(Number(settings.get("RestartPreventExitStatus")), ERROR_CODES.configuration.exit);
  });

  it("does not forbid what the engine needs", () => {
    assert.equal(settings.has("MemoryDenyWriteExecute"), false);
  });
});
