/** Owns: the settings file our Node-RED runs with. Does not own: the passwords in it, nor starting it. */
import type { NodeRedAccess } from './node-red-access.js';

const WEEK_SECONDS = 7 * 24 * 3600;

/** Loopback only, sign-in for everybody, no telemetry, no catalogue, no installs; state and diagnostics readable. */
export function settingsText({ port, access, hash }: { port: number; access: NodeRedAccess; hash: (password: string) => string }): string {
  const settings = {
    uiHost: '127.0.0.1',
    uiPort: port,
    flowFile: 'flows.json',
    flowFilePretty: true,
    credentialSecret: access.credentialSecret,
    adminAuth: {
      type: 'credentials',
      sessionExpiryTime: WEEK_SECONDS,
      users: [
        { username: access.admin.username, password: hash(access.admin.password), permissions: '*' },
        { username: access.reader.username, password: hash(access.reader.password), permissions: 'read' },
      ],
    },
    lang: 'en-US',
    telemetry: { enabled: false, updateNotification: false },
    diagnostics: { enabled: true, ui: false },
    runtimeState: { enabled: true, ui: false },
    functionExternalModules: false,
    externalModules: {
      autoInstall: false,
      palette: { allowInstall: false, allowUpload: false, allowUpdate: false },
      modules: { allowInstall: false },
    },
    editorTheme: { tours: false, projects: { enabled: false }, palette: { catalogues: [] } },
    apiMaxLength: '50mb',
    logging: { console: { level: 'info', metrics: false, audit: false } },
  };
  return `// Written by Plumbline at every start; changes here are overwritten.\nmodule.exports = ${JSON.stringify(settings, null, 2)};\n`;
}
