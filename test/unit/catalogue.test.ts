import assert from "node:assert/strict";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { BRIDGES, SERIAL_PROTOCOLS, TCP_PROTOCOLS } from "../../devices/catalogue.ts";

const ROOT = join(import.meta.dirname, "../..");
const ENTRY = "gateway/main.ts";
/** Our own pendants are understood everywhere, and programs on the broker have their accounts. */
const OF_EVERY_SITE = ["devices/catalogue.ts", "devices/programs.ts"];

/** The gateway as it is bundled, but with what is loaded later in chunks of its own. */
async function bundled(): Promise<Metafile["outputs"]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [ENTRY],
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    splitting: true,
    outdir: "dist",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return metafile.outputs;
}

/** The files that are evaluated as soon as this chunk is. */
function evaluatedBy(outputs: Metafile["outputs"], chunk: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(chunk)) return [];
  seen.add(chunk);
  const { inputs, imports } = outputs[chunk]!;
  const now = imports.filter(({ kind, external }) => kind === "import-statement" && external !== true);
  return [...Object.keys(inputs), ...now.flatMap(({ path }) => evaluatedBy(outputs, path, seen))];
}

describe("the catalogue of protocols", () => {
  it("evaluates none of their files before a site speaks one of them", async function () {
    this.timeout(60_000);
    const outputs = await bundled();
    const entry = Object.keys(outputs).find((name) => outputs[name]!.entryPoint === ENTRY)!;
    const devices = evaluatedBy(outputs, entry).filter((name) => name.startsWith("devices/"));
    assert.deepEqual(
      devices.filter((name) => !OF_EVERY_SITE.includes(name) && !name.startsWith("devices/parts/")),
      [],
    );
    const later = Object.values(outputs).filter(({ entryPoint }) => entryPoint?.startsWith("devices/"));
    const names = [SERIAL_PROTOCOLS, BRIDGES, TCP_PROTOCOLS].flatMap((entries) => Object.keys(entries));
    assert.ok(later.length >= names.length, `${later.length} chunks for ${names.join()}`);
  });
});
