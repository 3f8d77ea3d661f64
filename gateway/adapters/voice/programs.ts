import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Programs that calls need, and the Debian package of each. */
const PROGRAMS: Readonly<Record<string, string>> = {
  baresip: "baresip-core",
  "espeak-ng": "espeak-ng",
  sox: "sox",
  setpriv: "util-linux",
};

/** What is missing in `path` (as the variable PATH lists folders), in one line with what to do; null: nothing. */
export function missingPrograms(path: string): string | null {
  const missing = Object.entries(PROGRAMS).filter(([program]) => !isIn(path, program));
  if (missing.length === 0) return null;
  const programs = missing.map(([program]) => program).join(", ");
  const packages = missing.map(([, name]) => name).join(" ");
  return `${programs} cannot be found; install with: apt install ${packages}`;
}

function isIn(path: string, program: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
