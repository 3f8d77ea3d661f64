import { readDuty } from "../../core/rota-file.ts";
import type { DutyPlan } from "../../core/rota.ts";
import { readPlacedYaml } from "./read-placed-yaml.ts";

/**
 * The rotas of a site's duty file, whose times are of the site's clock.
 * @throws {GatewayError} `configuration`, with every problem on a line of its own: file, line, what, what is allowed.
 */
export const readDutyFile = (file: string, zone: string): DutyPlan =>
  readPlacedYaml(file, (document, place) => readDuty(document, place, zone)).plan!;
