import { readPolicies } from "../../core/policy-file.ts";
import type { Policy } from "../../core/policy.ts";
import { readPlacedYaml } from "./read-placed-yaml.ts";

/**
 * The policies of a site's file, with the shipped ones that it does not replace.
 * @throws {GatewayError} `configuration`, with every problem on a line of its own: file, line, what, what is allowed.
 */
export const readPolicyFile = (file: string): readonly Policy[] => readPlacedYaml(file, readPolicies).policies;
