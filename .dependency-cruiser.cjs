// Who may import whom: the table of docs/architecture.md.
"use strict";

const types = { dependencyTypesNot: ["type-only"] };

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-circle", severity: "error", from: {}, to: { circular: true, viaOnly: types } },
    {
      name: "core-imports-core",
      comment: "core is pure: no ports, no adapters, no library",
      severity: "error",
      from: { path: "^gateway/core/" },
      to: { pathNot: "^gateway/core/" },
    },
    {
      name: "ports-import-types-of-core",
      severity: "error",
      from: { path: "^gateway/ports/" },
      to: { pathNot: "^gateway/(ports|core)/" },
    },
    {
      name: "ports-are-interfaces",
      severity: "error",
      from: { path: "^gateway/ports/" },
      to: { path: "^gateway/core/", ...types },
    },
    {
      name: "adapter-imports-ports-core-itself",
      comment: "an adapter never reaches into another one, nor up into app, cli or main",
      severity: "error",
      from: { path: "^gateway/adapters/([^/]+)/" },
      to: { path: "^(gateway|devices|flows|firmware-sim|test)/", pathNot: "^gateway/(ports|core|adapters/$1)/" },
    },
    {
      name: "app-imports-core-and-ports",
      comment: "adapters and devices arrive as arguments; their types may be named",
      severity: "error",
      from: { path: "^gateway/(app\\.ts$|app/)" },
      to: { path: "^(gateway|devices|flows|firmware-sim|test)/", pathNot: "^gateway/(core|ports|app)(/|\\.ts$)" },
    },
    {
      name: "config-imports-core",
      comment: "and the names of the protocols, whose files are loaded later",
      severity: "error",
      from: { path: "^gateway/config(/|\\.ts$)" },
      to: {
        path: "^(gateway|devices|flows|firmware-sim|test)/",
        pathNot: "^(gateway/(core/|config(/|\\.ts$))|devices/catalogue\\.ts$)",
      },
    },
    {
      name: "console-imports-types-of-core",
      comment: "the pages speak to the gateway over HTTP only",
      severity: "error",
      from: { path: "^gateway/console/" },
      to: { path: "^(gateway|devices|flows|firmware-sim|test)/", pathNot: "^gateway/(console|core)/" },
    },
    {
      name: "console-stands-alone",
      severity: "error",
      from: { path: "^gateway/(?!console/)" },
      to: { path: "^gateway/console/" },
    },
    {
      name: "gateway-imports-no-simulator",
      comment: "the gateway cannot tell simulated parts from real ones",
      severity: "error",
      from: { path: "^gateway/" },
      to: { path: "^(firmware-sim|test)/" },
    },
    {
      name: "devices-import-devices",
      severity: "error",
      from: { path: "^devices/" },
      to: { path: "^(gateway|flows|firmware-sim|test)/", pathNot: "^gateway/core/" },
    },
    {
      name: "devices-import-types-of-core",
      severity: "error",
      from: { path: "^devices/" },
      to: { path: "^gateway/core/", ...types },
    },
    {
      name: "devices-import-no-library",
      comment: "declarative data and small codecs; node:crypto and node:buffer are all they need",
      severity: "error",
      from: { path: "^devices/" },
      to: { path: "node_modules|^[a-z_]+$", dependencyTypesNot: ["local"], pathNot: "^(node:)?(crypto|buffer|util)$" },
    },
    {
      name: "simulator-shares-no-code",
      comment: "or a codec's bug cancels itself out",
      severity: "error",
      from: { path: "^firmware-sim/" },
      to: { path: "^(gateway|devices|flows|test)/" },
    },
    {
      name: "nothing-unresolved",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-tools-at-run-time",
      comment: "what the gateway and the simulated parts import must be a dependency, not a devDependency",
      severity: "error",
      from: { path: "^(gateway|devices|firmware-sim)/", pathNot: "^gateway/console/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
