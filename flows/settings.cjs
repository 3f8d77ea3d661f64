// Node-RED's settings. What differs between sites comes from the gateway by the environment; flows.json belongs to the
// site, this file to the release.
const { env } = process;

// The gateway's end is this process's end: an old one would hold the port and a password that is no longer good.
process.on("disconnect", () => process.exit(0));

const hash = env.OKC_FLOWS_EDITOR_HASH;

module.exports = {
  flowFile: "flows.json",
  credentialSecret: env.OKC_FLOWS_SECRET,
  uiHost: env.OKC_FLOWS_HOST,
  uiPort: Number(env.OKC_FLOWS_PORT),
  // Who may change flows may run code here: without a password there is no editor.
  httpAdminRoot: hash ? "/" : false,
  ...(hash
    ? { adminAuth: { type: "credentials", users: [{ username: "admin", password: hash, permissions: "*" }] } }
    : {}),
  httpNodeRoot: "/flows",
  // No programs of the machine, no code from elsewhere.
  nodesExcludes: ["90-exec.js"],
  functionExternalModules: false,
  externalModules: {
    autoInstall: false,
    palette: { allowInstall: false, allowUpdate: false, allowUpload: false },
    modules: { allowInstall: false },
  },
  diagnostics: { enabled: false },
  telemetry: { enabled: false, updateNotification: false },
  runtimeState: { enabled: false },
  logging: { console: { level: "warn", metrics: false, audit: false } },
};
