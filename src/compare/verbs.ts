/**
 * The verb of every semantic class, as data: what a drift sentence says of its subject. Owns the wording; words.ts fills it in.
 * Of several verbs of a class the first that fits is used.
 */
import type { DriftClass } from '../model/drift.js';
import type { ResourceKind } from '../model/resource.js';

export interface Verb {
  /** fits only when this property carries the meaning */
  property?: string;
  kinds?: readonly ResourceKind[];
  /** fits only when something was gained and lost (`swap`), or gained beside what was there (`more`) */
  when?: 'swap' | 'more';
  /** fits only for this new value */
  after?: string | boolean | null;
  /** fits only when there was nothing before */
  before?: null;
  /** fits only for steps of this class */
  stepClass?: string;
  /** {before} {after} {added} {removed} {hosts} {settings} are filled in */
  words: string;
}

const ENTRY: readonly ResourceKind[] = ['entry-point'];

export const VERBS: { readonly [driftClass in DriftClass]: readonly Verb[] } = {
  'auth-removed': [
    { property: 'adminAuth', words: 'no longer asks for a sign-in to its editor and admin API' },
    { property: 'httpNodeAuth', words: 'no longer asks callers of its HTTP entry points to sign in' },
    { property: 'mfaEnabled', words: 'no longer uses a second factor to sign in' },
    { kinds: ENTRY, words: 'no longer asks for {before}' },
    { words: 'no longer signs in with {before}' },
  ],
  'auth-changed': [{ kinds: ENTRY, words: 'now asks for {after} instead of {before}' }, { words: 'now signs in with {after} instead of {before}' }],
  'auth-added': [
    { property: 'adminAuth', words: 'now asks for a sign-in to its editor and admin API' },
    { property: 'httpNodeAuth', words: 'now asks callers of its HTTP entry points to sign in' },
    { property: 'mfaEnabled', words: 'now uses a second factor to sign in' },
    { kinds: ENTRY, words: 'now asks for {after}' },
    { words: 'now signs in with {after}' },
  ],
  'host-added': [
    { property: 'dynamicHost', words: 'now sends data to an address that is worked out at run time' },
    { when: 'swap', words: 'now sends data to {added} instead of {removed}' },
    { when: 'more', words: 'now also sends data to {added}' },
    { words: 'now sends data to {added}' },
  ],
  'host-removed': [{ property: 'dynamicHost', words: 'no longer works out its address at run time' }, { words: 'no longer sends data to {removed}' }],
  'tls-off': [{ words: 'no longer checks the certificate of {hosts}' }],
  'tls-on': [{ property: 'clearText', words: 'now talks to {hosts} over an encrypted connection' }, { words: 'now checks the certificate of {hosts}' }],
  'clear-text': [{ words: 'now talks to {hosts} without encryption' }],
  'credential-swapped': [{ words: 'now signs in with {added} instead of {removed}' }],
  'credential-added': [{ words: 'now signs in with {added}' }],
  'credential-removed': [{ words: 'no longer signs in with {removed}' }],
  'secret-inline': [{ words: 'now holds a secret in clear text ({added})' }],
  'secret-rotated': [{ words: 'holds a changed secret' }],
  'code-changed': [{ property: 'modules', words: 'now loads other modules: {after}' }, { stepClass: 'os-command', words: 'runs a changed command' }, { words: 'runs changed code' }],
  'model-changed': [{ words: 'now uses {after} instead of {before}' }],
  'scope-widened': [
    { property: 'corsOrigins', words: 'may now be called by web pages of {after}' },
    { property: 'public', words: 'may now also be used by the public' },
    { property: 'callerPolicy', words: 'may now be called by {after}' },
    { property: 'availableInMcp', words: 'may now also be started by AI assistants' },
    { property: 'administrator', words: 'may now also administer the whole platform' },
    { property: 'sharedWith', words: 'may now also be used by {added}' },
    { property: 'isGlobal', words: 'may now be used by everybody' },
    { property: 'httpNodeCors', words: 'now lets web pages of other origins call its HTTP entry points' },
    { property: 'httpAdminCors', words: 'now lets web pages of other origins call its admin API' },
    { property: 'uiHost', words: 'now lets its editor listen on every network address' },
    { property: 'paletteInstall', words: 'now lets makers install packages' },
    { property: 'communityPackages', words: 'now lets community packages in' },
    { property: 'functionExternalModules', words: 'now lets code load further modules' },
    { words: 'may now also do {added}' },
  ],
  'scope-narrowed': [
    { property: 'corsOrigins', words: 'may now be called only by web pages of {after}' },
    { property: 'public', words: 'may no longer be used by the public' },
    { property: 'callerPolicy', words: 'may now be called only by {after}' },
    { property: 'availableInMcp', words: 'may no longer be started by AI assistants' },
    { property: 'administrator', words: 'may no longer administer the whole platform' },
    { property: 'sharedWith', words: 'may no longer be used by {removed}' },
    { property: 'isGlobal', words: 'may no longer be used by everybody' },
    { property: 'httpNodeCors', words: 'no longer lets web pages of other origins call its HTTP entry points' },
    { property: 'httpAdminCors', words: 'no longer lets web pages of other origins call its admin API' },
    { property: 'uiHost', words: 'no longer lets its editor listen on every network address' },
    { property: 'paletteInstall', words: 'no longer lets makers install packages' },
    { property: 'communityPackages', words: 'no longer lets community packages in' },
    { property: 'functionExternalModules', words: 'no longer lets code load further modules' },
    { words: 'may no longer do {removed}' },
  ],
  'owner-changed': [{ after: null, words: 'no longer belongs to anybody; before it was {before}' }, { words: 'now belongs to {after} instead of {before}' }],
  'logging-reduced': [
    { property: 'errorWorkflow', words: 'no longer tells anybody when it fails: its error workflow was taken away' },
    { words: 'now goes on after an error as if nothing had happened' },
  ],
  'package-changed': [{ words: 'is now version {after} instead of {before}' }],
  enabled: [{ kinds: ['user'], words: 'may sign in again' }, { property: 'archived', words: 'is no longer archived' }, { words: 'was switched on' }],
  disabled: [
    { kinds: ['user'], words: 'may no longer sign in' },
    { property: 'archived', words: 'was archived' },
    { property: 'published', words: 'is no longer published' },
    { words: 'was switched off' },
  ],
  published: [{ words: 'was published' }],
  'schedule-changed': [{ words: 'runs at other times: {settings}' }],
  'wiring-changed': [{ words: 'is wired differently: {wiring}' }],
  added: [{ words: 'was added' }],
  removed: [{ words: 'was removed' }],
  renamed: [{ words: 'was renamed; before it was {before}' }],
  moved: [{ words: 'was moved here from {before}' }],
  'setting-changed': [{ words: 'has changed settings: {settings}' }],
  'configuration-changed': [
    { property: 'untrustedInput', after: true, words: 'now takes caller data into what it runs or asks' },
    { property: 'untrustedInput', words: 'no longer takes caller data into what it runs or asks' },
    { property: 'path', words: 'now answers at {after} instead of {before}' },
    { property: 'method', words: 'now answers {after} instead of {before}' },
    { property: 'draftDiffers', after: true, words: 'has changes that are not published' },
    { property: 'draftDiffers', words: 'no longer has unpublished changes' },
    { property: 'onError', words: 'now handles errors differently ({after} instead of {before})' },
    { property: 'errorWorkflow', before: null, words: 'now has an error workflow' },
    { property: 'errorWorkflow', words: 'has another error workflow' },
    { property: 'credentials', words: 'uses a credential under another name: {after}' },
    { property: 'inlineSecrets', words: 'no longer holds a secret in clear text ({removed})' },
    { words: 'has changed settings: {settings}' },
  ],
};

/** What is asked for, by the value of `authentication`. */
export const AUTHENTICATION_WORDS: { readonly [value: string]: string } = {
  none: 'nothing', basic: 'a password', digest: 'a password', header: 'a key in a header', bearer: 'a bearer token', jwt: 'a signed token',
  oauth1: 'an OAuth sign-in', oauth2: 'an OAuth sign-in', query: 'a key in the address', session: 'a sign-in to the platform', certificate: 'a client certificate',
  credential: 'a stored credential', SET: 'a sign-in', unknown: 'a sign-in that the platform does not tell',
};

export const CALLER_WORDS: { readonly [value: string]: string } = {
  any: 'any workflow', none: 'no other workflow', workflowsFromSameOwner: 'workflows of its owner', workflowsFromAList: 'workflows of a list',
};

/** The noun of a step, by its class; of everything else, by its kind. */
export const CLASS_NOUNS: { readonly [stepClass: string]: string } = {
  'http-request': 'Request', webhook: 'Webhook', form: 'Form', chat: 'Chat', schedule: 'Schedule', manual: 'Manual start', event: 'Trigger', code: 'Code step',
  'os-command': 'Command step', database: 'Database step', file: 'File step', 'message-queue': 'Message step', mail: 'Mail step', 'ai-model': 'AI model',
  'ai-agent': 'AI agent', 'ai-tool': 'AI tool', mcp: 'MCP step', response: 'Response step', 'error-trigger': 'Error handler', subworkflow: 'Sub-workflow step', debug: 'Debug step',
};

export const KIND_NOUNS: { readonly [kind in ResourceKind]: string } = {
  'platform-settings': 'The platform', workflow: 'Workflow', step: 'Step', 'entry-point': 'Entry point', 'ai-step': 'AI step', connector: 'Connection', 'credential-ref': 'Credential',
  role: 'Role', grant: 'Grant', user: 'Account', group: 'Group', environment: 'Environment', 'data-store': 'Data store', package: 'Package', 'audit-event': 'Audit entry',
  'run-stats': 'Run statistics',
};
